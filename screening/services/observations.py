"""Values measured by staff, one at a time."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from kap.accounts.models import User
from kap.audit.enums import Action, Category
from kap.audit.services import record
from kap.core.errors import DomainError
from kap.patients.models import EpisodeOfCare, Patient
from screening.codes import UNITS
from screening.enums import ObservationStatus, ResponseMode
from screening.models import Observation
from screening.permissions import check_may_record_history


def record_observation(
    *,
    patient: Patient,
    episode: EpisodeOfCare | None,
    code: str,
    value: Decimal,
    effective_at: datetime,
    by: User,
    now: datetime,
) -> Observation:
    """Keep one measured value; ``value`` in the unit of ``screening.codes.UNITS``."""
    check_may_record_history(by)
    if effective_at > now:
        raise DomainError("A measurement cannot lie in the future. Check the time.")
    with transaction.atomic():
        observation = Observation.objects.create(
            patient=patient,
            episode=episode,
            code=code,
            value=value,
            unit=UNITS[code],
            effective_at=effective_at,
            recorded_at=now,
            recorded_by=by,
            source=ResponseMode.CLINICIAN,
            status=ObservationStatus.FINAL,
        )
        record(
            by=by,
            action=Action.CREATE,
            category=Category.SCREENING,
            patient_id=patient.pk,
            object_type="Observation",
            object_id=observation.pk,
        )
    return observation
