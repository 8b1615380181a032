"""Checks the audit trail.

python -m scripts.audit verify
"""

from __future__ import annotations

import argparse
import sys

from clinic.bootstrap import services


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("verify", help="find changed, missing or removed entries")
    parser.parse_args()
    faults = services().audit.verify()
    for fault in faults:
        sys.stderr.write(f"{fault}\n")
    if faults:
        sys.exit("The audit trail was touched.")
    sys.stdout.write("The audit trail is whole.\n")


if __name__ == "__main__":
    main()
