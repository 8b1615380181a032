"""Fixtures that several folders share."""

import os
import zoneinfo

import pytest

from tests.assistant import assistant_process, clinic_under_test
from tests.console import console
from tests.databases import database, database_url
from tests.postgresql import postgresql_url

# As the product does it: offsets come from the tzdata package. Morocco left UTC+1 for good on
# 20 September 2026, which the zone files of older machines do not know.
zoneinfo.reset_tzpath(to=())
zoneinfo.ZoneInfo.clear_cache()

__all__ = [
    "assistant_process",
    "clinic_under_test",
    "console",
    "database",
    "database_url",
    "postgresql_url",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A file's tests run in one process, with the servers it started; situations in any."""
    for item in items:
        if item.path.name != "test_situations.py":
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Under CI, what had to be left out because something is not installed is a failure.

    Files that are no part of the repository (../shared) may be missing.
    """
    if os.environ.get("CI") != "true":
        return
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    missing = [report for report in skipped if "is not installed" in str(report.longrepr)]
    if missing and exitstatus == pytest.ExitCode.OK:
        reporter.write_line(f"{len(missing)} tests were left out: a failure under CI.", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
