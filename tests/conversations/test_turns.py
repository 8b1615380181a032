"""How many times a patient writes or taps until an errand is done (median per errand)."""

from __future__ import annotations

from statistics import median
from typing import Any

import pytest
import yaml

from tests.conversations.playing import FOLDER

MOST = {"booking": 4, "move": 3, "cancel": 2, "confirm": 1}
"""A booking: of a returning patient who says at first that they want one, and nothing else."""

DONE = {
    "booking": "utter_booked",
    "move": "utter_moved",
    "cancel": "utter_cancelled",
    "confirm": "utter_presence_confirmed",
}
"""What the last answer of such a situation has to be."""

_PATIENT = ("write", "tap", "send")


def scripts_of(errand: str) -> dict[str, dict[str, Any]]:
    """Returns the situations that play this errand without a detour."""
    scripts = {path: yaml.safe_load(path.read_text("utf-8")) for path in FOLDER.glob("*/*.yml")}
    return {
        f"{path.parent.name}/{path.stem}": script
        for path, script in sorted(scripts.items())
        if script.get("errand") == errand
    }


def count_turns(errand: str) -> dict[str, int]:
    """Returns how often the patient writes or taps in each of them."""
    return {
        name: sum(any(act in turn for act in _PATIENT) for turn in script["turns"])
        for name, script in scripts_of(errand).items()
    }


@pytest.mark.parametrize("errand", list(MOST))
def test_the_situations_that_count_reach_the_end(errand: str) -> None:
    for name, script in scripts_of(errand).items():
        uses = script["turns"][-1]["answer"]["uses"]
        assert DONE[errand] in uses, name


@pytest.mark.parametrize("errand", list(MOST))
def test_the_median_of_turns_is_as_low_as_promised(
    errand: str, capsys: pytest.CaptureFixture[str]
) -> None:
    turns = count_turns(errand)
    found = median(turns.values())
    with capsys.disabled():
        print(f"\n{errand}: median {found:g} turns in {len(turns)} situations")
    assert found <= MOST[errand], turns
