"""The map of the conversation: what rules become, and that the page is up to date."""

from pathlib import Path

import pytest

from scripts import conversation_map
from scripts.conversation_map import Map, read_path
from scripts.flowchart import Flowchart


def test_the_page_is_up_to_date() -> None:
    assert conversation_map.MAP.read_text(encoding="utf-8") == Map().render()


def test_every_topic_has_a_picture() -> None:
    page = Map().render()
    for path in (conversation_map.ROOT / "data" / "rules").glob("*.yml"):
        title = path.stem.replace("_", " ").capitalize()
        assert f"## {title}\n" in page
    assert page.count("```mermaid") == page.count("flowchart ")


def test_an_outdated_page_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = conversation_map.ROOT / "docs" / "glossary.md"
    monkeypatch.setattr(conversation_map, "MAP", old)
    with pytest.raises(SystemExit, match="out of date"):
        conversation_map.main(["--check"])


def test_a_rule_that_starts_a_form_is_read() -> None:
    track = read_path(
        {
            "rule": "a wish",
            "steps": [
                {"or": [{"intent": "book_appointment"}, {"intent": "inform"}]},
                {"action": "booking_form"},
                {"active_loop": "booking_form"},
            ],
        }
    )
    assert track.intents == ("book_appointment", "inform")
    assert (track.actions, track.starts, track.ends) == (("booking_form",), "booking_form", False)


def test_a_label_with_quotes_stays_one_label() -> None:
    chart = Flowchart()
    chart.node("a", ("[", "]"), 'asks "who"')
    chart.node("a", ("[", "]"), "again")
    assert chart.lines == ['  a["asks #quot;who#quot;"]']
