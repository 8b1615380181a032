"""Fixtures that several folders share."""

import zoneinfo

from tests.assistant import assistant_process, clinic_under_test
from tests.postgresql import postgresql_url

# As the product does it: offsets come from the tzdata package. Morocco left UTC+1 for good on
# 20 September 2026, which the zone files of older machines do not know.
zoneinfo.reset_tzpath(to=())
zoneinfo.ZoneInfo.clear_cache()

__all__ = ["assistant_process", "clinic_under_test", "postgresql_url"]
