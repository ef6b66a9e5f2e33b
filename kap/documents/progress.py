"""How far a document is: the job and the file behind one sentence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from kap.core.outbox import OutboxStatus
from kap.documents import registry
from kap.documents.models import DocumentReference, DocumentStatus, RenderJob

State = Literal["none", "waiting", "making", "ready", "failed"]

WHY: Final = {
    "outside": "The paper asked for a file from outside, which is never fetched.",
    "layout": "The paper could not be laid out.",
    "memory": "The paper needs more memory than one document may use.",
    "too-long": "The paper took longer than a minute and was ended.",
    "ended": "The paper was ended because it used too much.",
    "worker-died": "The worker stopped while it made the paper.",
    "source-gone": "What it was to be made from is no longer there.",
    "nothing-to-print": "The record is not ready to be printed yet.",
    "no-kind": "This kind of document is not in use.",
    "disk": "The file could not be written.",
    "disk-full": "The disk is almost full. The paper waits and is made when there is room.",
}
OTHERWISE: Final = "The paper could not be made."
WORDS: Final[dict[State, str]] = {
    "none": "",
    "waiting": "Waits to be made. You can leave this page.",
    "making": "Is being made. You can leave this page.",
    "ready": "Ready",
    "failed": "",
}


@dataclass(frozen=True, slots=True)
class Progress:
    """What a page says of one document; ``document`` is the file that is in force."""

    title: str
    state: State
    sentence: str
    job_id: UUID | None = None
    document: DocumentReference | None = None

    @property
    def goes_on(self) -> bool:
        return self.state in {"waiting", "making"}


def progress_of(*, kind: str, source_id: UUID) -> Progress:
    """The newest job and the current file of one source; two queries."""
    job = (
        RenderJob.objects.filter(kind=kind, source_id=source_id)
        .order_by("-created_at", "-key")
        .first()
    )
    document = DocumentReference.objects.filter(
        kind=kind, source_id=source_id, status=DocumentStatus.CURRENT
    ).first()
    state = _state(job, document)
    return Progress(
        title=registry.title_of(kind),
        state=state,
        sentence=sentence(state, job.problem if job else ""),
        job_id=job.pk if job else None,
        document=document,
    )


def _state(job: RenderJob | None, document: DocumentReference | None) -> State:
    if job is None or job.status == OutboxStatus.COMPLETED:
        return "ready" if document else "none"
    return STATES.get(job.status, "failed")


STATES: Final[dict[str, State]] = {
    OutboxStatus.PREPARATION: "waiting",
    OutboxStatus.IN_PROGRESS: "making",
}


def sentence(state: State, problem: str) -> str:
    """One plain sentence; a job that waits because of something says so."""
    if state == "failed":
        return WHY.get(problem, OTHERWISE)
    if state == "waiting" and problem == "disk-full":
        return WHY[problem]
    if state == "waiting" and problem:
        return f"{WHY.get(problem, OTHERWISE)} It is tried again by itself."
    return WORDS[state]


@dataclass(frozen=True, slots=True)
class JobRow:
    """One line of the list of what is being made."""

    id: UUID
    title: str
    patient_id: UUID
    patient: str
    asked_at: datetime
    asked_by: str
    state: State
    sentence: str

    @property
    def progress(self) -> Progress:
        """The box that moves on by itself, for this job."""
        return Progress(
            title=self.title, state=self.state, sentence=self.sentence, job_id=self.id
        )


def job_rows(jobs: Iterable[RenderJob]) -> list[JobRow]:
    """Lines for jobs whose patient and asker are loaded."""
    rows = []
    for job in jobs:
        state = STATES.get(job.status, "failed")
        rows.append(
            JobRow(
                id=job.pk,
                title=registry.title_of(job.kind),
                patient_id=job.patient_id,
                patient=job.patient.full_name,
                asked_at=job.created_at,
                asked_by=job.asked_by.name if job.asked_by else "",
                state=state,
                sentence=sentence(state, job.problem),
            )
        )
    return rows
