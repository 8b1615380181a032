"""Draws the conversation: a picture per topic, from the rules and stories, for designers to read.

    python -m scripts.conversation_map            writes docs/conversation-map.md
    python -m scripts.conversation_map --check    tells whether it is up to date (`make check`)

What a step does is the first line of its action's docstring.
"""

from __future__ import annotations

import argparse
import itertools
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from actions.errand_register import ERRANDS
from scripts.action_summaries import ActionSummary, summarise_actions
from scripts.check_data import BUTTON_INTENTS
from scripts.flowchart import Flowchart

ROOT = Path(__file__).resolve().parent.parent
MAP = ROOT / "docs" / "conversation-map.md"
_INTRO = Path(__file__).with_name("conversation_map_intro.md")


@dataclass(frozen=True)
class Track:
    """A rule or story: what it needs, what the patient says, what follows."""

    name: str
    form: str | None
    intents: tuple[str, ...]
    actions: tuple[str, ...]
    starts: str | None
    ends: bool


_SAID, _DONE, _ASKED, _END = ("([", "])"), ("[", "]"), ("[/", "/]"), ("{{", "}}")


class Map:
    """Everything that the pictures are drawn from."""

    def __init__(self, root: Path = ROOT) -> None:
        domain = _load(root / "domain.yml")
        self._forms: dict[str, list[str]] = {
            name: form["required_slots"] for name, form in domain["forms"].items()
        }
        self._texts: dict[str, Any] = {}
        for path in sorted((root / "data" / "responses").glob("**/*.yml")):
            self._texts |= _load(path).get("responses", {})
        self._actions: dict[str, ActionSummary] = summarise_actions()
        self._topics: dict[str, list[Track]] = {}
        for kind in ("rules", "stories"):
            files = [root / "data" / f"{kind}.yml", *sorted((root / "data" / kind).glob("*.yml"))]
            for path in (file for file in files if file.exists()):
                found = [read_path(entry) for entry in _load(path).get(kind) or ()]
                if found:
                    self._topics.setdefault(path.stem, []).extend(found)

    def render(self) -> str:
        """Returns the page."""
        parts = [_INTRO.read_text(encoding="utf-8"), self._render_errands()]
        parts += [self._render_topic(topic, paths) for topic, paths in sorted(self._topics.items())]
        return "\n".join(parts)

    def _render_errands(self) -> str:
        rows = [
            f"| {self._errand_name(errand.form)} | {_names(errand.starts)} | {_names(errand.own)} |"
            for errand in ERRANDS
        ]
        return "\n".join(
            (
                "## Errands\n",
                "One errand is open at a time. A message that begins another one is answered with "
                "one question,\nunless the open one reads it itself.\n",
                "| errand | begins with | reads itself while it is open |",
                "|---|---|---|",
                *rows,
                "",
            )
        )

    def _errand_name(self, form: str) -> str:
        return f"{self._english(f'utter_errand_{form}')} (`{form}`)"

    def _render_topic(self, topic: str, paths: Sequence[Track]) -> str:
        picture = Flowchart()
        for path in paths:
            self._draw(picture, path)
        modules = sorted({self._actions[n].module for n in self._used(paths) if n in self._actions})
        lines = [f"## {topic.replace('_', ' ').capitalize()}\n"]
        if (ROOT / "data" / "responses" / f"{topic}.yml").exists():
            lines.append(f"Texts: `data/responses/{topic}.yml`.")
        lines.append(f"Code: {', '.join(f'`actions/{module}.py`' for module in modules)}.\n")
        lines += ["```mermaid", "flowchart LR", *picture.lines, "```\n"]
        return "\n".join(lines)

    def _used(self, paths: Sequence[Track]) -> Iterator[str]:
        for path in paths:
            yield from path.actions
            if path.starts:
                yield f"validate_{path.starts}"

    def _draw(self, picture: Flowchart, path: Track) -> None:
        said = [
            picture.node(f"i_{intent}", _SAID, self._intent_label(intent))
            for intent in path.intents
        ]
        if path.ends and path.form:
            end = self._draw_end(picture, path)
            if end:
                picture.edge(f"f_{path.form}_end", end)
            return
        if path.starts:
            self._draw_form(picture, path.starts)
        nodes = [
            f"f_{name}" if name in self._forms else self._draw_action(picture, name)
            for name in path.actions
        ]
        for first in said:
            picture.edge(first, nodes[0])
        for first, second in itertools.pairwise(nodes):
            picture.edge(first, second)

    def _draw_form(self, picture: Flowchart, form: str) -> None:
        last = picture.node(f"f_{form}", _DONE, self._form_label(form))
        for slot in self._forms[form]:
            question = picture.node(f"q_{form}_{slot}", _ASKED, self._question_label(slot))
            picture.edge(last, question)
            last = question
        end = picture.node(f"f_{form}_end", _END, f"{form} is complete")
        picture.edge(last, end)

    def _draw_end(self, picture: Flowchart, path: Track) -> str | None:
        after = [name for name in path.actions if name not in (path.form, "action_listen")]
        return self._draw_action(picture, after[0]) if after else None

    def _draw_action(self, picture: Flowchart, name: str) -> str:
        if name.startswith("utter_"):
            return picture.node(f"a_{name}", _DONE, f"says: {self._english(name)}")
        return picture.node(f"a_{name}", _DONE, self._summary(name))

    def _form_label(self, form: str) -> str:
        text = self._english(f"utter_errand_{form}") or self._summary(f"validate_{form}")
        return f"{form}<br>{text}"

    def _intent_label(self, intent: str) -> str:
        if intent in BUTTON_INTENTS:
            return f"tap: {intent}"
        text = self._english(f"utter_intent_{intent}")
        return f"{intent}<br>{text}" if text else intent

    def _question_label(self, slot: str) -> str:
        text = self._summary(f"action_ask_{slot}") or self._english(f"utter_ask_{slot}")
        return f"{slot}<br>{text}"

    def _summary(self, action: str) -> str:
        known = self._actions.get(action)
        return known.summary if known else ""

    def _english(self, response: str) -> str:
        for variation in self._texts.get(response, ()):
            if any(it.get("value") == "en" for it in variation.get("condition", ())):
                return str(variation["text"]).splitlines()[0]
        return ""


def read_path(entry: dict[str, Any]) -> Track:
    """Reads a rule or a story of Rasa's YAML."""
    intents: list[str] = []
    actions: list[str] = []
    starts, ends = None, False
    for step in entry["steps"]:
        alternatives = step.get("or", [step])
        intents += [one["intent"] for one in alternatives if "intent" in one]
        if "action" in step:
            actions.append(step["action"])
        if "active_loop" in step:
            starts, ends = step["active_loop"], step["active_loop"] is None
    conditions = entry.get("condition") or ()
    form = next((it["active_loop"] for it in conditions if "active_loop" in it), None)
    name = str(entry.get("rule") or entry.get("story"))
    return Track(name, form, tuple(intents), tuple(actions), starts, ends)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing")
    check: bool = parser.parse_args(arguments).check
    page = Map().render()
    name = MAP.relative_to(ROOT)
    if not check:
        MAP.write_text(page, encoding="utf-8")
        sys.stdout.write(f"{name} is written.\n")
    elif not MAP.exists() or MAP.read_text(encoding="utf-8") != page:
        sys.exit(f"{name} is out of date: run `.venv/bin/python -m scripts.conversation_map`.")
    else:
        sys.stdout.write(f"{name} is up to date.\n")


def _names(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "–"


def _load(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text(encoding="utf-8")) or {}


if __name__ == "__main__":
    main()
