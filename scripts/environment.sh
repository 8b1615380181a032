#!/bin/sh
# Makes or updates .venv from a lock file: Python 3.10, hashes checked, bytecode compiled.
# Usage: scripts/environment.sh app|dev
set -eu
cd "$(dirname "$0")/.."
lock="requirements/$1.lock"
stamp=".venv/.installed-$1"
sum=$(cksum "$lock")

# What the tests need contains what the assistant needs.
if [ "$1" = app ] && [ -f .venv/.installed-dev ] && [ "$(cat .venv/.installed-dev)" = "$(cksum requirements/dev.lock)" ]; then
    exit 0
fi
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$sum" ]; then
    exit 0
fi

if ! .tools/bin/uv --version >/dev/null 2>&1; then
    echo "==> Installing the installer (uv) into .tools"
    rm -rf .tools
    # PYENV_VERSION: pyenv's own pin (.python-version) may name a Python that is not there.
    python=$(PYENV_VERSION= command -v python3 || true)
    [ -n "$python" ] || { echo "Python 3 is needed: install it and run this again." >&2; exit 1; }
    python3 -m venv .tools 2>/dev/null || PYENV_VERSION=system python3 -m venv .tools || {
        echo "python3 -m venv failed. On Debian: apt-get install python3-venv" >&2; exit 1; }
    .tools/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.lock
fi

if [ ! -x .venv/bin/python ]; then
    echo "==> Making the Python 3.10 environment in .venv"
    .tools/bin/uv venv --quiet --python 3.10 .venv
fi
echo "==> Installing the packages of $lock (a few minutes the first time)"
.tools/bin/uv pip install --python .venv/bin/python --require-hashes --compile-bytecode -r "$lock"
printf '%s' "$sum" > "$stamp"
