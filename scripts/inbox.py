"""What came in and could not be read or answered.

python -m scripts.inbox parked [--show]     list it; --show with its content (personal data!)
python -m scripts.inbox replay NUMBER...    take it in once more; `all` for everything
python -m scripts.inbox drop NUMBER...      give it up and erase its content
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from typing import Any

from clinic.bootstrap import services
from clinic.messaging.parked import NotParkedError, ParkedItems, StillUnreadableError
from clinic.settings import SettingsError

_SHOWN = 100


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("parked").add_argument("--show", action="store_true")
    for name in ("replay", "drop"):
        commands.add_parser(name).add_argument("numbers", nargs="+")
    arguments = parser.parse_args()
    try:
        parked = services().parked
    except SettingsError as error:
        sys.exit(str(error))
    if arguments.command == "parked":
        show(parked, with_content=arguments.show, write=sys.stdout.write)
        return
    sys.exit(act(parked, arguments.command, arguments.numbers, sys.stdout.write))


def show(parked: ParkedItems, *, with_content: bool, write: Callable[[str], Any]) -> None:
    """Lists the parked items, one a line."""
    items = parked.list(_SHOWN + 1)
    for item in items[:_SHOWN]:
        update = item.update
        write(
            f"{item.id:8}  {item.received_at:%Y-%m-%d %H:%M}  {update.field or '-':12}"
            f"  {update.kind.value:10}  {update.reason}\n"
        )
        if with_content:
            write(f"          {json.dumps(update.raw, ensure_ascii=False)[:2000]}\n")
    if not items:
        write("Nothing is parked.\n")
    if len(items) > _SHOWN:
        write(f"These are the newest {_SHOWN}; there are more.\n")


def act(parked: ParkedItems, command: str, numbers: list[str], write: Callable[[str], Any]) -> int:
    """Replays or drops items; returns the exit code, 1 when one of them could not be."""
    failed = 0
    wanted = [i.id for i in parked.list(10_000)] if numbers == ["all"] else numbers
    for number in wanted:
        try:
            (parked.replay if command == "replay" else parked.drop)(int(number))
            write(f"{number}: {'replayed' if command == 'replay' else 'dropped'}\n")
        except ValueError:
            failed += 1
            write(f"{number}: is not a number\n")
        except NotParkedError:
            failed += 1
            write(f"{number}: is not parked\n")
        except StillUnreadableError as error:
            failed += 1
            write(f"{number}: still can't be read and stays parked: {error.reason}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    main()
