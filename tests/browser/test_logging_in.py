"""Coming in and going out: passwords, the brake on guessing, the second factor."""

from __future__ import annotations

import time
from typing import Any

import pyotp
import pytest

from clinic.staff.model import Role, StaffMember
from tests.browser.console_staff import Desk
from tests.browser.practice import Practice
from tests.console import PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture
def nadia(practice: Practice) -> StaffMember:
    return practice.employ("nadia", Role.RECEPTION)


async def at_the_door(practice: Practice, browser: Any, width: int = 1366) -> Desk:
    context = await browser.new_context(viewport={"width": width, "height": 740}, locale="fr-FR")
    desk = Desk(await context.new_page(), practice.console_url)
    await desk.page.goto(f"{practice.console_url}/login")
    return desk


async def give(desk: Desk, password: str) -> None:
    """Sends login and password, with the keyboard; waits for what comes."""
    await desk.page.fill("#login", "nadia")
    await desk.page.fill("#password", password)
    async with desk.page.expect_navigation():
        await desk.page.keyboard.press("Enter")


async def switch_on(desk: Desk) -> str:
    """Switches the second factor on; returns the secret that the phone keeps."""
    await desk.goto("/account")
    await desk.page.get_by_label("Mot de passe actuel").fill(PASSWORD)
    await desk.button("Activer").click()
    await desk.page.locator(".qr svg").wait_for()
    return str(await desk.page.locator("code").inner_text())


def code_of(secret: str, steps: int = 0) -> str:
    """The code that a phone shows now, or showed some half minutes before."""
    return pyotp.TOTP(secret).at(int(time.time()) + 30 * steps)


async def test_a_wrong_password_is_told_and_then_guessing_is_slowed_down(
    practice: Practice, nadia: StaffMember, browser: Any
) -> None:
    desk = await at_the_door(practice, browser, width=360)
    await desk.looks_right("login-phone")
    error = desk.page.locator(".error-line")
    for _ in range(5):
        await give(desk, "not the password")
        await error.filter(has_text="incorrect").wait_for()
    assert await desk.page.input_value("#login") == "nadia"
    assert await desk.page.input_value("#password") == ""
    # The right one does not help any more for a while.
    await give(desk, PASSWORD)
    await error.filter(has_text="Trop d'essais").wait_for()
    await desk.looks_right("login-blocked-phone")
    assert "password" not in desk.page.url


async def test_the_second_factor_is_switched_on_asked_for_and_switched_off(
    practice: Practice, nadia: StaffMember, browser: Any
) -> None:
    desk = await practice.sit_down(browser, "nadia", width=360)
    secret = await switch_on(desk)
    await desk.looks_right("second-factor-phone")
    await desk.page.get_by_label("Code à six chiffres").fill("000000")
    await desk.button("Activer").click()
    await desk.page.locator(".error-line", has_text="pas valable").wait_for()
    # The phone that has scanned it already stays good.
    assert await desk.page.locator("code").inner_text() == secret
    used = code_of(secret, -1)
    await desk.page.get_by_label("Code à six chiffres").fill(used)
    await desk.button("Activer").click()
    await desk.toast("Double authentification activée")

    other = await at_the_door(practice, browser)
    await give(other, PASSWORD)
    await other.page.wait_for_url("**/login/code")
    await other.looks_right("login-code")
    # With the password alone nothing opens.
    await other.page.goto(f"{practice.console_url}/inbox")
    assert "/login" in other.page.url
    await other.page.goto(f"{practice.console_url}/login/code")
    for code in ("12345", used):
        await other.page.get_by_label("Code à six chiffres").fill(code)
        async with other.page.expect_navigation():
            await other.page.keyboard.press("Enter")
        await other.page.locator(".error-line", has_text="pas valable").wait_for()
    await other.page.get_by_label("Code à six chiffres").fill(code_of(secret))
    await other.page.keyboard.press("Enter")
    await other.page.wait_for_selector(".nav")

    await other.goto("/account")
    await other.page.get_by_label("Mot de passe actuel").fill("wrong")
    await other.button("Désactiver").click()
    await other.toast("pas correct")
    await other.page.get_by_label("Mot de passe actuel").fill(PASSWORD)
    await other.button("Désactiver").click()
    await other.toast("désactivée")
    again = await at_the_door(practice, browser)
    await give(again, PASSWORD)
    await again.page.wait_for_selector(".nav")


async def test_who_lost_the_phone_gets_in_again_by_the_administrator(
    practice: Practice, nadia: StaffMember, browser: Any
) -> None:
    practice.employ("hind", Role.ADMIN)
    desk = await practice.sit_down(browser, "nadia")
    secret = await switch_on(desk)
    await desk.page.get_by_label("Code à six chiffres").fill(code_of(secret))
    await desk.button("Activer").click()
    await desk.toast("activée")
    lost = await at_the_door(practice, browser)
    await give(lost, PASSWORD)
    await lost.page.wait_for_url("**/login/code")

    hind = await practice.sit_down(browser, "hind")
    await hind.goto(f"/accounts/{nadia.id}")
    await hind.looks_right("account-of-nadia")
    await hind.page.get_by_role("button", name="authentification").click()
    await hind.toast("authentification")

    await give(await use_another_account(lost), PASSWORD)
    await lost.page.wait_for_selector(".nav")


async def use_another_account(desk: Desk) -> Desk:
    await desk.button("Utiliser un autre compte").click()
    await desk.page.locator("#login").wait_for()
    return desk


async def test_on_a_phone_one_logs_out_on_the_account_page(
    practice: Practice, nadia: StaffMember, browser: Any
) -> None:
    desk = await practice.sit_down(browser, "nadia", width=360)
    await desk.goto("/account")
    await desk.looks_right("account-phone")
    await desk.page.get_by_role("main").get_by_role("button", name="déconnecter").click()
    await desk.page.get_by_text("Vous êtes déconnecté").wait_for()
    await desk.page.goto(f"{practice.console_url}/inbox")
    assert "/login" in desk.page.url
    # Nor does the button "back" show what was there.
    await desk.page.go_back()
    await desk.page.go_back()
    assert await desk.page.locator(".nav").count() == 0
