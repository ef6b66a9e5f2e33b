"""Import runs: started on a page or the command line, done in slices, exactly once a patient."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

import structlog
from django.db import DatabaseError, transaction

from kap.accounts.models import User
from kap.audit.enums import Action, Category
from kap.audit.services import record
from kap.clinic.models import Site
from kap.core.outbox import OutboxStatus, next_attempt_at
from screening.enums import DateOrder
from screening.importing import detect, stored
from screening.importing.incoming import FileRefused, Problem, Source
from screening.importing.progress import ClaimLost, take_one
from screening.importing.writing import How
from screening.models import ImportRun
from screening.permissions import check_may_import

log = structlog.get_logger(__name__)
Clock = Callable[[], datetime]

SLICE: Final = timedelta(seconds=20)
"""How long a worker stays with one file before others get their turn."""
USELESS_AFTER: Final = timedelta(days=2)
MAX_TRIES: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What was ticked."""

    open_episode: bool = False
    accept_matches: bool = False
    is_dry_run: bool = False
    date_order: str = DateOrder.YMD


def start_run(
    *, chunks: Iterable[bytes], site: Site, wishes: Wishes, by: User, now: datetime
) -> ImportRun:
    """Keep an uploaded file and queue its run; FileRefused when it is nothing we read."""
    check_may_import(by)
    name = stored.keep(chunks)
    try:
        path = stored.path_of(name)
        size, kind = detect.check_file(path), detect.kind_of(path)
        with transaction.atomic():
            run = _create(
                path,
                kind,
                size,
                site=site,
                wishes=wishes,
                by=by,
                now=now,
                stored_name=name,
            )
            _audit(run, by)
    except BaseException:
        stored.remove(name)
        raise
    return run


def _create(
    path: Path,
    kind: str,
    size: int,
    *,
    site: Site,
    wishes: Wishes,
    by: User | None,
    now: datetime,
    stored_name: str = "",
) -> ImportRun:
    run_id = uuid.uuid4()
    return ImportRun.objects.create(
        id=run_id,
        key=f"import:{run_id}",
        due_at=now,
        useless_after=now + USELESS_AFTER,
        created_at=now,
        file_kind=kind,
        site=site,
        asked_by=by,
        stored_name=stored_name,
        content_sha256=stored.digest(path),
        byte_count=size,
        date_order=wishes.date_order,
        open_episode=wishes.open_episode,
        accept_matches=wishes.accept_matches,
        is_dry_run=wishes.is_dry_run,
    )


def _audit(run: ImportRun, by: User | None) -> None:
    record(
        by=by,
        action=Action.IMPORT,
        category=Category.SYSTEM,
        object_type="ImportRun",
        object_id=run.pk,
        job="" if by else "import-patients",
    )


def run_slice(run_id: UUID, *, clock: Clock) -> None:
    """A worker's turn: claim, take patients for a while, say how far it is or how it ended."""
    run = ImportRun.objects.select_related("site", "asked_by").claim(
        run_id, now=clock()
    )
    if run is None:
        return
    path = stored.path_of(run.stored_name)
    try:
        is_done = _work(run, path, clock=clock, until=clock() + SLICE)
    except ClaimLost:
        return
    except FileRefused as refusal:
        _refuse_file(run, str(refusal), now=clock())
    except Exception as error:
        # Every end of a run is written down, whatever it was.
        code = type(error).__name__[:40]
        log.warning("import_stopped", row_id=str(run.pk), code=code, exc_info=True)
        _try_again(run, code=code, now=clock())
    else:
        if is_done:
            _finish(run, OutboxStatus.COMPLETED, now=clock())
        else:
            run.give_back(due_at=clock(), problem="", now=clock(), counts=False)


def _finish(
    run: ImportRun, status: OutboxStatus, *, now: datetime, problem: str = ""
) -> None:
    if run.finish(status, now=now, problem=problem):
        stored.remove(run.stored_name)


def _refuse_file(run: ImportRun, sentence: str, *, now: datetime) -> None:
    ImportRun.objects.filter(pk=run.pk).update(refusal=sentence[:200])
    _finish(run, OutboxStatus.NOT_DONE, now=now, problem="file-refused")


def _try_again(run: ImportRun, *, code: str, now: datetime) -> None:
    if run.attempts < MAX_TRIES:
        due_at = next_attempt_at(attempts=run.attempts, now=now)
        run.give_back(due_at=due_at, problem=code, now=now)
    else:
        _finish(run, OutboxStatus.NOT_DONE, now=now, problem=code)


def import_file(
    *,
    path: Path,
    site: Site,
    wishes: Wishes,
    clock: Clock,
    said: Callable[[Problem], None],
) -> ImportRun:
    """The command line: the whole file at once; ``said`` hears each problem."""
    size, kind = detect.check_file(path), detect.kind_of(path)
    now = clock()
    with transaction.atomic():
        run = _create(path, kind, size, site=site, wishes=wishes, by=None, now=now)
        _audit(run, None)
    claimed = ImportRun.objects.select_related("site", "asked_by").claim(
        run.pk, now=now
    )
    if claimed is None:
        raise FileRefused("The run could not be started.")
    try:
        _work(claimed, path, clock=clock, until=None, said=said)
    except FileRefused as refusal:
        _refuse_file(claimed, str(refusal), now=clock())
        raise
    except BaseException as error:
        with suppress(DatabaseError):
            code = type(error).__name__[:40]
            claimed.finish(OutboxStatus.NOT_DONE, now=clock(), problem=code)
        raise
    claimed.finish(OutboxStatus.COMPLETED, now=clock())
    return claimed


def _work(
    run: ImportRun,
    path: Path,
    *,
    clock: Clock,
    until: datetime | None,
    said: Callable[[Problem], None] | None = None,
) -> bool:
    """Take patient after patient; whether the end of the file was reached."""
    detect.check_file(path)
    source = detect.source_of(
        path,
        run.file_kind,
        zone=run.site.zone,
        now=run.created_at,
        order=run.date_order,
    )
    _note_total(run, source)
    how = How(
        site=run.site,
        by=run.asked_by,
        open_episode=run.open_episode,
        accept_matches=run.accept_matches,
    )
    for row in source.incoming(skip=run.rows_done):
        problems = take_one(run, row, how=how, now=clock())
        for problem in problems if said else ():
            said(problem)  # type: ignore[misc]  # asked one line above
        if until is not None and clock() >= until:
            return run.rows_done >= source.total
    return True


def _note_total(run: ImportRun, source: Source) -> None:
    if run.rows_total is None:
        run.rows_total = source.total
        ImportRun.objects.filter(pk=run.pk).update(rows_total=source.total)


__all__ = [
    "MAX_TRIES",
    "Wishes",
    "import_file",
    "run_slice",
    "start_run",
]
