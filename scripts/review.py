"""Messages that staff reviewed, as a patch of the training data.

python -m scripts.review patch > review.patch
git apply review.patch
"""

from __future__ import annotations

import argparse
import sys

from clinic.bootstrap import services


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("patch", help="write the reviewed messages as a unified difference")
    parser.parse_args()
    patch = services().review.patch()
    if not patch:
        sys.exit("There is nothing new to learn.")
    sys.stdout.write(patch)


if __name__ == "__main__":
    main()
