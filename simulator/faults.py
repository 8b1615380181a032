"""The ways in which the network can be told to misbehave."""

from __future__ import annotations

import random
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from simulator.errors import GraphError, RequestInvalidError


@dataclass
class Failure:
    """A refusal of the Cloud API that was ordered.

    Attributes:
        code: Meta's number.
        http_status: The status of the answer; the code's usual one when None.
        rate: The share of calls that fail, 0 to 1.
        count: How many more calls fail; None for no limit.
    """

    code: int
    http_status: int | None = None
    rate: float = 1.0
    count: int | None = None

    def strikes(self, dice: random.Random) -> bool:
        """Says whether this call fails, and counts it."""
        if self.count is not None and self.count <= 0:
            return False
        if dice.random() >= self.rate:
            return False
        if self.count is not None:
            self.count -= 1
        return True


@dataclass
class Faults:
    """What is wrong at the moment; all fields are off by default.

    Attributes:
        duplicate: Chance that a webhook is delivered once more.
        duplicates: Number of extra deliveries of every webhook.
        delay_ms: Least and most milliseconds before each webhook.
        reorder: Chance that a webhook is overtaken by the ones behind it.
        batch: Largest number of waiting updates of one patient in one webhook body.
        fail: Refusals of `POST .../messages`.
        fail_status: Accepted messages that end in a `failed` status.
        timeout_rate: Share of accepted sends that are never answered.
        drop_statuses: Chance that a status is never delivered.
        pair_rate: Whether the limit per recipient holds (1 per 6 s, bursts of 45: 131056).
    """

    duplicate: float = 0.0
    duplicates: int = 0
    delay_ms: tuple[int, int] = (0, 0)
    reorder: float = 0.0
    batch: int = 1
    fail: list[Failure] = field(default_factory=list)
    fail_status: list[Failure] = field(default_factory=list)
    timeout_rate: float = 0.0
    drop_statuses: float = 0.0
    pair_rate: bool = False

    def json(self) -> dict[str, Any]:
        """Returns the fields as plain JSON values."""
        return {**asdict(self), "delay_ms": list(self.delay_ms)}


class FaultSwitch:
    """Holds the present faults and rolls the dice; `seed` makes a run repeatable."""

    def __init__(self, seed: int | None = None) -> None:
        self._dice = random.Random(seed)
        self.faults = Faults()

    def set(self, faults: Faults) -> None:
        """Replaces all faults.

        Raises:
            RequestInvalidError: A chance is not within 0 to 1, or a delay is the wrong way round.
        """
        chances = (faults.duplicate, faults.reorder, faults.timeout_rate, faults.drop_statuses)
        if not all(0 <= chance <= 1 for chance in chances):
            raise RequestInvalidError("A chance is a number from 0 to 1.")
        if not 0 <= faults.delay_ms[0] <= faults.delay_ms[1]:
            raise RequestInvalidError("delay_ms is [least, most] in milliseconds.")
        if faults.batch < 1 or faults.duplicates < 0:
            raise RequestInvalidError("batch is at least 1 and duplicates at least 0.")
        self.faults = replace(faults)

    def clear(self) -> None:
        """Switches all faults off."""
        self.faults = Faults()

    def seed(self, seed: int) -> None:
        """Makes what follows repeatable."""
        self._dice.seed(seed)

    def copies(self) -> int:
        """Returns how many times the next webhook is delivered, at least 1."""
        lucky = self._dice.random() < self.faults.duplicate
        return 1 + self.faults.duplicates + int(lucky)

    def overtaken(self) -> bool:
        """Says whether the next webhook leaves its place in the order."""
        return self._dice.random() < self.faults.reorder

    def overtaken_delay(self) -> float:
        """Returns the seconds that an overtaken webhook waits."""
        return self._dice.uniform(0.1, 0.8)

    def delay(self) -> float:
        """Returns the seconds before the next webhook."""
        least, most = self.faults.delay_ms
        return self._dice.uniform(least, most) / 1000 if most else 0.0

    def drops_status(self) -> bool:
        """Says whether the next status is lost."""
        return self._dice.random() < self.faults.drop_statuses

    def hangs(self) -> bool:
        """Says whether the next accepted send stays without an answer."""
        return self._dice.random() < self.faults.timeout_rate

    def refuse(self) -> None:
        """Raises the ordered refusal of a send, if one strikes.

        Raises:
            GraphError: With the ordered code.
        """
        for failure in self.faults.fail:
            if failure.strikes(self._dice):
                raise GraphError(failure.code, status=failure.http_status)

    def failed_status(self) -> int | None:
        """Returns the code with which the next accepted message fails, or None."""
        for failure in self.faults.fail_status:
            if failure.strikes(self._dice):
                return failure.code
        return None
