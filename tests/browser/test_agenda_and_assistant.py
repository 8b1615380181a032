"""What staff do in the agenda and what the assistant makes of the patient's answer."""

from __future__ import annotations

import pytest

from clinic.scheduling.model import AppointmentStatus, ParticipationStatus
from tests.browser.agenda_desk import AgendaDesk
from tests.browser.staffed_clinic import StaffedClinic

pytestmark = [pytest.mark.browser, pytest.mark.model]


async def test_the_patient_accepts_the_new_time_and_the_agenda_shows_it(
    desk: AgendaDesk, office: StaffedClinic
) -> None:
    number = "212661000201"
    nadia = office.patient("Nadia Cherkaoui", number)
    appointment = office.book(nadia, "dr-alami", "2026-11-24 09:00")
    office.phones.newest(number, after=0)
    told = office.phones.count(number)
    await desk.look_at()
    await desk.drag(appointment, "dr-alami", "10:30")
    await (await desk.panel()).get_by_role("button", name="Déplacer").click()
    assert "mardi 24 novembre à 10:30" in office.phones.newest(number, after=told)["text"]

    office.phones.tap(number, 0)

    await desk.page.locator(f"#block-{appointment.id}.kind-confirmed").wait_for()
    moved = office.services.scheduling.get(appointment.id)
    assert moved.participation is ParticipationStatus.ACCEPTED


async def test_after_leave_one_tap_takes_an_offered_time(
    desk: AgendaDesk, office: StaffedClinic
) -> None:
    first, second = "212661000202", "212661000203"
    imane = office.patient("Imane Sqalli", first)
    fatima = office.patient("فاطمة الإدريسي", second, language="ary")
    struck = office.book(imane, "dr-lahlou", "2026-12-02 10:30", "dermatology-visit")
    waits = office.book(fatima, "dr-lahlou", "2026-12-02 11:30", "dermatology-visit")
    for number in (first, second):
        office.phones.newest(number, after=0)
    told = office.phones.count(first), office.phones.count(second)
    page = desk.page
    await desk.goto("/agenda/closures")
    await page.select_option("#scope", "who:dr-lahlou")
    await page.fill("#first", "2026-12-02")
    await page.fill("#last", "2026-12-02")
    await page.get_by_role("button", name="Voir qui est concerné").click()
    await page.locator("#preview").get_by_role("button", name="Fermer et prévenir").click()
    office.phones.newest(first, after=told[0])
    office.phones.newest(second, after=told[1])

    answer = office.phones.tap(first, 0)

    assert "✅" in answer["text"]
    moved = office.services.scheduling.get(struck.id)
    assert (moved.id, moved.status) == (struck.id, AppointmentStatus.BOOKED)
    assert moved.start != struck.start

    # The other one looks at further times, which lead to the same appointment.
    answer = office.phones.tap(second, 2)
    assert len(answer["choices"]) == 3
    office.phones.tap(second, 0)
    answer = office.phones.tap(second, 0)
    assert "✅" in answer["text"]
    assert office.services.scheduling.get(waits.id).status is AppointmentStatus.BOOKED
    await desk.look_at("day=2026-12-02&view=day&who=dr-lahlou")
    assert await page.locator(".block").count() == 0
