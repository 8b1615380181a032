"""What a service costs, which papers it needs, how to prepare for it, and who pays back."""

from __future__ import annotations

from clinic.answers.model import FactAnswer, FactQuestion
from clinic.answers.voice import Voice
from clinic.facts.codes import Insurance
from clinic.facts.model import Service
from clinic.messaging.payloads import payload
from whatsapp.messages import Choice

_MAX_ROW = 24


def answer_price(voice: Voice, question: FactQuestion) -> FactAnswer:
    """Returns the prices of what was named, of everything otherwise."""
    if is_not_offered(voice, question):
        return not_offered(voice)
    named = _named(voice, question)
    lines = "\n".join(_price_line(voice, service) for service in named or voice.clinic.services)
    return FactAnswer("utter_price", {"prices": lines}, _book(voice, question, named))


def answer_documents(voice: Voice, question: FactQuestion) -> FactAnswer:
    """Returns what to bring for what was named or is booked; asks for it otherwise."""
    if is_not_offered(voice, question):
        return not_offered(voice)
    service = _one(voice, question)
    if service is None:
        choices = tuple(
            Choice(
                voice.specialty(specialty.value)[:_MAX_ROW],
                payload("ask_documents_to_bring", specialty=specialty.value),
            )
            for specialty in voice.clinic.specialties
        )
        return FactAnswer("utter_documents_for_what", {}, choices)
    values = {
        "service": service.name.to(voice.language),
        "documents": service.what_to_bring.to(voice.language),
    }
    return FactAnswer("utter_documents_to_bring", values)


def answer_preparation(voice: Voice, question: FactQuestion) -> FactAnswer:
    """Returns the clinic's own instructions; without any for it, a person answers."""
    if is_not_offered(voice, question):
        return FactAnswer("utter_preparation_unknown", {}, needs_person=True)
    service = _one(voice, question)
    if service is None:
        choices = tuple(
            Choice(
                other.name.to(voice.language)[:_MAX_ROW],
                payload("ask_preparation", service=other.id),
                other.name.to(voice.language),
            )
            for other in voice.clinic.services
            if other.preparation
        )
        other = Choice(voice.text("utter_button_other_exam"), "/request_human")
        return FactAnswer("utter_preparation_for_what", {}, (*choices[:9], other))
    name = service.name.to(voice.language)
    if service.preparation is None:
        return FactAnswer("utter_preparation_none", {"service": name})
    values = {"service": name, "preparation": service.preparation.to(voice.language)}
    return FactAnswer("utter_preparation", values)


def answer_insurance(voice: Voice, question: FactQuestion) -> FactAnswer:
    """Returns whether the named insurer is accepted and how it goes, or all that are."""
    clinic = voice.clinic
    note = clinic.insurance_note.to(voice.language) if clinic.insurance_note else ""
    accepted = ", ".join(voice.text(f"utter_insurance_{entry.value}") for entry in clinic.insurance)
    named = next((i for i in Insurance if i.value == question.insurance), None)
    if named is None:
        return FactAnswer("utter_insurance", {"insurance": accepted, "note": note})
    name = voice.text(f"utter_insurance_{named.value}")
    if named not in clinic.insurance:
        return FactAnswer("utter_insurance_no", {"named": name, "insurance": accepted})
    how = clinic.office.insurance_how.get(named)
    values = {"named": name, "note": how.to(voice.language) if how else note}
    return FactAnswer("utter_insurance_yes", values)


def is_not_offered(voice: Voice, question: FactQuestion) -> bool:
    """Tells whether a specialty was named that this clinic does not have."""
    known = {specialty.value for specialty in voice.clinic.specialties}
    return (
        question.specialty is not None
        and question.specialty not in known
        and not question.service_id
        and not question.practitioner_id
    )


def not_offered(voice: Voice) -> FactAnswer:
    """Returns what the clinic has instead."""
    offered = ", ".join(voice.specialty(s.value) for s in voice.clinic.specialties)
    return FactAnswer("utter_service_not_offered", {"offered": offered})


def _price_line(voice: Voice, service: Service) -> str:
    values = {"service": service.name.to(voice.language), "price": service.price_mad}
    if service.deposit_mad:
        return voice.text("utter_price_line_deposit", deposit=service.deposit_mad, **values)
    return voice.text("utter_price_line", **values)


def _named(voice: Voice, question: FactQuestion) -> tuple[Service, ...]:
    """Returns the services that the question, or the booking around it, is about."""
    if question.service_id:
        return (voice.clinic.service(question.service_id),)
    if question.practitioner_id:
        own = voice.clinic.practitioner(question.practitioner_id).specialties
        return tuple(service for service in voice.clinic.services if service.specialty in own)
    specialty = question.specialty or question.context_specialty
    return voice.clinic.services_of(specialty) if specialty else ()


def _one(voice: Voice, question: FactQuestion) -> Service | None:
    """Returns the service that is meant: the usual one of a specialty, or the one booked next."""
    if named := _named(voice, question):
        return named[0]
    return voice.clinic.service(question.upcoming[0].service_id) if question.upcoming else None


def _book(
    voice: Voice, question: FactQuestion, services: tuple[Service, ...]
) -> tuple[Choice, ...]:
    if question.in_form or not services:
        return ()
    specialty = services[0].specialty.value
    return (voice.book(specialty=specialty, practitioner=question.practitioner_id),)
