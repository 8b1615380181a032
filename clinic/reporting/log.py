"""Writing down how errands go, in the transaction that ends a turn."""

from __future__ import annotations

from datetime import timedelta

from clinic.adapters.database import Database, Transaction
from clinic.adapters.errand_runs import ErrandRun, ErrandRuns
from clinic.adapters.handoffs import Handoffs
from clinic.clock import Clock
from clinic.facts.codes import RequestKind
from clinic.messaging.model import Turn
from clinic.reporting.errands import QUESTION, ErrandOutcome, read_step

FORGOTTEN_AFTER = timedelta(hours=24)
_REQUEST_REASONS = frozenset(kind.value for kind in RequestKind)
"""Every request is shown to staff as a hand-off: that is its purpose, not a failure."""


class ErrandLog:
    """How errands go."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def note_turn(self, tx: Transaction, turn: Turn) -> None:
        """Notes what a turn did, in its transaction; a turn without dialogue did nothing."""
        if turn.events is None:
            return
        step = read_step(turn.events, turn.items[-1].message.wamid)
        runs, now = ErrandRuns(tx), self._clock.now()
        language = turn.language or turn.contact.language or ""
        # Where the next appointment is, unless a time was chosen.
        usual = Handoffs(tx).next_site(turn.contact.id, now)
        site = step.site or usual
        run = runs.open_of(turn.contact.id)
        if run is not None and run.errand == step.form:
            runs.go_on(run.id, step.step, now, step.site or run.site or usual)
            return
        if run is not None:
            # The chosen time is of the form that is open after the turn, or of the one that ended.
            ended_at = (None if step.form else step.site) or run.site or usual
            runs.end(run.id, self._outcome(tx, turn, run, step.completed), now, ended_at)
        elif step.completed:
            runs.add(step.completed, "", language, ErrandOutcome.COMPLETED, now, site)
        if step.form:
            runs.add(step.form, step.step, language, ErrandOutcome.OPEN, now, site, turn.contact.id)
        elif step.question and run is None:
            passed_on = self._is_passed_on(tx, turn, None)
            outcome = ErrandOutcome.PASSED_ON if passed_on else ErrandOutcome.COMPLETED
            runs.add(QUESTION, step.question, language, outcome, now, site)

    def end_forgotten(self) -> int:
        """Ends errands that were left in the middle a day ago; returns how many."""
        with self._database.write() as tx:
            return ErrandRuns(tx).end_forgotten(self._clock.now() - FORGOTTEN_AFTER)

    def _outcome(
        self, tx: Transaction, turn: Turn, run: ErrandRun, completed: str | None
    ) -> ErrandOutcome:
        if self._is_passed_on(tx, turn, run):
            return ErrandOutcome.PASSED_ON
        return ErrandOutcome.COMPLETED if completed == run.errand else ErrandOutcome.LEFT

    def _is_passed_on(self, tx: Transaction, turn: Turn, run: ErrandRun | None) -> bool:
        """Tells whether a person was asked for since the errand began."""
        handoff = Handoffs(tx).open_of(turn.contact.id)
        since = run.started_at if run else turn.items[0].received_at
        return (
            handoff is not None
            and handoff.opened_at >= since
            and handoff.reason not in _REQUEST_REASONS
        )
