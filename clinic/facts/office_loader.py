"""Reads the parts of the clinic file that are about the office; each of them may be left out."""

from __future__ import annotations

from clinic.facts.codes import Insurance, RequestKind, Specialty
from clinic.facts.local_text import LocalText
from clinic.facts.office import DepositRules, FeedbackRules, Office, WalkIn, WhenUnpaid
from clinic.facts.reader import Section

_MAX_WORKING_DAYS = 30
_MAX_MINUTES = 14 * 24 * 60
_MAX_HOURS = 14 * 24


def read_office(root: Section) -> Office:
    """Returns the office's rules; notes their faults."""
    known_sites = {site.value("id").text() for site in root.sections("sites")}
    return Office(
        walk_ins=tuple(
            _walk_in(section, known_sites) for section in root.sections("walk_in", optional=True)
        ),
        working_days=_working_days(root),
        insurance_how=_insurance_how(root),
        deposits=_deposits(root.section("deposits")) if root.has("deposits") else DepositRules(),
        feedback=_feedback(root.section("feedback")) if root.has("feedback") else FeedbackRules(),
    )


def _walk_in(section: Section, known_sites: set[str]) -> WalkIn:
    site = section.value("site")
    site_id = site.identifier()
    if site_id and site_id not in known_sites:
        known = ", ".join(sorted(known_sites))
        site.problem("unknown_code", given=site_id, kind="site", known=known)
    codes = (value.code(Specialty, "specialty") for value in section.values("specialties"))
    read = WalkIn(
        site_id=site_id,
        specialties=tuple(code for code in codes if code is not None),
        note=section.local_text("note"),
    )
    section.done()
    return read


def _working_days(root: Section) -> dict[RequestKind, int]:
    if not root.has("requests"):
        return {}
    section = root.section("requests")
    read = {
        kind: section.value(kind.value).integer(0, _MAX_WORKING_DAYS)
        for kind in RequestKind
        if section.has(kind.value)
    }
    section.done()
    return read


def _insurance_how(root: Section) -> dict[Insurance, LocalText]:
    if not root.has("insurance_how"):
        return {}
    section = root.section("insurance_how")
    texts = {insurance: section.optional_local_text(insurance.value) for insurance in Insurance}
    section.done()
    return {insurance: text for insurance, text in texts.items() if text}


def _deposits(section: Section) -> DepositRules:
    rules = DepositRules(
        expires_minutes=section.value("expires_minutes").integer(5, _MAX_MINUTES),
        when_unpaid=section.value("when_unpaid").code(WhenUnpaid, "rule") or WhenUnpaid.KEEP,
        refund=section.optional_local_text("refund"),
    )
    section.done()
    return rules


def _feedback(section: Section) -> FeedbackRules:
    rules = FeedbackRules(
        after_minutes=section.value("after_minutes").integer(0, _MAX_MINUTES),
        within_hours=section.value("within_hours").integer(1, _MAX_HOURS),
    )
    section.done()
    return rules
