"""Booking at the desk: for a patient who is known, or for a new one."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException
from starlette.responses import Response

from clinic.agenda.errors import AgendaError, NotANumberError, NotReceivingError
from clinic.facts.errors import UnknownIdError
from clinic.facts.model import Service
from clinic.patients.errors import NotANameError
from clinic.patients.model import Patient, Relation
from clinic.scheduling.errors import AgendaOverloadedError
from console.page import Page
from console.pages.agenda import refusal
from console.pages.agenda_scope import (
    AgendaPage,
    describe,
    done_response,
    local_now,
    name_of,
    practitioners_at,
    read_placement,
)

router = APIRouter(prefix="/agenda")


@router.get("/new")
def show_form(page: AgendaPage, who: str = "", day: str = "", minute: int = -1) -> Response:
    """The form, filled in with the time that was chosen in the agenda."""
    now = local_now(page)
    if minute < 0:
        minute = min((now.hour * 60 + now.minute) // 15 * 15 + 15, 23 * 60)
    values = {
        "who": who,
        "day": day or now.date().isoformat(),
        "time": f"{minute // 60:02d}:{minute % 60:02d}",
        "service": "",
        "patient": "",
        "name": "",
        "number": "",
        "relation": Relation.SELF.value,
        "key": str(uuid.uuid4()),
        "tell": "yes",
    }
    return _form(page, values)


@router.post("/patients")
def find_patients(
    page: AgendaPage, q: Annotated[str, Form()] = "", name: Annotated[str, Form()] = ""
) -> Response:
    """The patients of a name or number. A POST: names do not belong into addresses."""
    q = q or name
    found = page.services.directory.search(q, by=page.member.id)
    return page.render("agenda/patients.html.j2", found=found, query=q.strip())


@router.post("/appointments")
def book(
    page: AgendaPage,
    who: Annotated[str, Form()],
    service: Annotated[str, Form()],
    day: Annotated[str, Form()],
    time: Annotated[str, Form()],
    key: Annotated[str, Form()],
    patient: Annotated[str, Form()] = "",
    name: Annotated[str, Form()] = "",
    number: Annotated[str, Form()] = "",
    relation: Annotated[str, Form()] = Relation.SELF.value,
    tell: Annotated[str, Form()] = "",
    anyway: Annotated[str, Form()] = "",
) -> Response:
    """Books; what was typed stays in the form when it cannot be done."""
    values = {
        "who": who,
        "day": day,
        "time": time,
        "service": service,
        "patient": patient,
        "name": name,
        "number": number,
        "relation": relation,
        "key": key,
        "tell": tell,
    }
    placement = read_placement(page, who, day, _minute(time), anyway=bool(anyway))
    try:
        whom = _patient(page, patient, name, number, relation)
    except NotANameError:
        return _form(page, values, page.t("agenda.error_name"), status=422)
    except NotANumberError:
        return _form(page, values, page.t("agenda.error_number"), status=422)
    if whom is None:
        return _form(page, values, page.t("agenda.error_no_patient"), status=422)
    try:
        done = page.services.agenda.book(
            placement, service, whom.id, by=page.member.id, key=key[:64], tell=bool(tell)
        )
    except UnknownIdError:
        raise HTTPException(404) from None
    except NotReceivingError as error:
        values["patient"] = whom.id
        return _form(page, values, refusal(page, error), outside=True, status=409)
    except (AgendaError, AgendaOverloadedError) as error:
        values["patient"] = whom.id
        return _form(page, values, refusal(page, error), status=409)
    where = describe(page, done.appointment)
    return done_response(page, page.t("agenda.done_booked", name=whom.name, where=where), done)


def _patient(page: Page, patient_id: str, name: str, number: str, relation: str) -> Patient | None:
    if patient_id:
        return page.services.patients.get(patient_id)
    if not name.strip() and not number.strip():
        return None
    known = {r.value for r in Relation}
    return page.services.directory.add(
        name,
        number,
        by=page.member.id,
        relation=Relation(relation) if relation in known else Relation.OTHER,
    )


def _form(
    page: Page,
    values: dict[str, str],
    error: str = "",
    *,
    outside: bool = False,
    status: int = 200,
) -> Response:
    clinic = page.services.clinic
    people = practitioners_at(page, None)
    chosen = next((p for p in people if p.id == values["who"]), people[0] if people else None)
    if chosen is None:
        raise HTTPException(403)
    services: list[Service] = [
        service for specialty in chosen.specialties for service in clinic.services_of(specialty)
    ]
    patient = page.services.patients.get(values["patient"]) if values["patient"] else None
    return page.render(
        "agenda/book.html.j2",
        status=status,
        values={**values, "who": chosen.id},
        services=services,
        people=people,
        doctor=lambda practitioner_id: name_of(page, practitioner_id),
        patient=patient,
        relations=list(Relation),
        error=error,
        outside=outside,
    )


def _minute(text: str) -> int:
    try:
        hours, minutes = (int(part) for part in text.split(":")[:2])
    except ValueError:
        raise HTTPException(422) from None
    if not (0 <= hours < 24 and 0 <= minutes < 60):
        raise HTTPException(422)
    return hours * 60 + minutes
