"""The arithmetic of the language understanding report, its comparison of runs, and its page."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from scripts.report import readings as readings_module
from scripts.report.comparison import compare
from scripts.report.errors import HeldOutError, ModelNotReadyError
from scripts.report.figures import Run, make_figures
from scripts.report.gibberish import gibberish
from scripts.report.held_out import (
    EmergencyCase,
    Entity,
    HeldOut,
    emergency_cases,
    parse_annotated,
    time_cases,
)
from scripts.report.metrics import BY_KEY
from scripts.report.page import write_page
from scripts.report.readings import Reading, check_model
from scripts.report.scores import (
    Bin,
    Counts,
    accuracy,
    calibration_bins,
    calibration_error,
    class_counts,
    confusions,
    macro_f1,
    match_entities,
    percentile,
)
from scripts.report.verdicts import judge_language, judge_times

PAIRS = [("greet", "greet"), ("greet", "thank"), ("thank", "thank"), ("deny", "nlu_fallback")]
CHILD = Entity("relation", "child", 4, 8)


def reading(
    text: str,
    intent: str,
    answered: str | None = None,
    *,
    language: str = "fr",
    confidence: float = 0.9,
    danger: str | None = None,
    expected: tuple[Entity, ...] = (),
    found: tuple[Entity, ...] = (),
    by_gate: bool = False,
) -> Reading:
    """A reading that is right unless something is said."""
    return Reading(
        message=HeldOut(text, language, intent, expected),
        intent=answered or intent,
        guess=answered or intent,
        confidence=confidence,
        entities=found,
        language=language,
        danger=danger,
        by_gate=by_gate,
        seconds=0.01,
        gate_seconds=0.001,
    )


def run_of(*held_out: Reading, **others: Any) -> Run:
    parts: dict[str, Any] = {"noise": [], "dangers": [], "times": [], "load_seconds": 2.0}
    return Run(readings=held_out, **{**parts, **others})


def as_file(figures: dict[str, Any], made: str = "2026-11-22T10:00:00+01:00") -> dict[str, Any]:
    about = {"name": "assistant.tar.gz", "trained": made, "bytes": 12_000_000}
    machine = {"cores": 2, "load": 0.1}
    return json.loads(json.dumps({"made": made, "model": about, "machine": machine, **figures}))


def test_accuracy_is_the_share_of_equal_pairs_and_nothing_of_nothing() -> None:
    assert (accuracy(PAIRS), accuracy([])) == (0.5, None)


def test_counts_name_what_is_right_extra_and_missed() -> None:
    assert class_counts(PAIRS) == {
        "deny": Counts(right=0, extra=0, missed=1),
        "greet": Counts(right=1, extra=0, missed=1),
        "nlu_fallback": Counts(right=0, extra=1, missed=0),
        "thank": Counts(right=1, extra=1, missed=0),
    }


def test_precision_recall_and_f1_of_counts() -> None:
    counts = Counts(right=6, extra=2, missed=4)
    assert (counts.precision, counts.recall, counts.support) == (0.75, 0.6, 10)
    assert counts.f1 == pytest.approx(2 * 0.75 * 0.6 / (0.75 + 0.6))


def test_scores_of_a_class_that_never_occurs_are_none() -> None:
    assert (Counts().precision, Counts().recall, Counts().f1) == (None, None, None)


def test_macro_f1_is_the_mean_over_expected_classes_only() -> None:
    # greet 2/3, thank 2/3, deny 0; nlu_fallback is expected nowhere.
    assert macro_f1(class_counts(PAIRS)) == pytest.approx((2 / 3 + 2 / 3 + 0) / 3)


def test_confusions_come_most_frequent_first_and_leave_right_answers_out() -> None:
    pairs = [*PAIRS, ("greet", "thank"), ("affirm", "inform")]
    assert confusions(pairs) == [
        (("greet", "thank"), 2),
        (("affirm", "inform"), 1),
        (("deny", "nlu_fallback"), 1),
    ]


def test_calibration_bins_hold_their_borders_and_the_certain_messages() -> None:
    assert calibration_bins([(0.0, False), (0.5, True), (0.5, False), (1.0, True)], 2) == [
        Bin(0.0, 0.5, 1, 0.0, 0.0),
        Bin(0.5, 1.0, 3, pytest.approx(2 / 3), pytest.approx(2 / 3)),
    ]


def test_calibration_error_weighs_bins_by_their_messages() -> None:
    # Three at 0.9 of which one is right, one at 0.1 that is wrong: 3/4 x 0.5667 + 1/4 x 0.1.
    points = [(0.9, True), (0.9, False), (0.9, False), (0.1, False)]
    error = calibration_error(calibration_bins(points))
    assert error == pytest.approx(0.75 * (0.9 - 1 / 3) + 0.25 * 0.1)
    assert calibration_error(calibration_bins([])) is None


@pytest.mark.parametrize(("percent", "expected"), [(50, 2.0), (95, 4.0), (0, 1.0), (100, 4.0)])
def test_percentile_is_a_value_that_occurred(percent: float, expected: float) -> None:
    assert percentile([4.0, 1.0, 3.0, 2.0], percent) == expected


def test_percentile_of_nothing_is_none() -> None:
    assert percentile([], 50) is None


@pytest.mark.parametrize(
    ("found", "right"),
    [
        (Entity("relation", "child", 0, 5), True),  # overlaps: the article belongs to it
        (Entity("relation", "CHI LD", 4, 8), True),
        (Entity("relation", "child", 8, 12), False),  # touches only
        (Entity("relation", "mother", 4, 8), False),
        (Entity("specialty", "child", 4, 8), False),
    ],
)
def test_entity_is_right_with_its_name_and_value_where_it_stands(
    found: Entity, right: bool
) -> None:
    match = match_entities([CHILD], [found])
    assert (match.right, match.missed, match.extra) == (
        ((CHILD,), (), ()) if right else ((), (CHILD,), (found,))
    )


def test_entity_found_twice_counts_once() -> None:
    match = match_entities([CHILD], [CHILD, CHILD])
    assert (len(match.right), len(match.extra)) == (1, 1)


def test_annotated_message_becomes_text_with_offsets() -> None:
    message = parse_annotated("mon [fils](relation:child) [Ali](person_name)", "fr", "inform")
    assert message == HeldOut(
        "mon fils Ali", "fr", "inform", (CHILD, Entity("person_name", "Ali", 9, 12))
    )


def test_emergency_cases_are_dangers_and_safe_messages(tmp_path: Path) -> None:
    (tmp_path / "fr.yml").write_text(
        "danger:\n- {category: burn, text: ça brûle}\nsafe:\n- dent cassée rdv\n", "utf-8"
    )
    assert list(emergency_cases(tmp_path)) == [
        EmergencyCase("ça brûle", "fr", "burn"),
        EmergencyCase("dent cassée rdv", "fr", None),
    ]


def test_cases_of_another_shape_are_an_error_that_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "fr.yml").write_text("cases:\n- {message: demain}\n", "utf-8")
    with pytest.raises(HeldOutError, match=r"fr\.yml: cannot read"):
        list(time_cases(tmp_path))
    with pytest.raises(HeldOutError, match="a list `danger` is expected"):
        list(emergency_cases(tmp_path))


def test_missing_folder_of_cases_gives_none(tmp_path: Path) -> None:
    assert list(time_cases(tmp_path / "time")) == []


def test_time_of_the_wrong_day_is_told_from_the_wrong_hour(tmp_path: Path) -> None:
    (tmp_path / "fr.yml").write_text(
        "cases:\n"
        "- {message: demain, now: '2026-11-24T10:15', expected:"
        " [{start: '2026-11-25T00:00', end: '2026-11-26T00:00', grain: day}]}\n"
        "- {message: demain 9h, now: '2026-11-24T10:15', expected:"
        " [{start: '2026-11-25T10:00', end: '2026-11-25T11:00', grain: hour}]}\n"
        "- {message: demain, now: '2026-11-24T10:15', expected:"
        " [{start: '2026-11-26T00:00', end: '2026-11-27T00:00', grain: day}]}\n",
        "utf-8",
    )
    judged = [(verdict.right, verdict.note) for verdict in judge_times(time_cases(tmp_path))]
    assert judged == [(True, ""), (False, ""), (False, "wrong day")]


@pytest.mark.parametrize(
    ("text", "intent", "judged"),
    [
        ("je veux annuler", "cancel_appointment", True),
        ("واش كاين الطبيب", "ask_queue", True),
        ("oui 👍 10 !", "affirm", False),
        ("qsd dsq fdsf", "out_of_scope", False),
    ],
)
def test_language_is_judged_from_three_words_on_and_not_out_of_scope(
    text: str, intent: str, judged: bool
) -> None:
    assert (judge_language(reading(text, intent)) is not None) == judged


def test_refusals_are_out_of_scope_and_doubt() -> None:
    metrics = make_figures(
        run_of(
            reading("a", "greet"),
            reading("b", "greet", "nlu_fallback"),
            reading("c", "thank", "out_of_scope"),
            reading("d", "thank"),
            reading("e", "out_of_scope", "nlu_fallback"),
            reading("f", "out_of_scope", "greet"),
            noise=[reading("xx", "out_of_scope"), reading("yy", "out_of_scope", "affirm")],
        )
    )["metrics"]
    assert metrics["refused_good"] == {"all": 0.5, "fr": 0.5}
    assert metrics["refused_out_of_scope"] == {"all": 0.5, "fr": 0.5}
    assert metrics["refused_gibberish"] == {"all": 0.5}


def test_emergencies_count_by_the_gate_and_with_the_classifier() -> None:
    figures = make_figures(
        run_of(
            reading("1", "report_emergency", danger="burn"),
            reading("2", "report_emergency"),
            reading("3", "report_emergency", "greet"),
            reading("4", "report_emergency", "greet", danger="keyword"),
            reading("5", "greet", danger="keyword"),
            reading("6", "greet", "report_emergency"),
            dangers=[(EmergencyCase("7", "en", "burn"), reading("7", "report_emergency"))],
        )
    )
    assert figures["emergency"]["held-out messages"]["fr"] == {
        "danger": 4,
        "harmless": 2,
        "gate_recall": 0.5,
        "emergency_recall": 0.75,
        "gate_false_alarms": 0.5,
        "emergency_false_alarms": 1.0,
    }
    assert figures["metrics"]["gate_recall"] == {"all": 0.5, "fr": 0.5}
    assert figures["emergency"]["cases"]["en"]["gate_recall"] == 0.0
    assert figures["emergency"]["cases"]["en"]["emergency_recall"] == 1.0
    assert figures["metrics"]["answered_accuracy"]["fr"] == 0.5


def test_figures_stand_for_each_language_and_for_all() -> None:
    metrics = make_figures(
        run_of(reading("a", "greet"), reading("b", "greet", "thank", language="ary"))
    )["metrics"]
    assert metrics["accuracy"] == {"all": 0.5, "fr": 1.0, "ary": 0.0}
    assert metrics["parse_median"]["all"] == pytest.approx(10)


def test_calibration_leaves_out_what_the_gate_decided() -> None:
    figures = make_figures(
        run_of(
            reading("a", "greet", confidence=0.95),
            reading("b", "report_emergency", confidence=1.0, by_gate=True, danger="burn"),
        )
    )
    assert sum(each["count"] for each in figures["calibration"]["all"]) == 1


def test_entity_figures_count_each_entity_apart() -> None:
    entities = make_figures(
        run_of(
            reading("mon fils", "inform", expected=(CHILD,), found=(CHILD,)),
            reading("mon fils", "inform", expected=(CHILD,)),
            reading("ma mère", "inform", found=(Entity("ordinal", "1", 0, 2),)),
        )
    )["entities"]
    assert entities["relation"]["fr"] == {
        "precision": 1.0,
        "recall": 0.5,
        "f1": pytest.approx(2 / 3),
        "support": 2,
    }
    assert entities["ordinal"]["fr"]["precision"] == 0.0


def test_comparison_tells_what_moved_and_which_messages_changed_side() -> None:
    before = as_file(
        make_figures(
            run_of(reading("a", "greet", "thank"), reading("b", "thank"), reading("c", "deny"))
        )
    )
    after = as_file(
        make_figures(
            run_of(reading("a", "greet"), reading("b", "thank", "deny"), reading("d", "deny"))
        )
    )
    found = compare(before, after)
    assert [(v["text"], v["formerly"], v["answered"]) for v in found.fixed] == [
        ("a", "thank", "greet")
    ]
    assert [(v["text"], v["formerly"], v["answered"]) for v in found.broken] == [
        ("b", "thank", "deny")
    ]
    assert [(move.intent, move.before, move.after) for move in found.intents] == [
        ("thank", pytest.approx(2 / 3), 0.0),
        ("deny", 1.0, pytest.approx(2 / 3)),
        ("greet", 0.0, 1.0),
    ]
    # Two judgements of each message: its intent and its (absent) danger.
    assert (found.new, found.gone) == (2, 2)


def test_run_with_the_same_results_moves_nothing() -> None:
    figures = as_file(make_figures(run_of(reading("a", "greet", "thank"), reading("b", "thank"))))
    found = compare(figures, figures)
    assert (found.moves, found.intents, found.fixed, found.broken) == ([], [], [], [])


def test_fewer_refusals_of_good_messages_are_better() -> None:
    before = as_file(make_figures(run_of(reading("a", "greet", "nlu_fallback"))))
    after = as_file(make_figures(run_of(reading("a", "greet"))))
    better = {move.metric.key: move.better for move in compare(before, after).moves}
    assert (better["refused_good"], better["accuracy"]) == (True, True)


@pytest.mark.parametrize(
    ("key", "value", "meets"),
    [
        ("accuracy", 0.94, True),
        ("accuracy", 0.9399, False),
        ("refused_good", 0.03, True),
        ("refused_good", 0.031, False),
        ("accuracy", None, None),
        ("calibration_error", 0.5, None),
    ],
)
def test_aim_is_met_up_to_its_border(key: str, value: float | None, meets: bool | None) -> None:
    assert BY_KEY[key].meets(value) is meets


def test_gibberish_is_the_same_at_every_run_and_never_repeats_itself() -> None:
    assert gibberish() == gibberish()
    assert len(set(gibberish())) == len(gibberish())


def test_page_needs_nothing_from_elsewhere_and_escapes_messages(tmp_path: Path) -> None:
    figures = as_file(
        make_figures(
            run_of(
                reading("</script><b>salut", "greet", "thank"),
                reading("بغيت موعد مع الطبيب", "book_appointment", "greet", language="ary"),
            )
        )
    )
    page = write_page(figures, compare(figures, figures), tmp_path).read_text(encoding="utf-8")
    assert re.findall(r"""(?:src|href)=["'](?!#|data:)[^"']*|https?://""", page) == []
    assert "<b>salut" not in page
    assert 'dir="auto">بغيت موعد مع الطبيب</span>' in page


def test_missing_model_says_make_train(tmp_path: Path) -> None:
    with pytest.raises(ModelNotReadyError, match=r"no trained model .* run `make train`"):
        check_model(tmp_path / "assistant.tar.gz")


def test_model_older_than_its_sources_says_make_train(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, fingerprint = tmp_path / "assistant.tar.gz", tmp_path / "assistant.fingerprint"
    model.touch()
    fingerprint.write_text("of former data", encoding="ascii")
    monkeypatch.setattr(readings_module, "FINGERPRINT", fingerprint)
    with pytest.raises(ModelNotReadyError, match="older than the training data"):
        check_model(model)
    fingerprint.write_text(readings_module.training_fingerprint(), encoding="ascii")
    check_model(model)
