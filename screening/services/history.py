"""What a patient says of their history, and what a clinician adds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final, TypeVar
from uuid import UUID

from django.db import transaction

from kap.accounts.models import User
from kap.audit.enums import Action, Category
from kap.audit.services import record
from kap.core.errors import DomainError
from kap.patients.models import EpisodeOfCare, Patient, SecureLink
from screening.codes import (
    DIASTOLIC,
    HEART_RATE,
    HEIGHT,
    NO_KNOWN_ALLERGY,
    SPO2,
    SYSTOLIC,
    UNITS,
    WEIGHT,
)
from screening.enums import ResponseMode
from screening.models import (
    AllergyIntolerance,
    HistoryAnswer,
    MedicationStatement,
    Observation,
)
from screening.permissions import check_may_record_history
from screening.services.eligibility_again import facts_changed
from screening.services.medicine_work import medicines_arrived

READING_STEP: Final = timedelta(seconds=1)
"""Keeps two readings of one form apart, so that upper and lower stay a pair."""
Row = TypeVar("Row", MedicationStatement, AllergyIntolerance)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningVitals:
    """Seated readings and size; two pressures at least five minutes apart.

    Pressures in mm[Hg] as (systolic, diastolic); pulse per minute; SpO2 in
    percent; weight in kg; height in cm.
    """

    pressures: tuple[tuple[int, int], ...]
    heart_rate_bpm: int | None
    spo2_percent: int | None
    weight_kg: Decimal | None
    height_cm: Decimal | None


def record_answers(
    *,
    episode: EpisodeOfCare,
    answers: Mapping[str, object],
    mode: ResponseMode,
    by: User | None,
    now: datetime,
    link: SecureLink | None = None,
    note: str = "",
) -> list[HistoryAnswer]:
    """Keep answered fields; null means "not sure".  Earlier answers stay below."""
    if by is not None and mode == ResponseMode.CLINICIAN:
        check_may_record_history(by)
    with transaction.atomic():
        rows = HistoryAnswer.objects.bulk_create(
            HistoryAnswer(
                patient_id=episode.patient_id,
                episode=episode,
                field=field,
                value=value,
                note=note,
                mode=mode,
                answered_at=now,
                recorded_by=by,
            )
            for field, value in answers.items()
        )
        _audit(episode.patient_id, "HistoryAnswer", episode.pk, by=by, link=link)
        facts_changed(patient_id=episode.patient_id, cause="answer", by=by, now=now)
    return rows


def record_medications(
    *,
    patient: Patient,
    names_and_doses: Sequence[tuple[str, str]],
    mode: ResponseMode,
    by: User | None,
    now: datetime,
    link: SecureLink | None = None,
) -> list[MedicationStatement]:
    """Keep the medicines a patient takes; a line that is there already is left."""
    with transaction.atomic():
        wanted = _not_yet_written(patient, names_and_doses)
        rows = MedicationStatement.objects.bulk_create(
            MedicationStatement(
                patient=patient,
                text=name,
                dose_text=dose,
                recorded_at=now,
                recorded_by=by,
                source=mode,
            )
            for name, dose in wanted
        )
        _audit(patient.pk, "MedicationStatement", "", by=by, link=link)
        medicines_arrived(patient_id=patient.pk, rows=rows, by=by, now=now)
        facts_changed(patient_id=patient.pk, cause="medicines", by=by, now=now)
    return rows


def _not_yet_written(
    patient: Patient, names_and_doses: Sequence[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Another dose of a name that is there is a line of its own: somebody compares them."""
    held = MedicationStatement.objects.filter(
        patient=patient, entered_in_error_at=None, ended_on=None
    ).values_list("text", "dose_text")
    known = {(text.casefold(), dose.casefold()) for text, dose in held}
    named = {text for text, _ in known}
    wanted = []
    for name, dose in names_and_doses:
        line = (name.casefold(), dose.casefold())
        if line in known or (not dose and line[0] in named):
            continue
        known.add(line)
        named.add(line[0])
        wanted.append((name, dose))
    return wanted


def record_allergies(
    *,
    patient: Patient,
    names_and_reactions: Sequence[tuple[str, str]],
    none_known: bool,
    mode: ResponseMode,
    by: User | None,
    now: datetime,
    link: SecureLink | None = None,
) -> list[AllergyIntolerance]:
    """Keep allergies, or that none is known; saying both is refused."""
    if none_known and names_and_reactions:
        raise DomainError("Either name the allergies, or say that none is known.")
    if none_known:
        entries = [AllergyIntolerance(text="No known allergies", code=NO_KNOWN_ALLERGY)]
    else:
        entries = [
            AllergyIntolerance(text=name, reaction=reaction)
            for name, reaction in names_and_reactions
        ]
    for entry in entries:
        entry.patient, entry.recorded_at, entry.recorded_by = patient, now, by
        entry.source = mode
    with transaction.atomic():
        entries = _not_yet_known(patient, entries)
        rows = AllergyIntolerance.objects.bulk_create(entries)
        if not none_known and entries:
            _end_none_known(patient, by=by, now=now)
        _audit(patient.pk, "AllergyIntolerance", "", by=by, link=link)
    return rows


def _not_yet_known(
    patient: Patient, entries: list[AllergyIntolerance]
) -> list[AllergyIntolerance]:
    known = {
        text.casefold()
        for text in AllergyIntolerance.objects.filter(
            patient=patient, entered_in_error_at=None
        ).values_list("text", flat=True)
    }
    said_none = any(entry.code == NO_KNOWN_ALLERGY for entry in entries)
    if said_none and known:
        return []
    return [entry for entry in entries if entry.text.casefold() not in known]


def _end_none_known(patient: Patient, *, by: User | None, now: datetime) -> None:
    """A named allergy makes an earlier "none known" untrue."""
    AllergyIntolerance.objects.filter(
        patient=patient, code=NO_KNOWN_ALLERGY, entered_in_error_at=None
    ).update(entered_in_error_at=now, entered_in_error_by=by)


def strike_medication(
    *, statement_id: UUID, by: User, now: datetime
) -> MedicationStatement:
    """Mark a medicine as entered in error; the row stays in the record."""
    check_may_record_history(by)
    return _strike(MedicationStatement, statement_id, by=by, now=now)


def strike_allergy(*, allergy_id: UUID, by: User, now: datetime) -> AllergyIntolerance:
    """Mark an allergy as entered in error; the row stays in the record."""
    check_may_record_history(by)
    return _strike(AllergyIntolerance, allergy_id, by=by, now=now)


def _strike(model: type[Row], row_id: UUID, *, by: User, now: datetime) -> Row:
    with transaction.atomic():
        row = model._default_manager.select_for_update(of=("self",)).get(pk=row_id)
        if row.entered_in_error_at is None:
            row.entered_in_error_at, row.entered_in_error_by = now, by
            row.save(update_fields=["entered_in_error_at", "entered_in_error_by"])
            record(
                by=by,
                action=Action.VOID,
                category=Category.SCREENING,
                patient_id=row.patient_id,
                object_type=model.__name__,
                object_id=row.pk,
            )
    return row


def record_vitals_at_screening(
    *,
    patient: Patient,
    episode: EpisodeOfCare,
    vitals: ScreeningVitals,
    by: User,
    now: datetime,
) -> list[Observation]:
    """Keep seated readings and size as one observation for each value."""
    check_may_record_history(by)
    values: list[tuple[str, Decimal, datetime]] = []
    for place, (systolic, diastolic) in enumerate(reversed(vitals.pressures)):
        if diastolic >= systolic:
            raise DomainError("The lower pressure must be below the upper one.")
        at = now - place * READING_STEP
        values += [
            (SYSTOLIC, Decimal(systolic), at),
            (DIASTOLIC, Decimal(diastolic), at),
        ]
    single = (
        (HEART_RATE, vitals.heart_rate_bpm),
        (SPO2, vitals.spo2_percent),
        (WEIGHT, vitals.weight_kg),
        (HEIGHT, vitals.height_cm),
    )
    values += [
        (code, Decimal(value), now) for code, value in single if value is not None
    ]
    if not values:
        raise DomainError("Enter at least one reading.")
    with transaction.atomic():
        rows = Observation.objects.bulk_create(
            Observation(
                patient=patient,
                episode=episode,
                code=code,
                value=value,
                unit=UNITS[code],
                effective_at=at,
                recorded_at=now,
                recorded_by=by,
                source=ResponseMode.CLINICIAN,
            )
            for code, value, at in values
        )
        _audit(patient.pk, "Observation", rows[0].pk, by=by, link=None)
        facts_changed(patient_id=patient.pk, cause="reading", by=by, now=now)
    return rows


def _audit(
    patient_id: UUID,
    object_type: str,
    object_id: object,
    *,
    by: User | None,
    link: SecureLink | None,
) -> None:
    record(
        by=by,
        link_id=link.pk if link else None,
        action=Action.CREATE,
        category=Category.SCREENING,
        patient_id=patient_id,
        object_type=object_type,
        object_id=object_id,
    )
