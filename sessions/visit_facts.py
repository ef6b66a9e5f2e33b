"""What a visit tells the eligibility rules: resting pressures, and what was asked on the day.

Clinical reference 3.5 item 5.  Only readings before the dose count: afterwards the
medicine itself raises the pressure.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver

from kap.core import clock
from screening.codes import DIASTOLIC, SYSTOLIC, UNITS
from screening.enums import ObservationStatus, ResponseMode
from screening.models import Observation
from screening.services import facts_changed, record_answers
from sessions.models import MedicationAdministration, PreSessionCheck, VitalSigns

NEEDED: Final = 2
"""Readings of one visit; a mean is taken of at least two (3.2)."""


@receiver(post_save, sender=VitalSigns)
def pressures_before_the_dose(
    *, instance: VitalSigns, created: bool, raw: bool = False, **_more: Any
) -> None:
    if raw or not created:
        return
    if instance.voids_id is not None:
        _strike(instance)
    elif instance.systolic_mmhg is not None and not _is_dosed(instance.encounter_id):
        _keep(instance)


def _is_dosed(encounter_id: UUID) -> bool:
    return MedicationAdministration.objects.filter(
        encounter=encounter_id, voids=None, voided_by_row=None
    ).exists()


def _keep(instance: VitalSigns) -> None:
    """From the second reading on, each is a seated pressure of the record, once."""
    rows = list(
        VitalSigns.objects.filter(
            encounter=instance.encounter_id,
            voids=None,
            voided_by_row=None,
            systolic_mmhg__isnull=False,
        ).order_by("taken_at", "pk")
    )
    if len(rows) < NEEDED:
        return
    encounter = instance.encounter
    episode_id = encounter.appointment.episode_id
    with transaction.atomic():
        known = set(
            Observation.objects.filter(
                external_key__in=[_key(row, SYSTOLIC) for row in rows]
            ).values_list("external_key", flat=True)
        )
        Observation.objects.bulk_create(
            Observation(
                patient_id=encounter.patient_id,
                episode_id=episode_id,
                code=code,
                value=Decimal(value),
                unit=UNITS[code],
                effective_at=row.taken_at,
                recorded_at=instance.recorded_at,
                recorded_by_id=row.recorded_by_id,
                source=ResponseMode.CLINICIAN,
                external_key=_key(row, code),
            )
            for row in rows
            if _key(row, SYSTOLIC) not in known
            for code, value in (
                (SYSTOLIC, row.systolic_mmhg),
                (DIASTOLIC, row.diastolic_mmhg),
            )
            if value is not None
        )
        facts_changed(
            patient_id=encounter.patient_id, cause="visit", now=instance.recorded_at
        )


def _strike(instance: VitalSigns) -> None:
    """A reading that was an error is an error here too."""
    wrong = Observation.objects.filter(
        external_key__in=[
            f"vitals:{instance.voids_id}:{code}" for code in (SYSTOLIC, DIASTOLIC)
        ],
        voided_by_row=None,
    )
    for row in wrong:
        Observation.objects.create(
            patient_id=row.patient_id,
            episode_id=row.episode_id,
            code=row.code,
            value=row.value,
            unit=row.unit,
            status=ObservationStatus.ENTERED_IN_ERROR,
            effective_at=row.effective_at,
            recorded_at=instance.recorded_at,
            recorded_by_id=instance.recorded_by_id,
            source=row.source,
            voids=row,
            void_reason=instance.void_reason[:200],
        )


def _key(row: VitalSigns, code: str) -> str:
    return f"vitals:{row.pk}:{code}"


@receiver(post_save, sender=PreSessionCheck)
def asked_on_the_day(
    *, instance: PreSessionCheck, created: bool, raw: bool = False, **_more: Any
) -> None:
    """Whoever may be pregnant is "not known" to be until a test says otherwise."""
    episode = instance.appointment.episode
    if raw or not created or episode is None:
        return
    if instance.may_be_pregnant:
        record_answers(
            episode=episode,
            answers={"can_be_pregnant": True, "pregnant": "unknown"},
            mode=ResponseMode.LINK
            if instance.recorded_by_id is None
            else ResponseMode.PHONE,
            by=instance.recorded_by,
            now=instance.said_at,
            note="Asked before the dose",
        )
    facts_changed(patient_id=episode.patient_id, cause="day-of", now=clock.now())


def register() -> None:
    """Importing this module connects it."""
