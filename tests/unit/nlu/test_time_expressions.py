"""The reader of time expressions: cases of all languages, the contract's rules, properties."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from nlu.time_expressions import resolve_time

CASABLANCA = ZoneInfo("Africa/Casablanca")
CASES = Path(__file__).parents[2] / "nlu" / "time"
TUESDAY = datetime(2026, 11, 24, 10, 15, tzinfo=CASABLANCA)
GRAINS = {"minute", "hour", "part_of_day", "day", "week", "month"}


def _cases() -> list[Any]:
    found = []
    for path in sorted(CASES.glob("*.yml")):
        for case in yaml.safe_load(path.read_text(encoding="utf-8"))["cases"]:
            name = f"{path.stem}: {case['message']} @ {case['now']}"
            found.append(pytest.param(case, id=name))
    return found


def _time(written: str) -> datetime:
    """Reads a time of a case; without an offset it is on the clock of Casablanca."""
    moment = datetime.fromisoformat(written)
    return moment if moment.tzinfo else moment.replace(tzinfo=CASABLANCA)


def _local(text: str, now: datetime = TUESDAY) -> list[tuple[str, str, str]]:
    return [
        (f"{found.start:%Y-%m-%dT%H:%M}", f"{found.end:%Y-%m-%dT%H:%M}", found.grain)
        for found in resolve_time(text, now=now)
    ]


@pytest.mark.parametrize("case", _cases())
def test_message_resolves_to_the_expected_times(case: dict[str, Any]) -> None:
    found = resolve_time(case["message"], now=_time(case["now"]))
    assert [(time.start, time.end, time.grain) for time in found] == [
        (_time(time["start"]), _time(time["end"]), time["grain"]) for time in case["expected"]
    ]


@pytest.mark.parametrize("language", ["fr", "ary", "ary-Latn", "en", "mixed"])
def test_each_language_has_at_least_sixty_cases(language: str) -> None:
    document = yaml.safe_load((CASES / f"{language}.yml").read_text(encoding="utf-8"))
    assert len(document["cases"]) >= 60


def test_day_part_and_hour_are_one_expression_with_its_span() -> None:
    text = "bjr, rdv demain matin 9h svp"
    (found,) = resolve_time(text, now=TUESDAY)
    assert found.text == "demain matin 9h"
    assert text[found.span[0] : found.span[1]] == found.text


def test_span_of_arabic_with_vowel_signs_counts_the_written_characters() -> None:
    text = "بغيت نجي غدّاً فالصباح"
    (found,) = resolve_time(text, now=TUESDAY)
    assert found.text == "غدّاً فالصباح"
    assert text[found.span[0] : found.span[1]] == found.text


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("demain 10h", "2026-02-16T10:00:00+00:00", "2026-02-16T11:00:00+00:00"),
        ("lundi 23 mars 9h", "2026-03-23T09:00:00+01:00", "2026-03-23T10:00:00+01:00"),
        ("aujourd'hui", "2026-02-15T00:00:00+01:00", "2026-02-16T00:00:00+00:00"),
    ],
)
def test_local_hour_stays_when_the_offset_changes_for_ramadan(
    text: str, start: str, end: str
) -> None:
    now = datetime(2026, 2, 15, 1, 0, tzinfo=CASABLANCA)
    (found,) = resolve_time(text, now=now)
    assert (found.start.isoformat(), found.end.isoformat()) == (start, end)


def test_in_two_hours_is_real_time_across_the_change_of_clock() -> None:
    now = datetime(2026, 2, 15, 0, 30, tzinfo=timezone.utc)  # 01:30 local, UTC+1
    (found,) = resolve_time("dans 2h", now=now)
    assert found.start.astimezone(timezone.utc) == now + timedelta(hours=2)


def test_now_in_another_zone_counts_by_the_clinics_calendar() -> None:
    now = datetime(2026, 6, 15, 23, 30, tzinfo=timezone.utc)  # the 16th in Casablanca
    assert _local("ghedda", now) == [("2026-06-17T00:00", "2026-06-18T00:00", "day")]


def test_naive_now_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        resolve_time("demain", now=datetime(2026, 11, 24))  # noqa: DTZ001


@pytest.mark.parametrize(
    "text",
    [
        "",
        "salam",
        "0612345678",
        "06 12 34 56 78",
        "+212 6 12 34 56 78",
        "200 dh",
        "j'ai 3 ans et 2 enfants",
        "9bel",
        "3afak",
        "le 2ème",
        "bonsoir, bonne journée",
        "sbah lkhir",
        "صباح الخير",
        "may I ask",
        "first may we ask",
        "I sat down",
        "la mer",
        "mon fils",
        "ana ghada nji",
        "tous les lundis",
        "ouvert 24h/24",
        "5/5",
        "tension 14/9",
        "38.5 de fièvre",
        "né le 12/05/1990",
        "mor l3id",
        "awel chhar",
        "le 30 février",
        "25h",
        "dès que possible",
        "pendant 2h",
        "2h de retard",
    ],
)
def test_text_without_a_resolvable_time_gives_nothing(text: str) -> None:
    assert resolve_time(text, now=TUESDAY) == []


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("had nhar", ["2026-11-24"]),
        ("nhar had", ["2026-11-29"]),
        ("had l7ed", ["2026-11-29"]),
        ("nhar tlata", ["2026-12-01"]),
        ("nhar larb3a", ["2026-11-25"]),
        ("sebt", ["2026-11-28"]),
        ("بعد غدا", ["2026-11-26"]),
        ("بعد غد", ["2026-11-26"]),
        ("après-demain", ["2026-11-26"]),
        ("mardi 31", ["2026-12-01", "2026-12-31"]),
        ("demain lundi", ["2026-11-25", "2026-11-30"]),
        ("le 31", ["2026-12-31"]),
    ],
)
def test_look_alikes_give_the_day_that_is_meant(text: str, days: list[str]) -> None:
    assert [start[:10] for start, _, _ in _local(text)] == days


@pytest.mark.parametrize(
    ("text", "days"),
    [
        # The streets are named after days of history; glands and grandfathers are no days.
        ("on habite avenue 11 janvier, dispo lundi ?", ["2026-11-30"]),
        ("ساكن فشارع 6 نونبر", []),
        ("jeddi 3ndo rdv ghda", ["2026-11-25"]),
        # Other spellings of tomorrow and the day after.
        ("ila mkn rheda", ["2026-11-25"]),
        ("day after 2mro", ["2026-11-26"]),
        ("خليه باعد غذا", ["2026-11-26"]),
        ("wara ghda", ["2026-11-26"]),
        ("من بعدغدا", ["2026-11-26"]),
        ("بكرة إذا ممكن", ["2026-11-25"]),
        # Days of the month in words, behind a short month, or as "about".
        ("december twelfth", ["2026-12-12"]),
        ("the twenty third of december", ["2026-12-23"]),
        ("le seize à neuf heures", ["2026-12-16"]),
        ("du deux au six mars", ["2027-03-02"]),
        ("Jan. 9 please", ["2027-01-09"]),
        ("le 20 nov. 2026", ["2026-11-20"]),
        ("f wa7ed 28 d chhar", ["2026-11-28"]),
        ("nhar 28 f ch-har", ["2026-11-28"]),
        ("the fourth", []),
        ("le trois", []),
        ("21 / 12 / 2026", ["2026-12-21"]),
        ("21 / 12 m3a 9", ["2026-12-21"]),
        ("الثالث عشر من دجنبر", ["2026-12-13"]),
        ("نهار اثنين وعشرين دجنبر", ["2026-12-22"]),
        ("الخامس من دجنبر", ["2026-12-05"]),
        ("samedi28", ["2026-11-28"]),
        ("sept heures vingt", ["2026-11-25"]),
        ("mon to wed", ["2026-11-30"]),
        # Distances in letters, and the day of an hour that is none.
        ("ds 8j", ["2026-12-02"]),
        ("le 28 j'ai cours", ["2026-11-28"]),
        ("in 2 wks", ["2026-12-08"]),
        ("friday fortnight", ["2026-12-11"]),
        ("من مورا الخمسة نهار السبت", ["2026-11-28"]),
        ("lakhir d had simana", ["2026-11-28"]),
        # Short names that open a message.
        ("sat would suit us", ["2026-11-28"]),
        ("ven svp", ["2026-11-27"]),
        ("mon fils", []),
        ("Sam", []),
        # A mark is no date, a date before an hour is no mark.
        ("3/10 m3a 9", ["2027-10-03"]),
        ("09/10", ["2027-10-09"]),
        ("9/10", []),
        # Since when, not from when.
        ("mn sebt w hiya skhouna", ["2026-11-21"]),
        ("من الخميس وأنا كنكح", ["2026-11-19"]),
        ("من السبت الماضي", ["2026-11-21"]),
    ],
)
def test_rare_ways_to_name_a_day_are_read(text: str, days: list[str]) -> None:
    assert [start[:10] for start, _, _ in _local(text)] == days


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("m3a tlata", [("2026-11-24T15:00", "2026-11-24T16:00", "hour")]),
        ("مع الثلاثة", [("2026-11-24T15:00", "2026-11-24T16:00", "hour")]),
        ("نهار الثلاثة", [("2026-12-01T00:00", "2026-12-02T00:00", "day")]),
        ("mardi 1 à 10h", [("2026-12-01T10:00", "2026-12-01T11:00", "hour")]),
        ("jeudi 10", [("2026-12-10T00:00", "2026-12-11T00:00", "day")]),
        ("jeudi 11", [("2026-11-26T11:00", "2026-11-26T12:00", "hour")]),
        ("samedi 11 heures quinze", [("2026-11-28T11:15", "2026-11-28T11:16", "minute")]),
        ("8h cinquante cinq demain", [("2026-11-25T08:55", "2026-11-25T08:56", "minute")]),
        ("samedi 8h dix personnes", [("2026-11-28T08:00", "2026-11-28T09:00", "hour")]),
        ("915 am saturday", [("2026-11-28T09:15", "2026-11-28T09:16", "minute")]),
        ("10h 28 novembre", [("2026-11-28T10:00", "2026-11-28T11:00", "hour")]),
        ("4pm nov 28", [("2026-11-28T16:00", "2026-11-28T17:00", "hour")]),
        ("ghedda9h30", [("2026-11-25T09:30", "2026-11-25T09:31", "minute")]),
        (
            "10 / 11h demain",
            [(f"2026-11-25T{at}:00", f"2026-11-25T{at + 1}:00", "hour") for at in (10, 11)],
        ),
        ("saturday 11-ish", [("2026-11-28T11:00", "2026-11-28T12:00", "hour")]),
        ("samedi 8h15 à jeun", [("2026-11-28T08:15", "2026-11-28T08:16", "minute")]),
        ("السبت مع اطناش", [("2026-11-28T12:00", "2026-11-28T13:00", "hour")]),
        ("b3d sa3tayn w rob3", [("2026-11-24T12:30", "2026-11-24T12:31", "minute")]),
    ],
)
def test_number_is_an_hour_or_a_day_by_its_company(
    text: str, expected: list[tuple[str, str, str]]
) -> None:
    assert _local(text) == expected


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("pas mardi, mercredi", ["2026-11-25T00:00"]),
        ("plutôt vendredi que jeudi", ["2026-11-27T00:00"]),
        ("machi ghedda", []),
        ("je ne peux pas demain", ["2026-11-25T00:00"]),
        ("je ne peux pas demain, jeudi oui", ["2026-11-26T00:00"]),
        ("ni lundi ni mardi", []),
        ("demain mais pas avant 10h", ["2026-11-25T10:00"]),
        ("pourquoi pas lundi", ["2026-11-30T00:00"]),
        ("any day but thursday", []),
        ("ما عدا السبت", []),
        ("any day, but in the morning", ["2026-11-25T08:00"]),
        ("ghda mamsalich khelliha sebt", ["2026-11-28T00:00"]),
        ("ماكنقدرش السبت، الجمعة", ["2026-11-27T00:00"]),
        ("je suis au bureau jusqu'à 16h", ["2026-11-24T16:00"]),
    ],
)
def test_refused_moment_is_left_out(text: str, starts: list[str]) -> None:
    assert [start for start, _, _ in _local(text)] == starts


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        # A day of the month before a part of the day.
        ("nhar 27 f sbah", ["2026-11-27T08:00"]),
        ("le 27 au matin", ["2026-11-27T08:00"]),
        ("نهار 27 فالشهر مع 9", ["2026-11-27T09:00"]),
        ("10 d sbah", ["2026-11-25T10:00"]),
        # Moved appointments keep their day; a moved span is two moments.
        ("rdv demain 14h, on peut le mettre à 16h ?", ["2026-11-25T14:00", "2026-11-25T16:00"]),
        (
            "3ndi rdv ghedda m3a 9 o bghit n2ekhrou l 11",
            ["2026-11-25T09:00", "2026-11-25T11:00"],
        ),
        ("avancer mon rdv de 16h à 14h", ["2026-11-24T16:00", "2026-11-24T14:00"]),
        # Weeks and months hold the weekday that their clause names.
        ("la semaine prochaine je suis libre jeudi", ["2026-12-03T00:00"]),
        ("la semaine du 8 décembre", ["2026-12-07T00:00"]),
        ("le dernier jeudi du mois", ["2026-11-26T00:00"]),
        ("the first monday of december", ["2026-12-07T00:00"]),
        ("weekend after next", ["2026-12-05T00:00"]),
        # Ranges with the month behind the second number; counts in their short form.
        ("mn 7 l 11 décembre", ["2026-12-07T00:00"]),
        ("mn daba tlt yam", ["2026-11-27T00:00"]),
        ("مع التسعة و خمسة و اربعين دقيقة", ["2026-11-25T09:45"]),
        # Short weekdays, halves of the day, Tuesday or three o'clock.
        ("free mon, tue and thu", ["2026-11-30T00:00", "2026-12-01T00:00", "2026-11-26T00:00"]),
        ("thurs pm", ["2026-11-26T14:00"]),
        ("tlata f lil", ["2026-12-01T18:00"]),
        ("ce mardi j'ai cours, donc samedi", ["2026-11-24T00:00", "2026-11-28T00:00"]),
        # Refusals.
        ("ghedda la, nhar jem3a", ["2026-11-27T00:00"]),
        ("la sebt la l7ed, tnin", ["2026-11-30T00:00"]),
        ("neither saturday nor sunday, monday", ["2026-11-30T00:00"]),
        # No times.
        ("2 comprimés le matin et 1 le soir", []),
        ("j'ai attendu 2h", []),
        ("0661-12-10-15", []),
        ("ana mn souk larb3a", []),
        ("tous les mercredis après-midi", []),
        ("aucun des deux", []),
        ("منذ أيام", []),
    ],
)
def test_fresh_messages_resolve_as_their_writers_meant(text: str, starts: list[str]) -> None:
    assert [start for start, _, _ in _local(text)] == starts


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("mn b3d 4 d l3chiya", "2026-11-24T21:00"),
        ("mercredi 10h au plus tard", "2026-11-25T10:00"),
        ("nhar 27 7ta l 30", "2026-12-01T00:00"),
        ("saturday no sooner than 2", "2026-11-28T21:00"),
        ("samedi pas plus tard que 11h", "2026-11-28T11:00"),
    ],
)
def test_open_and_closed_sides_end_where_they_are_said_to(text: str, end: str) -> None:
    assert [last for _, last, _ in _local(text)] == [end]


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("sebt mor l3aser", [(28, 14, 18)]),
        ("9bel salat l3asr nhar sebt", [(28, 14, 18)]),
        ("السبت العصر", [(28, 14, 18)]),
        ("l3chiya mora l3asr", [(24, 14, 18)]),
        ("samedi avant le maghreb", [(28, 14, 18)]),
        ("sebt m3a lmaghrib", [(28, 18, 21)]),
        ("السبت من بعد صلاة العشاء", [(28, 18, 21)]),
        ("sebt mora salat dohr", [(28, 14, 18)]),
        ("ana saken f lmaghrib", []),
        ("شحال الصيام فالمغرب", []),
        ("kanchreb ddwa mor l3asr", []),
    ],
)
def test_prayer_is_its_part_of_the_day(text: str, hours: list[tuple[int, int, int]]) -> None:
    assert _local(text) == [
        (f"2026-11-{day}T{start}:00", f"2026-11-{day}T{end}:00", "part_of_day")
        for day, start, end in hours
    ]


def test_leap_day_is_found_within_twelve_months_only() -> None:
    leap = datetime(2028, 1, 10, 9, 0, tzinfo=CASABLANCA)
    assert _local("29 février", leap) == [("2028-02-29T00:00", "2028-03-01T00:00", "day")]
    assert _local("29 février") == []
    assert _local("29 février", datetime(2027, 1, 1, 9, 0, tzinfo=CASABLANCA)) == []


WORDS = """
demain ghedda غدا بعد b3d nhar نهار lundi ltnin الخميس mardi 12 31 3h 15h30 m3a مع 10 f
sbah l3chiya العشية pas machi ماشي ou wla ولا de à au - , . ? entre bin بين w و noss نص
moins rb3 dans 2 jours ساعة simana jaya الجاي prochain had هاد le 12/05 mai شهر avant
9bel قبل après 24h daba week-end en huit 9999 mois 0 tomorrow at half past next
"""
PIECES = st.sampled_from(WORDS.split())
TEXTS = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=9).map(" ".join))
MOMENTS = st.datetimes(
    min_value=datetime(2000, 1, 1),  # noqa: DTZ001
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.just(timezone.utc),
)


@given(text=TEXTS, now=MOMENTS)
def test_any_text_gives_ordered_aware_intervals_on_disjoint_spans(text: str, now: datetime) -> None:
    behind = 0
    for found in resolve_time(text, now=now):
        assert found.start.utcoffset() is not None
        assert found.end.utcoffset() is not None
        assert found.start < found.end
        assert found.grain in GRAINS
        assert text[found.span[0] : found.span[1]] == found.text
        assert found.text
        assert behind <= found.span[0] < found.span[1]
        behind = found.span[1]


@given(text=TEXTS, now=MOMENTS)
def test_the_same_message_always_means_the_same(text: str, now: datetime) -> None:
    assert resolve_time(text, now=now) == resolve_time(text, now=now)
