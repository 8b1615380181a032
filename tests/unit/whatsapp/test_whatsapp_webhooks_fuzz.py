"""Whatever happens to a body, reading it never raises and never loses what is whole."""

from __future__ import annotations

import contextlib
import copy
import json
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from whatsapp.errors import MalformedBodyError
from whatsapp.updates import InboundMessage, StatusUpdate, Update, UpdateKind
from whatsapp.webhooks import read_identity_change, read_message, read_status, read_updates

ROOT = Path(__file__).parents[3]
BODIES = [
    json.loads(path.read_text("utf-8"))
    for folder in (ROOT / "tests/payloads", ROOT.parent / "shared/whatsapp/payloads")
    for path in sorted(folder.glob("meta_*/*.json"))
]
WHOLE = {
    "from": "212600000009",
    "id": "wamid.WHOLE",
    "timestamp": "1749416383",
    "type": "text",
    "text": {"body": "kanmout"},
}

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats()
    | st.text(st.characters(), max_size=20)
    | st.sampled_from(["", "0", "text", "system", "wamid.X" * 60, "\ud800", "\x00"])
)
anything = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every container and key of a JSON value."""
    found: list[tuple[Any, Any]] = []
    waiting = [value]
    while waiting:
        container = waiting.pop()
        keys = list(container) if isinstance(container, dict) else range(len(container))
        for key in keys:
            found.append((container, key))
            if isinstance(container[key], dict | list):
                waiting.append(container[key])
    return found


def read_everything(body: bytes) -> list[Update]:
    updates = read_updates(body)
    for update in updates:
        assert 0 < len(update.key) <= 200
        assert update.key.isascii()
        assert isinstance(update.raw, dict)
        assert (update.reason is not None) == (update.kind is UpdateKind.MALFORMED)
        stored = json.dumps(update.to_dict(), ensure_ascii=False, allow_nan=False)
        assert b"\x00" not in stored.encode()
        assert Update.from_dict(json.loads(stored)) == update
        if update.kind in (UpdateKind.MESSAGE, UpdateKind.ECHO, UpdateKind.SYSTEM):
            message = read_message(update)
            assert isinstance(message, InboundMessage)
            assert isinstance(message.spoken_text, str)
        if update.kind is UpdateKind.STATUS:
            assert isinstance(read_status(update), StatusUpdate)
        if update.kind in (UpdateKind.SYSTEM, UpdateKind.USER_ID_UPDATE):
            read_identity_change(update)
    return updates


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_swapped_and_dropped_values_never_raise(data: st.DataObject) -> None:
    body = copy.deepcopy(data.draw(st.sampled_from(BODIES)))
    for _ in range(data.draw(st.integers(1, 4))):
        found = places(body)
        if not found:
            break
        container, key = data.draw(st.sampled_from(found))
        if data.draw(st.booleans()):
            del container[key]
        else:
            container[key] = data.draw(anything)
    read_everything(json.dumps(body).encode())


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_whole_message_beside_a_broken_one_is_always_read(data: st.DataObject) -> None:
    body = copy.deepcopy(data.draw(st.sampled_from(BODIES)))
    value = body["entry"][0]["changes"][0]["value"]
    container, key = data.draw(st.sampled_from(places(value) or [(value, "field")]))
    container[key] = data.draw(anything)
    messages = value.get("messages")
    value["messages"] = [*(messages if isinstance(messages, list) else []), WHOLE]
    whole = [u for u in read_everything(json.dumps(body).encode()) if u.key == "wamid.WHOLE"]
    assert [read_message(update).text for update in whole] == ["kanmout"]


@settings(max_examples=200, deadline=None)
@given(root=st.dictionaries(st.sampled_from(["object", "entry", "x"]), anything, max_size=3))
def test_any_object_is_taken_in(root: dict[str, Any]) -> None:
    updates = read_everything(json.dumps(root).encode())
    assert updates or root["entry"] == [] or all(e["changes"] == [] for e in root["entry"])


@settings(max_examples=200, deadline=None)
@given(cut=st.integers(0, 600), junk=st.binary(max_size=4), body=st.sampled_from(BODIES))
def test_bytes_changed_on_the_way_raise_only_the_one_error(
    cut: int, junk: bytes, body: dict[str, Any]
) -> None:
    encoded = json.dumps(body).encode()
    with contextlib.suppress(MalformedBodyError):
        read_everything(encoded[:cut] + junk + encoded[cut + len(junk) :])
