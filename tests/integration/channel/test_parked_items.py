"""What could not be read, stored or answered: listed, taken in again and dropped by command."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from clinic.adapters.contacts import Contacts
from clinic.adapters.inbox import Inbox
from clinic.adapters.tables import metadata
from clinic.adapters.tables.messaging import inbox
from clinic.bootstrap import Services, build_services, use_services
from clinic.settings import read_settings
from scripts.inbox import main
from tests.assistant import ENVIRONMENT, MONDAY_MORNING
from tests.integration.channel.webhooks import SALMA, body_of, change, messages

SECRET = "un secret"

Command = Callable[..., tuple[int, str]]


@pytest.fixture
def wired(database_url: str, tmp_path: Path) -> Iterator[Services]:
    environment = {
        **ENVIRONMENT,
        "DATABASE_URL": database_url,
        "CLINIC_NOW": MONDAY_MORNING.isoformat(),
        "MEDIA_FOLDER": str(tmp_path / "media"),
    }
    services = build_services(read_settings(environment))
    metadata.create_all(services.database.engine)
    use_services(services)
    yield services
    use_services(None)
    services.database.close()


@pytest.fixture
def command(
    wired: Services, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """Runs `python -m scripts.inbox` with arguments; returns its exit code and its words."""

    def run(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["inbox", *arguments])
        code = 0
        try:
            main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 1
        return code, capsys.readouterr().out

    return run


def text(wamid: str = "wamid.A", **fields: Any) -> dict[str, Any]:
    message = {"id": wamid, "from": SALMA, "timestamp": "1795424400", "type": "text",
               "text": {"body": SECRET}}  # fmt: skip
    return {name: value for name, value in {**message, **fields}.items() if value is not None}


def receive(wired: Services, *items: Any, **fields: Any) -> None:
    wired.intake.receive(json.dumps(messages(*items, **fields)).encode())


def rows(wired: Services) -> list[Any]:
    with wired.database.read() as tx:
        return tx.connection.execute(select(inbox).order_by(inbox.c.id)).all()


def states(wired: Services) -> dict[str, str]:
    return {row.key: row.status for row in rows(wired)}


def content(wired: Services) -> str:
    return "".join(wired.database.cipher.decrypt(bytes(row.payload)) for row in rows(wired))


def break_storing(
    wired: Services, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> Callable[[], None]:
    """Makes every message fail while it is stored; returns what mends it."""
    monkeypatch.setattr(wired.intake, "_store_message", _raises(error))
    return monkeypatch.undo


def _raises(error: Exception) -> Callable[..., None]:
    def fail(*_arguments: Any) -> None:
        raise error

    return fail


def test_nothing_parked_is_said_in_words(command: Command) -> None:
    assert command("parked") == (0, "Nothing is parked.\n")


def test_the_list_says_why_and_shows_content_only_when_asked(
    wired: Services, command: Command
) -> None:
    receive(wired, text(id=None), 7)
    code, listed = command("parked")
    assert code == 0
    first, second = listed.splitlines()
    assert first.endswith("malformed   The item is not an object.")
    assert second.endswith("malformed   The item has no id.")
    assert "2026-11-23" in first
    assert SECRET not in listed
    assert SECRET in command("parked", "--show")[1]


def test_what_still_cannot_be_read_stays_parked_with_its_reason(
    wired: Services, command: Command
) -> None:
    receive(wired, text(id=None))
    (before,) = rows(wired)
    number = str(before.id)
    assert command("replay", number) == (
        1,
        f"{number}: still can't be read and stays parked: The item has no id.\n",
    )
    (after,) = rows(wired)
    assert tuple(after) == tuple(before)


def test_what_is_dropped_loses_its_content_and_is_gone_from_the_list(
    wired: Services, command: Command
) -> None:
    receive(wired, text(id=None))
    number = str(rows(wired)[0].id)
    assert command("drop", number) == (0, f"{number}: dropped\n")
    assert SECRET not in content(wired)
    assert rows(wired)[0].reason == "dropped: The item has no id."
    assert command("parked")[1] == "Nothing is parked.\n"
    for again in ("drop", "replay"):
        assert command(again, number) == (1, f"{number}: is not parked\n")
    receive(wired, text(id=None))
    assert command("parked")[1] == "Nothing is parked.\n", "a copy of it is not parked again"


def test_what_is_no_number_is_told_and_the_others_go_on(wired: Services, command: Command) -> None:
    receive(wired, text(id=None))
    number = str(rows(wired)[0].id)
    assert command("drop", "x", number) == (1, f"x: is not a number\n{number}: dropped\n")


def test_a_message_that_could_not_be_stored_waits_for_its_answer_once_it_can(
    wired: Services, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    mend = break_storing(wired, monkeypatch, LookupError(SECRET))
    receive(wired, text())
    assert states(wired) == {"wamid.A": "parked"}
    assert rows(wired)[0].reason == "LookupError while it was stored.", "without its words"
    mend()
    number = str(rows(wired)[0].id)
    assert command("replay", number) == (0, f"{number}: replayed\n")
    assert states(wired) == {"wamid.A": "waiting"}
    with wired.database.read() as tx:
        (item,) = Inbox(tx).waiting(rows(wired)[0].contact_id)
    assert item.message.text == SECRET
    receive(wired, text())
    assert len(rows(wired)) == 1, "WhatsApp delivers it again: it counts once"


def test_a_message_that_still_cannot_be_stored_is_kept(
    wired: Services, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_storing(wired, monkeypatch, LookupError(SECRET))
    receive(wired, text())
    (before,) = rows(wired)
    code, said = command("replay", str(before.id))
    assert (code, "LookupError while it was stored." in said) == (1, True)
    (after,) = rows(wired)
    assert tuple(after) == tuple(before)


def test_who_wrote_it_is_kept_when_only_the_contacts_said_so(
    wired: Services, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    mend = break_storing(wired, monkeypatch, LookupError("odd"))
    contacts = [{"wa_id": SALMA, "user_id": "MA.7", "profile": {"name": "Salma"}}]
    item = text(**{"from": None})
    body = body_of([change(messages=[item], contacts=contacts)])
    wired.intake.receive(json.dumps(body).encode())
    mend()
    assert command("replay", "all")[0] == 0
    with wired.database.read() as tx:
        contact = Contacts(tx).get(rows(wired)[0].contact_id)
    assert contact is not None
    assert (contact.phone, contact.user_id, contact.profile_name) == (SALMA, "MA.7", "Salma")


def test_all_takes_in_what_can_be_read_and_leaves_the_rest(
    wired: Services, command: Command
) -> None:
    """A list that came as a single item is read as one."""
    alone = change()
    alone["value"]["messages"] = text("wamid.B")
    body = body_of([alone, change(messages=[7])])
    wired.intake.receive(json.dumps(body).encode())
    code, said = command("replay", "all")
    assert (code, said.count("replayed"), said.count("stays parked")) == (1, 1, 1)
    assert sorted(states(wired).values()) == ["parked", "waiting"]


def test_a_turn_that_failed_waits_again(wired: Services, command: Command) -> None:
    receive(wired, text())
    (row,) = rows(wired)
    with wired.database.write() as tx:
        Inbox(tx).park([row.id], "The turn failed.", wired.clock.now())
    assert "The turn failed." in command("parked")[1]
    assert command("replay", "all") == (0, f"{row.id}: replayed\n")
    assert states(wired) == {"wamid.A": "waiting"}


def test_a_long_list_says_that_there_is_more(wired: Services, command: Command) -> None:
    receive(wired, *range(101))
    lines = command("parked")[1].splitlines()
    assert len(lines) == 101
    assert lines[-1] == "These are the newest 100; there are more."
