"""Dates of birth as people write them."""

from datetime import date

import pytest

from clinic.patients.birth_dates import read_birth_date

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "born"),
    [
        ("12/05/2015", date(2015, 5, 12)),
        ("12-5-15", date(2015, 5, 12)),
        ("3.4.62", date(1962, 4, 3)),
        ("né le 12 mai 2015", date(2015, 5, 12)),
        ("1er août 1980", date(1980, 8, 1)),
        ("12 May 2015", date(2015, 5, 12)),
        ("12 ماي 2015", date(2015, 5, 12)),
        ("3 غشت 1971", date(1971, 8, 3)),
        ("٢٠١٥/٥/١٢", date(2015, 5, 12)),
        ("2015-05-12", date(2015, 5, 12)),
        ("31/02/2015", None),
        ("12/05/2027", None),
        ("12/05/1850", None),
        ("demain", None),
    ],
)
def test_a_date_of_birth_is_read(text: str, born: date | None) -> None:
    assert read_birth_date(text, TODAY) == born
