"""Making one document: claim, ask for the facts, lay out in the box, keep the file."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction

from kap.audit.enums import Action, Category
from kap.audit.services import record
from kap.core.errors import DomainError
from kap.core.outbox import OutboxStatus, next_attempt_at
from kap.documents import box, files, paper, registry
from kap.documents.models import (
    DocumentQuerySet,
    DocumentReference,
    DocumentStatus,
    RenderJob,
)
from kap.documents.seal import digest
from kap.documents.signals import document_ready

MAX_TRIES = 4
DISK_AGAIN_AFTER = timedelta(minutes=2)
JOB = "documents.render"

log = structlog.get_logger(__name__)


def render_job(job_id: UUID, *, now: datetime) -> None:
    """Make the document of a job, if it still is to be made and nobody else does."""
    job = RenderJob.objects.select_related("patient__site").claim(job_id, now=now)
    if job is None:
        return
    if not files.enough_room():
        job.give_back(
            due_at=now + DISK_AGAIN_AFTER, problem="disk-full", now=now, counts=False
        )
        return
    try:
        _make(job, now=now)
    except Exception as error:
        # Every end of a job is written down, whatever it was.
        code, again = _reason(error)
        log.warning("document_not_made", row_id=str(job.pk), code=code, exc_info=True)
        _failed(job, code=code, again=again, now=now)


def _make(job: RenderJob, *, now: datetime) -> None:
    kind = registry.kind(job.kind)
    if kind is None:
        raise box.PaperError("no-kind", may_help_to_repeat=False)
    html = paper.html_of(job, kind=kind, facts=kind.facts(job.source_id))
    said = digest(html)
    if _same_source(job).filter(facts_sha256=said).exists():
        job.finish(OutboxStatus.COMPLETED, now=now)
        return
    site = job.patient.site
    with files.unfinished(job.pk) as (path, file):
        pages = box.make_in_box(
            paper.stamped(html, site=site, now=now),
            paper=site.paper,
            target=file,
            limits=box.LIMITS,
        )
        checksum, size = files.put_in_place(path, file, name=files.name_for(job.pk))
    document = DocumentReference(
        patient_id=job.patient_id,
        kind=job.kind,
        source_key=job.key,
        source_id=job.source_id,
        title=kind.title,
        path=files.name_for(job.pk),
        content_sha256=checksum,
        facts_sha256=said,
        byte_count=size,
        page_count=pages,
        made_at=now,
    )
    _keep(job, document, now=now)


def _same_source(job: RenderJob) -> DocumentQuerySet:
    return DocumentReference.objects.filter(
        kind=job.kind, source_id=job.source_id, status=DocumentStatus.CURRENT
    )


@transaction.atomic
def _keep(job: RenderJob, document: DocumentReference, *, now: datetime) -> None:
    """Write the document down; it takes the place of the one before."""
    if not job.finish(OutboxStatus.COMPLETED, now=now):
        return
    document.save(force_insert=True)
    _same_source(job).exclude(pk=document.pk).update(
        status=DocumentStatus.SUPERSEDED, superseded_by=document
    )
    record(
        by=job.asked_by,
        action=Action.CREATE,
        category=Category.DOCUMENT,
        patient_id=job.patient_id,
        object_type="DocumentReference",
        object_id=document.pk,
        job=JOB,
    )
    transaction.on_commit(
        lambda: document_ready.send(DocumentReference, document_id=document.pk),
        robust=True,
    )


def _failed(job: RenderJob, *, code: str, again: bool, now: datetime) -> None:
    """Write the reason down; try again where that may help."""
    if again and job.attempts < MAX_TRIES:
        due_at = next_attempt_at(attempts=job.attempts, now=now)
        job.give_back(due_at=due_at, problem=code, now=now)
    else:
        job.finish(OutboxStatus.NOT_DONE, now=now, problem=code)


def _reason(error: Exception) -> tuple[str, bool]:
    """A code for the list, and whether another try may end differently."""
    if isinstance(error, box.PaperError):
        return error.code, error.may_help_to_repeat
    if isinstance(error, ObjectDoesNotExist):
        return "source-gone", False
    if isinstance(error, DomainError):
        return "nothing-to-print", False
    if isinstance(error, OSError):
        return "disk", True
    return type(error).__name__[:40], True
