"""The headline figures: their names, their aims, and which way is better.

The aims are those that language understanding was commissioned with.
"""

from __future__ import annotations

from dataclasses import dataclass

ALL = "all"


@dataclass(frozen=True)
class Metric:
    """A headline figure.

    Attributes:
        key: its name in `figures.json`.
        label: its name on the page.
        unit: `share` (0 to 1), `ms` or `s`.
        aim: the least (or, where lower is better, the greatest) value wanted; None for no aim.
        lower_is_better: whether it counts what is bad.
        each_language: whether the aim has to be met in every language, and not over all only.
    """

    key: str
    label: str
    unit: str = "share"
    aim: float | None = None
    lower_is_better: bool = False
    each_language: bool = False

    def meets(self, value: float | None) -> bool | None:
        """Whether the aim is met; None without an aim or a value."""
        if self.aim is None or value is None:
            return None
        return value <= self.aim if self.lower_is_better else value >= self.aim

    def show(self, value: float | None) -> str:
        """Writes a value for people."""
        if value is None:
            return "–"
        if self.unit == "share":
            return f"{100 * value:.1f} %"
        return f"{value:.2f} {self.unit}" if value < 1 else f"{value:.1f} {self.unit}"

    def show_aim(self) -> str:
        """Writes the aim for people; "" without one."""
        if self.aim is None:
            return ""
        number = f"{100 * self.aim:g} %" if self.unit == "share" else f"{self.aim:g} {self.unit}"
        return f"{'≤' if self.lower_is_better else '≥'} {number}"


METRICS = (
    Metric("accuracy", "Intent accuracy", aim=0.94, each_language=True),
    Metric("macro_f1", "Intent macro-F1", aim=0.93, each_language=True),
    Metric("answered_accuracy", "Accuracy, emergency gate first"),
    Metric("refused_out_of_scope", "Out of scope refused", aim=0.90),
    Metric("refused_gibberish", "Keyboard noise refused", aim=0.90),
    Metric("refused_good", "Good messages refused", aim=0.03, lower_is_better=True),
    Metric("calibration_error", "Calibration error (ECE)", lower_is_better=True),
    Metric("gate_recall", "Emergencies seen by the gate", aim=0.98),
    Metric("emergency_recall", "… by gate or classifier", aim=0.99),
    Metric("gate_false_alarms", "False alarms of the gate", aim=0.02, lower_is_better=True),
    Metric("emergency_false_alarms", "… of gate or classifier", lower_is_better=True),
    Metric("entity_f1", "Entity F1", aim=0.93),
    Metric("time", "Time expressions exactly right", aim=0.95, each_language=True),
    Metric("wrong_day", "… with a wrong day", aim=0.0, lower_is_better=True),
    Metric("language", "Language right (3+ words)", aim=0.98),
    Metric("parse_median", "Parse time, median", unit="ms", aim=12, lower_is_better=True),
    Metric("parse_p95", "Parse time, 95th percentile", unit="ms", lower_is_better=True),
    Metric("gate_p95", "Gate time, 95th percentile", unit="ms", aim=5, lower_is_better=True),
    Metric("load", "Model load time", unit="s", aim=10, lower_is_better=True),
)
BY_KEY = {metric.key: metric for metric in METRICS}
ENTITY_AIM = 0.93
AIMED_ENTITIES = ("specialty", "relation", "document_type", "insurance", "ordinal")
"""The entities that `entity_f1` sums up and that have the aim `ENTITY_AIM`."""
