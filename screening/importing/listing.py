"""Import runs as pages show them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from kap.audit.export import harmless
from kap.core.dispatch import LEASE
from kap.core.outbox import OutboxStatus
from screening.enums import ImportKind, ImportProblemKind
from screening.importing.words import counted, left_out
from screening.models import ImportProblem, ImportRun

PAGE: Final = 50
RUNNING: Final = (OutboxStatus.PREPARATION, OutboxStatus.IN_PROGRESS)
TONES: Final = {
    ImportProblemKind.REFUSED: "danger",
    ImportProblemKind.MATCH: "warn",
    ImportProblemKind.DIFFERS: "info",
}
WHY: Final = {
    "worker-died": "The worker stopped several times. What was taken is whole; send the file again.",
}
STOPPED: Final = "It stopped half-way. What was taken is whole; send the file again."


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run: what it is, how it stands, what it brought."""

    id: UUID
    at: datetime
    kind: str
    megabytes: str
    by: str
    site: str
    is_trial: bool
    is_running: bool
    word: str
    tone: str
    icon: str
    sentence: str
    added: int
    problems: int
    done: int
    total: int


def run_row(run: ImportRun, *, now: datetime) -> RunRow:
    """``run`` with its site and who asked."""
    word, tone, icon, sentence = _state(run, now=now)
    total = max(run.rows_total or 0, 1)
    is_running = run.status in RUNNING and tone != "danger"
    return RunRow(
        id=run.pk,
        at=run.created_at,
        kind=ImportKind(run.file_kind).label,
        megabytes=f"{max(run.byte_count / 1e6, 0.1):.1f}\u00a0MB",
        by=run.asked_by.name if run.asked_by else "Command line",
        site=run.site.name,
        is_trial=run.is_dry_run,
        is_running=is_running,
        word=word,
        tone=tone,
        icon=icon,
        sentence=sentence,
        added=run.counts.get("added", 0),
        problems=run.counts.get("problems", 0),
        done=min(run.rows_done, total - 1) if is_running else total,
        total=total,
    )


def _state(run: ImportRun, *, now: datetime) -> tuple[str, str, str, str]:
    if run.status == OutboxStatus.COMPLETED:
        return "Done", "ok", "circle-check", ""
    if run.refusal:
        return "Not read", "danger", "ban", run.refusal
    if run.status not in RUNNING:
        return "Stopped", "danger", "alert-triangle", WHY.get(run.problem, STOPPED)
    is_dead = not run.stored_name and run.claimed_at and run.claimed_at < now - LEASE
    if is_dead:
        return "Stopped", "danger", "alert-triangle", STOPPED
    if run.status == OutboxStatus.PREPARATION and not run.rows_done:
        return "Waits", "info", "clock", ""
    return "Being read", "info", "loader", ""


@dataclass(frozen=True, slots=True)
class ProblemRow:
    place: str
    field: str
    reason: str
    word: str
    tone: str


def problem_rows(problems: Iterable[ImportProblem]) -> list[ProblemRow]:
    return [
        ProblemRow(
            problem.place,
            problem.field,
            problem.reason,
            ImportProblemKind(problem.kind).label,
            TONES[ImportProblemKind(problem.kind)],
        )
        for problem in problems
    ]


def as_csv(problems: Iterable[ImportProblem]) -> Iterator[str]:
    """The list for a spreadsheet, with nothing that it would run."""
    yield _line(("where", "field", "reason", "what became of it"))
    for row in problem_rows(problems):
        yield _line((row.place, row.field, row.reason, row.word))


def _line(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerow([harmless(cell) for cell in cells])
    return out.getvalue()


__all__ = ["PAGE", "as_csv", "counted", "left_out", "problem_rows", "run_row"]
