"""One patient of a run, its problems and how far the run is, in one transaction."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.db import DataError, IntegrityError, transaction

from kap.core.errors import DomainError
from kap.core.outbox import OutboxStatus
from screening.importing.incoming import Incoming, Problem
from screening.importing.writing import How, Taken, take
from screening.models import ImportProblem, ImportRun

log = structlog.get_logger(__name__)

RENEW_AFTER: Final = timedelta(minutes=1)
"""A claim that grows older than the lease would be given to another worker."""
MOST_PROBLEMS_KEPT: Final = 5_000
NOT_WRITTEN: Final = "Could not be written down. Import it again, or type it in."


class ClaimLost(Exception):
    """Another worker has this run now; nothing of the current patient was written."""


def take_one(
    run: ImportRun, row: Incoming, *, how: How, now: datetime
) -> list[Problem]:
    """One patient, its problems and the run's progress: all of it or nothing of it."""
    with transaction.atomic():
        try:
            taken = _take_or_try(row, how=how, now=now, is_dry_run=run.is_dry_run)
        except (DataError, IntegrityError, DomainError) as error:
            log.warning(
                "import_row_refused", row_id=str(run.pk), code=type(error).__name__
            )
            reason = Problem(row.place, "", NOT_WRITTEN)
            taken = Taken(problems=[*row.problems, reason])
        _note(run, taken, now=now)
    return taken.problems


def _take_or_try(row: Incoming, *, how: How, now: datetime, is_dry_run: bool) -> Taken:
    """In a transaction of its own, which a dry run takes back."""
    with transaction.atomic():
        taken = take(row, how=how, now=now)
        if is_dry_run:
            transaction.set_rollback(True)
    return taken


def _note(run: ImportRun, taken: Taken, *, now: datetime) -> None:
    """Write problems and progress down, if this worker still holds the run."""
    counts = Counter(run.counts)
    first = counts["problems"]
    counts.update(taken.counts)
    counts.update(problem.kind.value for problem in taken.problems)
    counts["problems"] += len(taken.problems)
    held = ImportRun.objects.filter(
        pk=run.pk,
        status=OutboxStatus.IN_PROGRESS,
        claimed_at=run.claimed_at,
        attempts=run.attempts,
    )
    claimed_at = run.claimed_at
    if claimed_at is None or now - claimed_at > RENEW_AFTER:
        claimed_at = now
    said = {name: number for name, number in counts.items() if number}
    changed = held.update(
        rows_done=run.rows_done + 1, counts=said, claimed_at=claimed_at
    )
    if not changed:
        raise ClaimLost
    ImportProblem.objects.bulk_create(
        ImportProblem(
            run=run,
            position=first + number,
            kind=problem.kind,
            place=problem.place[:80],
            field=problem.field[:80],
            reason=problem.reason[:200],
        )
        for number, problem in enumerate(taken.problems, 1)
        if first + number <= MOST_PROBLEMS_KEPT
    )
    run.rows_done, run.counts, run.claimed_at = run.rows_done + 1, said, claimed_at
