"""A number of minutes in words: Arabic has a plural up to ten and a singular from eleven."""

import pytest

from clinic.facts.dates import say_minutes


@pytest.mark.parametrize(
    ("count", "language", "said"),
    [
        (1, "fr", "1 minute"),
        (20, "fr", "20 minutes"),
        (1, "en", "1 minute"),
        (2, "ary", "جوج دقايق"),
        (10, "ary", "10 دقايق"),
        (11, "ary", "11 دقيقة"),
        (5, "ary-Latn", "5 d9aye9"),
        (30, "ary-Latn", "30 d9i9a"),
    ],
)
def test_minutes_are_said_as_the_language_counts(count: int, language: str, said: str) -> None:
    assert say_minutes(count, language) == said
