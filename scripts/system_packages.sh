#!/bin/sh
# Installs what the tests need from the system's packages, when it may: Chromium, PostgreSQL,
# fonts. What cannot be installed is named; the tests that need it say so again.
set -eu

missing=""
command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || missing="$missing chromium"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null 2>&1 || missing="$missing postgresql"
if command -v fc-list >/dev/null 2>&1 && ! fc-list :lang=ar | grep -q .; then missing="$missing fonts-noto-core"; fi
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
    echo "Not installed, and apt-get is not here:$missing" >&2
    exit 0
fi
if [ "$(id -u)" = 0 ]; then as_root=""
elif sudo -n true 2>/dev/null; then as_root="sudo"
else
    echo "Not installed:$missing. To run the tests that need them: sudo apt-get install$missing" >&2
    exit 0
fi
echo "==> Installing from the system's packages:$missing"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq || true
# shellcheck disable=SC2086
$as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null || echo "Could not install:$missing" >&2
