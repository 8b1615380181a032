"""Accounts of the staff console from the command line.

    python -m scripts.staff create-admin --login nadia     asks for the password twice
    python -m scripts.staff create-admin --login nadia --generate
    python -m scripts.staff reset-password --login nadia   a temporary one, shown once
    python -m scripts.staff list

The first administrator is made here; everybody else in the console.
"""

from __future__ import annotations

import argparse
import getpass
import sys

from clinic.bootstrap import Services, services
from clinic.staff.accounts import COMMAND_LINE
from clinic.staff.errors import StaffError
from clinic.staff.model import INTERFACE_LANGUAGES, NewMember, Role, SiteRole
from clinic.staff.passwords import generate_password


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.staff",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    create = commands.add_parser("create-admin", help="make an administrator")
    create.add_argument("--login", required=True)
    create.add_argument("--name", default="", help="as colleagues see it; the login without it")
    create.add_argument("--language", choices=INTERFACE_LANGUAGES, default="fr")
    create.add_argument("--generate", action="store_true", help="make a password and show it once")
    create.add_argument(
        "--role", action="append", choices=[role.value for role in Role], default=[],
        help="another role besides administrator, at all sites",
    )  # fmt: skip
    create.add_argument("--only-first", action="store_true", help="nothing if there is an account")
    reset = commands.add_parser("reset-password", help="give a temporary password")
    reset.add_argument("--login", required=True)
    commands.add_parser("list", help="show every account")
    given = parser.parse_args(arguments)
    run = {"create-admin": _create, "reset-password": _reset, "list": _list}[given.command]
    try:
        return run(services(), given)
    except StaffError as error:
        sys.stderr.write(f"{type(error).__doc__}\n")
        return 1


def _create(wired: Services, given: argparse.Namespace) -> int:
    if given.only_first and wired.staff.has_any():
        return 0
    password = generate_password() if given.generate else _asked_password()
    if password is None:
        sys.stderr.write("The two passwords differ.\n")
        return 1
    roles = {Role.ADMIN, *(Role(name) for name in given.role)}
    wired.staff.create(
        NewMember(
            login=given.login,
            name=given.name or given.login,
            password=password,
            roles=frozenset(SiteRole(role) for role in roles),
            language=given.language,
        ),
        by=COMMAND_LINE,
    )
    if given.generate:
        sys.stdout.write(f"{given.login} {password}\n")
    return 0


def _reset(wired: Services, given: argparse.Namespace) -> int:
    member = wired.staff.by_login(given.login)
    if member is None:
        sys.stderr.write("No member of staff has that login name.\n")
        return 1
    password = generate_password()
    wired.staff.set_password(member.id, password, COMMAND_LINE, temporary=True)
    sys.stdout.write(f"{given.login} {password}\n")
    return 0


def _list(wired: Services, _: argparse.Namespace) -> int:
    for member in wired.staff.all():
        roles = ", ".join(
            sorted(f"{r.role.value}{f' ({r.site})' if r.site else ''}" for r in member.roles)
        )
        state = "" if member.is_active else "  closed"
        sys.stdout.write(f"{member.login}  {member.name}  {roles}{state}\n")
    return 0


def _asked_password() -> str | None:
    """Asks twice; None when the answers differ."""
    first = getpass.getpass("Password: ")
    return first if first == getpass.getpass("Once more: ") else None


if __name__ == "__main__":
    sys.exit(main())
