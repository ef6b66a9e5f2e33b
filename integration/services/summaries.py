"""The treatment summary is asked for here and made by a worker."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from integration.permissions import check_may_make_summary
from kap.accounts.models import User
from kap.audit.enums import Action, Category
from kap.audit.services import record
from kap.documents.models import RenderJob
from kap.documents.services import request_document
from kap.patients.models import EpisodeOfCare

KIND = "treatment-summary"


def request_summary(*, episode_id: UUID, by: User, now: datetime) -> RenderJob:
    """Ask for the treatment summary of a course as the record stands now."""
    check_may_make_summary(by)
    with transaction.atomic():
        episode = EpisodeOfCare.objects.select_related("patient").get(pk=episode_id)
        job = request_document(
            kind=KIND, source_id=episode.pk, patient=episode.patient, by=by, now=now
        )
        record(
            by=by,
            action=Action.CREATE,
            category=Category.DOCUMENT,
            patient_id=episode.patient_id,
            object_type="RenderJob",
            object_id=job.pk,
        )
    return job
