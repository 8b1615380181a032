"""What the office changes in the browser, and what the assistant makes of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clinic.staff.model import Role
from tests.browser.accessibility import serious_faults
from tests.browser.staffed_clinic import StaffedClinic, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.model]


@pytest.fixture(scope="module", autouse=True)
def people(staffed: StaffedClinic) -> None:
    staffed.employ("hind", Role.MANAGER, Role.ADMIN)
    staffed.employ("alami", Role.DOCTOR, Role.ADMIN, practitioner="dr-alami")


async def test_a_price_changed_in_the_browser_is_what_the_assistant_says_next(
    staffed: StaffedClinic, browser: Any
) -> None:
    number = "212661000302"
    staffed.phones.add(number, "Karim Tazi")
    staffed.phones.write(number, "c'est combien le détartrage ?")
    staffed.phones.wait_for(number, "400")
    hind = await staffed.sit_down(browser, "hind")
    await hind.goto("/clinic-file/prices")
    price = hind.page.get_by_label("Détartrage, prix en dirhams")

    await price.fill("gratuit")
    await price.press("Enter")
    await hind.page.locator(".fault", has_text="n'est pas un nombre entier").wait_for()
    await hind.picture("clinic-file-fault")
    assert await serious_faults(hind.page) == []
    price = hind.page.get_by_label("Détartrage, prix en dirhams")
    assert await price.input_value() == "gratuit"
    await price.fill("435")
    await price.press("Enter")
    await hind.toast("en vigueur")

    staffed.phones.write(number, "et maintenant combien coûte le détartrage ?")
    staffed.phones.wait_for(number, "435")
    await hind.goto("/clinic-file/history/1")
    await hind.page.locator(".line-added", has_text="price_mad: 435").wait_for()
    await hind.picture("clinic-file-difference")
    assert hind.errors == []


async def test_an_intent_is_corrected_and_the_patch_downloaded(
    staffed: StaffedClinic, browser: Any
) -> None:
    number, words = "212661000303", "zut blorp quux"
    staffed.phones.add(number, "Imane Lahlou")
    staffed.phones.write(number, words)
    wait_until(staffed.services.review.counts)
    hind = await staffed.sit_down(browser, "hind")
    await hind.goto("/review")
    card = hind.page.locator(".review", has_text=words)
    await card.locator("select").select_option("ask_price")
    await hind.picture("review")
    assert await serious_faults(hind.page) == []
    await card.get_by_role("button", name="Apprendre").click()
    await hind.toast("correctif")

    await hind.goto("/review/labelled")
    async with hind.page.expect_download() as started:
        await hind.page.get_by_role("link", name="Télécharger").click()
    patch = Path(await (await started.value).path()).read_text(encoding="utf-8")
    assert f"+    - {words}\n" in patch
    assert hind.errors == []


async def test_staff_report_a_message_that_was_misunderstood(
    staffed: StaffedClinic, browser: Any
) -> None:
    number, words = "212661000304", "combien coûte une consultation de dermatologie ?"
    staffed.phones.add(number, "Younes Berrada")
    staffed.phones.write(number, words)
    staffed.phones.wait_for(number, "300 DH")
    alami = await staffed.sit_down(browser, "alami")
    await alami.goto(f"/inbox/{staffed.contact_id(number)}")
    await alami.page.get_by_test_id("misunderstood").click()
    await alami.toast("relecture")
    assert await serious_faults(alami.page) == []
    assert alami.errors == []

    hind = await staffed.sit_down(browser, "hind")
    await hind.goto("/review")
    await hind.page.locator(".review", has_text=words).wait_for()
