"""Where Chromium is and how it is started."""

from __future__ import annotations

import os

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    # As for staff who have used the page before: it may play the alarm.
    "--autoplay-policy=no-user-gesture-required",
]
