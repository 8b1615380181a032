"""Nothing of the console answers without login, and nothing is written from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pyotp
import pytest
from fastapi.dependencies.utils import get_flat_dependant
from fastapi.routing import APIRoute
from starlette.routing import Mount
from starlette.testclient import TestClient

from clinic.staff.model import Role
from tests.console import ConsoleUnderTest

OPEN = {("GET", "/login"), ("POST", "/login"), ("GET", "/health")}
CONSOLE = Path(__file__).resolve().parents[3] / "console"
IN_ADDRESSES = {
    # ids and counters
    "appointment", "appointment_id", "change_id", "closure_id", "contact_id", "document_id",
    "file_id", "member_id", "message", "message_id", "note", "number", "patient", "position",
    "practitioner", "practitioner_id", "reference", "request_id", "selected", "since", "undo",
    "walk_in_id", "who",
    # parts of the clinic and of a page
    "after", "before", "day", "days", "done", "first", "group", "last", "live", "minute", "next",
    "pages", "part", "service", "site", "tab", "thumbnail",
}  # fmt: skip
"""Everything that stands in an address, and so in logs and in a browser's history. Whoever adds
one here makes sure that it says nothing of a patient: names and numbers are searched by POST."""


def all_routes(console: ConsoleUnderTest) -> list[tuple[str, str]]:
    """Every method and path of the application; path parameters are filled with a word."""
    routes = []
    for route in console.app.routes:
        if isinstance(route, Mount):
            assert route.path == "/static", "A mounted application needs a test of its own."
            continue
        assert isinstance(route, APIRoute), route
        path = re.sub(r"\{[^}]+\}", "something", route.path)
        routes += [(method, path) for method in route.methods]
    return routes


def test_every_route_without_a_session_leads_to_the_login(console: ConsoleUnderTest) -> None:
    visitor = console.person()
    routes = [route for route in all_routes(console) if route not in OPEN]
    assert len(routes) > 15
    for method, path in routes:
        page = visitor.http.request(method, path, headers={"accept": "text/html"})
        if method in ("GET", "HEAD"):
            assert (page.status_code, page.headers["location"][:6]) == (303, "/login"), path
        else:
            assert (page.status_code, page.text) == (401, "Unauthorized"), path
        script = visitor.http.request(method, path, headers={"hx-request": "true"})
        assert (script.status_code, script.text) == (401, ""), path


@pytest.mark.parametrize(
    "path", ["/nothing", "/events", "/inbox/../accounts", "/docs", "/openapi.json"]
)
def test_unknown_paths_and_streams_without_a_session_tell_nothing(
    path: str, console: ConsoleUnderTest
) -> None:
    answer = console.person().http.get(path)
    assert (answer.status_code, answer.text) == (401, "Unauthorized")


def test_no_address_takes_a_name_or_a_number_of_a_patient(console: ConsoleUnderTest) -> None:
    taken = set()
    for route in console.app.routes:
        if isinstance(route, APIRoute):
            flat = get_flat_dependant(route.dependant)
            taken |= {field.alias for field in [*flat.path_params, *flat.query_params]}
    assert taken == IN_ADDRESSES
    # What a route reads past its parameters: the agenda's day, site, practitioner and view.
    readers = [path.name for path in CONSOLE.glob("**/*.py") if "query_params" in path.read_text()]
    assert readers == ["agenda.py"]


def test_every_write_without_the_token_is_refused(console: ConsoleUnderTest) -> None:
    admin = console.log_in("nadia", Role.ADMIN)
    writes = [r for r in all_routes(console) if r[0] not in ("GET", "HEAD")]
    for method, path in writes:
        answer = admin.http.request(method, path, data={"language": "fr"})
        assert (answer.status_code, answer.text) == (403, "Forbidden"), path
        wrong = admin.http.request(method, path, headers={"X-CSRF-Token": "0" * 64})
        assert (wrong.status_code, wrong.text) == (403, "Forbidden"), path


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "http://evil.test"},
        {"origin": "null"},
    ],
)
def test_a_write_from_another_site_is_refused_even_with_the_token(
    headers: dict[str, str], console: ConsoleUnderTest
) -> None:
    nadia = console.log_in("nadia", Role.RECEPTION)
    answer = nadia.http.post(
        "/account/language", data={"csrf_token": nadia.csrf, "language": "ar"}, headers=headers
    )
    assert answer.status_code == 403
    assert console.services.staff.by_login("nadia").language == "fr"  # type: ignore[union-attr]


def test_the_token_of_somebody_else_is_refused(console: ConsoleUnderTest) -> None:
    nadia = console.log_in("nadia", Role.RECEPTION)
    omar = console.log_in("omar", Role.RECEPTION)
    omar.csrf = nadia.csrf
    assert omar.post("/account/language", language="ar").status_code == 403


def test_every_answer_carries_a_strict_policy_and_is_kept_nowhere(
    console: ConsoleUnderTest,
) -> None:
    nadia = console.log_in("nadia", Role.RECEPTION)
    for path in ("/login", "/account", "/nothing"):
        headers = nadia.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["cache-control"] == "no-store"
        assert headers["x-frame-options"] == "DENY"


def test_pages_hold_no_inline_script_or_style(console: ConsoleUnderTest) -> None:
    admin = console.log_in("nadia", Role.ADMIN)
    for path in ("/login", "/account", "/accounts", "/accounts/new"):
        page = admin.get(path).text
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:", page)


def test_cookies_are_http_only_same_site_and_secure_over_https(console: ConsoleUnderTest) -> None:
    console.create("nadia", Role.RECEPTION)
    person = console.person()
    person.http.base_url = "https://console.test"  # type: ignore[assignment]
    answer = person.log_in("nadia")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-console_session=")
    for attribute in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"):
        assert attribute in cookie
    assert "strict-transport-security" in answer.headers


def test_the_session_is_another_one_after_the_login(console: ConsoleUnderTest) -> None:
    nadia = console.log_in("nadia", Role.RECEPTION)
    before = nadia.http.cookies["console_session"]
    nadia.http.cookies.set("console_session", "planted", domain="console.test")
    nadia.log_in("nadia")
    assert nadia.http.cookies["console_session"] not in (before, "planted")


def test_a_role_opens_its_areas_only(console: ConsoleUnderTest) -> None:
    nadia = console.log_in("nadia", Role.RECEPTION)
    assert nadia.get("/accounts").status_code == 403
    assert nadia.post("/accounts/new", login="x").status_code == 403


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("/account", "/account"),
        ("//evil.test", "/"),
        ("https://evil.test", "/"),
        ("/\\evil.test", "/"),
    ],
)
def test_the_login_leads_to_own_pages_only(
    wanted: str, expected: str, console: ConsoleUnderTest
) -> None:
    console.create("nadia", Role.RECEPTION)
    person = console.person()
    person.get("/login")
    answer = person.post("/login", login="nadia", password="correct horse battery", next=wanted)
    assert answer.headers["location"] == expected


def test_logging_out_ends_the_session_on_the_server(console: ConsoleUnderTest) -> None:
    nadia = console.log_in("nadia", Role.RECEPTION)
    token = nadia.http.cookies["console_session"]
    nadia.post("/logout")
    nadia.http.cookies.set("console_session", token, domain="console.test")
    assert nadia.get("/account").status_code == 303


def test_a_second_factor_of_ones_own_making_is_refused(console: ConsoleUnderTest) -> None:
    nadia = console.log_in("nadia", Role.RECEPTION)
    secret = pyotp.random_base32()
    form = {"secret": secret, "code": pyotp.TOTP(secret).now(), "proof": "0" * 64}
    for planted in (form, {**form, "secret": "é"}):
        assert nadia.post("/account/second-factor/confirm", **planted).status_code == 403
    assert not console.services.staff.by_login("nadia").has_second_factor  # type: ignore[union-attr]

    # With the password there is one, which the phone then has.
    shown = nadia.post("/account/second-factor", present="correct horse battery").text
    given = dict(re.findall(r'name="(secret|proof)" value="([^"]+)"', shown))
    wrong = nadia.post("/account/second-factor/confirm", **given, code="000000")
    assert wrong.status_code == 422
    code = pyotp.TOTP(given["secret"]).now()
    assert nadia.post("/account/second-factor/confirm", **given, code=code).status_code == 303
    assert console.services.staff.by_login("nadia").has_second_factor  # type: ignore[union-attr]


def test_a_temporary_password_has_to_be_changed_first(console: ConsoleUnderTest) -> None:
    admin = console.log_in("nadia", Role.ADMIN)
    made = admin.post("/accounts/new", login="omar", name="Omar", roles="reception@*").text
    password = re.search(r'data-testid="password">([^<]+)<', made)[1]  # type: ignore[index]
    omar = console.person()
    omar.log_in("omar", password)
    assert omar.get("/inbox").headers["location"] == "/account/password"
    omar.get("/account/password")
    omar.post("/account/password", present=password, new="a new long one", again="a new long one")
    assert omar.get("/account").status_code == 200


def test_a_failure_is_said_in_the_interface_under_the_same_policy(
    console: ConsoleUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    nadia = console.log_in("nadia", Role.RECEPTION)

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("for the test")

    monkeypatch.setattr(console.services.request_board, "waiting", fail)
    browser = TestClient(
        console.app,
        "http://console.test",
        raise_server_exceptions=False,
        cookies=nadia.http.cookies,
    )
    answer = browser.get("/requests", headers={"accept": "text/html"})

    assert answer.status_code == 500
    assert "Un problème de notre côté" in answer.text
    assert "for the test" not in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["cache-control"] == "no-store"
