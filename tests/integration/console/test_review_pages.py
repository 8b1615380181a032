"""The review in the console: a guess corrected, a test message refused, the patch downloaded."""

from __future__ import annotations

from clinic.adapters.contacts import Contacts
from clinic.adapters.review import ReviewMessages
from clinic.review.model import Guess, ReviewSource
from clinic.review.training_files import read_examples
from clinic.settings import ROOT
from clinic.staff.model import Role
from tests.console import ConsoleUnderTest


def message(console: ConsoleUnderTest, text: str = "zut alors le tarif quoi") -> str:
    wired, now = console.services, console.services.clock.now()
    with wired.database.write() as tx:
        contact = Contacts(tx).find_or_create(
            phone="212661000001", user_id=None, profile_name=None, now=now
        )
        ReviewMessages(tx).add(
            contact.id,
            "wamid.1",
            text,
            "fr",
            [Guess("complain", 0.31)],
            ReviewSource.NOT_UNDERSTOOD,
            now,
        )
    return wired.review.waiting(by="test")[0].id


def test_an_intent_is_corrected_and_the_patch_downloaded(console: ConsoleUnderTest) -> None:
    message_id = message(console)
    hind = console.log_in("hind", Role.MANAGER)
    page = hind.get("/review").text
    assert "zut alors le tarif quoi" in page
    assert "Se plaindre" in page
    assert hind.get("/review/review.patch").status_code == 404

    answer = hind.post(
        f"/review/{message_id}/label", intent="ask_price", example="zut alors le tarif quoi"
    )

    assert answer.headers["location"] == "/review"
    assert "data/nlu/fr/facts.yml" in hind.get("/review/labelled").text
    patch = hind.get("/review/review.patch")
    assert patch.headers["content-disposition"] == 'attachment; filename="review.patch"'
    assert "+    - zut alors le tarif quoi" in patch.text


def test_a_test_message_comes_back_with_the_reason(console: ConsoleUnderTest) -> None:
    message_id = message(console)
    held_out = next(iter(read_examples(ROOT / "tests" / "nlu" / "fr", ROOT))).text
    hind = console.log_in("hind", Role.MANAGER)
    hind.get("/review")

    answer = hind.post(f"/review/{message_id}/label", intent="ask_price", example=held_out)

    assert answer.status_code == 422
    assert "sert aux tests" in answer.text


def test_messages_are_ignored_and_taken_up_again(console: ConsoleUnderTest) -> None:
    message_id = message(console)
    hind = console.log_in("hind", Role.MANAGER)
    hind.get("/review")
    hind.post(f"/review/{message_id}/dismiss")
    assert "zut alors" not in hind.get("/review").text

    hind.post(f"/review/{message_id}/undo")
    assert "zut alors" in hind.get("/review").text
    assert hind.post("/review/nothing/undo").status_code == 404


def test_reception_reviews_nothing(console: ConsoleUnderTest) -> None:
    nadia = console.log_in("nadia", Role.RECEPTION)
    for path in ("/review", "/review/labelled", "/review/review.patch"):
        assert nadia.get(path).status_code == 403
