"""Asking for documents and signing what they say."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from kap.audit.enums import Action, Category
from kap.audit.services import record
from kap.core.errors import DomainError, IllegalTransition
from kap.core.middleware import current_request
from kap.core.outbox import OutboxStatus
from kap.documents import registry
from kap.documents.drawing import clean_drawing
from kap.documents.models import RenderJob, RenderJobQuerySet, Signature
from kap.documents.seal import digest, seal_of

if TYPE_CHECKING:
    from kap.accounts.models import User
    from kap.patients.models import Patient, SecureLink

USELESS_AFTER = timedelta(days=30)
"""A paper that could not be made by then is asked for anew, by a person."""


@transaction.atomic
def request_document(
    *,
    kind: str,
    source_id: UUID,
    patient: Patient,
    now: datetime,
    by: User | None = None,
) -> RenderJob:
    """Put a PDF on the list of what is to be made.

    Asked twice while it waits, it is made once.  Asked again later, the record is read
    again: when it says something new, the new file takes the place of the old one;
    when it says the same, the old one stays.
    """
    if registry.kind(kind) is None:
        raise LookupError(f"No document kind {kind!r} is registered.")
    jobs = RenderJob.objects.filter(kind=kind, source_id=source_id)
    _renew(jobs.filter(status=OutboxStatus.NOT_DONE), now=now)
    waiting = jobs.filter(status=OutboxStatus.PREPARATION).first()
    if waiting is not None:
        return waiting
    number = jobs.count() + 1
    key = f"{kind}:{source_id}" + (f":{number}" if number > 1 else "")
    job = RenderJob(
        key=key,
        kind=kind,
        source_id=source_id,
        patient=patient,
        asked_by=by,
        due_at=now,
        useless_after=now + USELESS_AFTER,
        created_at=now,
    )
    RenderJob.objects.bulk_create([job], ignore_conflicts=True)
    kept = RenderJob.objects.get(key=key)
    if kept.pk == job.pk:
        _audit(kept, by=by, action=Action.CREATE)
    return kept


@transaction.atomic
def try_again(*, job_id: UUID, by: User, now: datetime) -> RenderJob:
    """Queue a failed document once more."""
    failed = RenderJob.objects.filter(pk=job_id, status=OutboxStatus.NOT_DONE)
    renewed = _renew(failed, now=now)
    job = RenderJob.objects.get(pk=job_id)
    if not renewed:
        raise IllegalTransition("This document has not failed; look at the list again.")
    _audit(job, by=by, action=Action.UPDATE)
    return job


@transaction.atomic
def sign(
    *,
    object_type: str,
    object_id: UUID,
    meaning: str,
    content: str,
    now: datetime,
    printed_name: str,
    proof: str,
    user: User | None = None,
    patient: Patient | None = None,
    link: SecureLink | None = None,
    drawing_svg: str = "",
    signer_key: str = "",
) -> Signature:
    """Put one signature under a frozen text; a second press gives the first one back.

    ``content`` is everything that was shown to the signer; its digest is kept and
    sealed together with who, when, meaning what, and how the signer was known.
    ``signer_key`` names somebody who is neither staff nor the patient on whose record
    it stands: ``link:ID`` for a witness or a representative.
    """
    if not printed_name.strip():
        raise DomainError("Write the name under the signature.")
    signer_key = signer_key or _signer(user, patient)
    request = current_request()
    signature = Signature(
        object_type=object_type,
        object_id=object_id,
        meaning=meaning,
        content_sha256=digest(content),
        user=user,
        patient=patient,
        link=link,
        signer_key=signer_key,
        printed_name=printed_name.strip(),
        proof=proof,
        drawing_svg=clean_drawing(drawing_svg),
        signed_at=now,
        ip=(request.ip or None) if request else None,
        agent_sha256=request.agent_sha256 if request else "",
    )
    signature.seal = seal_of(signature)
    Signature.objects.bulk_create([signature], ignore_conflicts=True)
    kept = Signature.objects.get(
        object_type=object_type,
        object_id=object_id,
        content_sha256=signature.content_sha256,
        meaning=meaning,
        signer_key=signature.signer_key,
    )
    if kept.pk == signature.pk:
        _audit_signature(kept, by=user)
    return kept


def _signer(user: User | None, patient: Patient | None) -> str:
    if user is not None and patient is None:
        return f"user:{user.pk}"
    if patient is not None and user is None:
        return f"patient:{patient.pk}"
    raise ValueError("A signature has one signer: a user or a patient.")


def _renew(failed: RenderJobQuerySet, *, now: datetime) -> int:
    """Let failed jobs begin anew."""
    return failed.update(
        status=OutboxStatus.PREPARATION,
        attempts=0,
        due_at=now,
        useless_after=now + USELESS_AFTER,
        queued_at=None,
        claimed_at=None,
        finished_at=None,
        problem="",
    )


def _audit(job: RenderJob, *, by: User | None, action: Action) -> None:
    record(
        by=by,
        action=action,
        category=Category.DOCUMENT,
        patient_id=job.patient_id,
        object_type="RenderJob",
        object_id=job.pk,
    )


def _audit_signature(signature: Signature, *, by: User | None) -> None:
    link = signature.link
    record(
        by=by,
        action=Action.SIGN,
        category=Category.DOCUMENT,
        patient_id=signature.patient_id or (link.patient_id if link else None),
        object_type=signature.object_type,
        object_id=signature.object_id,
        link_id=signature.link_id,
    )


__all__ = ["digest", "request_document", "sign", "try_again"]
