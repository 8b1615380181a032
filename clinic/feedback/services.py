"""Opinions: asked once after a visit of patients who allow it, taken whenever they come."""

from __future__ import annotations

from datetime import timedelta

from clinic.adapters.consents import Consents
from clinic.adapters.database import Database, Transaction
from clinic.adapters.feedback import Feedbacks
from clinic.adapters.handoffs import Handoffs
from clinic.adapters.patients import Patients
from clinic.adapters.scheduling import Appointments
from clinic.clock import Clock
from clinic.consent.model import Decision, Purpose
from clinic.facts.dates import say_date
from clinic.facts.model import Clinic
from clinic.facts.source import ClinicSource
from clinic.feedback.model import HIGHEST, LOWEST, UNHAPPY, Feedback, FeedbackStatus
from clinic.handoff.model import Priority
from clinic.messaging.payloads import payload
from clinic.notifications.office import OfficeNotices

_TEMPLATE_RATINGS = (5, 3, 2)
"""What the buttons of template `feedback_request` count for: very good, all right, less so."""


class FeedbackDesk:
    """What patients think of their visits."""

    def __init__(
        self, database: Database, clinic: ClinicSource, clock: Clock, notices: OfficeNotices
    ) -> None:
        self._database = database
        self._source = clinic
        self._clock = clock
        self._notices = notices

    @property
    def _clinic(self) -> Clinic:
        """The facts that hold now."""
        return self._source.current

    def ask_due(self) -> int:
        """Asks for an opinion on every visit that is due for it; returns how many were asked.

        Without consent for `feedback` nobody is asked. Who was never asked for that consent is
        asked for it once, and only while the conversation is open (privacy notes 2 and 3).
        """
        now, rules = self._clock.now(), self._clinic.office.feedback
        with self._database.read() as tx:
            due = Feedbacks(tx).visits(
                now - timedelta(hours=rules.within_hours),
                now - timedelta(minutes=rules.after_minutes),
            )
        return sum(self._ask(*visit) for visit in due)

    def rate(self, contact_id: str, rating: int, *, feedback_id: str | None = None) -> Feedback:
        """Keeps a rating, for the visit that was asked about or for none.

        A low one opens a hand-off for the manager.

        Raises:
            ValueError: the rating is not 1 to 5.
        """
        if not LOWEST <= rating <= HIGHEST:
            raise ValueError(f"A rating is {LOWEST} to {HIGHEST}.")
        now = self._clock.now()
        with self._database.write() as tx:
            feedbacks = Feedbacks(tx)
            known = feedbacks.get(feedback_id) if feedback_id else None
            if known is None or known.contact_id != contact_id:
                open_ones = feedbacks.of_contact(contact_id)
                known = next((f for f in open_ones if f.status is FeedbackStatus.ASKED), None)
            found = (
                known.id if known else feedbacks.add(contact_id, None, FeedbackStatus.ANSWERED, now)
            )
            feedbacks.set(found, now, status=FeedbackStatus.ANSWERED, rating=rating)
            if rating <= UNHAPPY:
                Handoffs(tx).open(contact_id, Priority.ASAP, "low_rating", now)
            kept = feedbacks.get(found)
        assert kept is not None
        return kept

    def comment(self, contact_id: str, text: str, *, feedback_id: str | None = None) -> bool:
        """Keeps the patient's words; False when nothing allows to keep them.

        Consent for `care` or for `feedback` allows it. Words without a rating go to staff.
        """
        now = self._clock.now()
        with self._database.write() as tx:
            consents = Consents(tx)
            allowed = any(
                consents.latest(contact_id, purpose) is Decision.GIVEN
                for purpose in (Purpose.CARE, Purpose.FEEDBACK)
            )
            if not allowed:
                return False
            feedbacks = Feedbacks(tx)
            known = feedbacks.get(feedback_id) if feedback_id else None
            if known is None or known.contact_id != contact_id:
                new = feedbacks.add(contact_id, None, FeedbackStatus.ANSWERED, now)
                feedbacks.set(new, now, comment=text)
            else:
                feedbacks.set(known.id, now, comment=text)
        return True

    def of_contact(self, contact_id: str) -> list[Feedback]:
        with self._database.read() as tx:
            return Feedbacks(tx).of_contact(contact_id)

    def _ask(self, appointment_id: str, contact_id: str) -> bool:
        with self._database.write() as tx:
            decision = Consents(tx).latest(contact_id, Purpose.FEEDBACK)
            known = Feedbacks(tx).of_appointment(appointment_id)
            if decision is None and known is None:
                self._invite(tx, appointment_id, contact_id)
                return False
            if decision is not Decision.GIVEN:
                return False
            if known is not None and known.status is not FeedbackStatus.INVITED:
                return False
            now = self._clock.now()
            feedback_id = (
                known.id
                if known
                else Feedbacks(tx).add(contact_id, appointment_id, FeedbackStatus.ASKED, now)
            )
            Feedbacks(tx).set(feedback_id, now, status=FeedbackStatus.ASKED)
            return self._send_question(tx, appointment_id, contact_id, feedback_id)

    def _invite(self, tx: Transaction, appointment_id: str, contact_id: str) -> None:
        """Asks for consent to be asked; only while the patient's conversation is open."""
        if not self._notices.is_window_open(tx, contact_id):
            return
        Feedbacks(tx).add(contact_id, appointment_id, FeedbackStatus.INVITED, self._clock.now())
        # Care covers the question whether more is allowed; STOP has ended it by a decision.
        self._notices.tell(
            tx,
            contact_id,
            "utter_ask_feedback_consent",
            {},
            purpose=Purpose.CARE,
            key=f"feedback:{appointment_id}:consent",
            # It is asked while the conversation is open, never by template.
            template=None,
        )

    def _send_question(
        self, tx: Transaction, appointment_id: str, contact_id: str, feedback_id: str
    ) -> bool:
        visit = Appointments(tx).get(appointment_id)
        assert visit is not None
        patient = Patients(tx).get(visit.patient_id)
        language = self._notices.language_of(tx, contact_id)
        day = say_date(visit.start, self._clinic.zone, language)
        practitioner = self._clinic.practitioner(visit.practitioner_id).name(language).full
        return self._notices.tell(
            tx,
            contact_id,
            "utter_ask_visit_rating",
            {"practitioner": practitioner, "day": day, "feedback": feedback_id},
            purpose=Purpose.FEEDBACK,
            key=f"feedback:{appointment_id}:question",
            template="feedback_request",
            parameters=(patient.name.split()[0] if patient else "", day),
            quick_replies=tuple(
                payload("rate_visit", rating=rating, feedback=feedback_id)
                for rating in _TEMPLATE_RATINGS
            ),
        )
