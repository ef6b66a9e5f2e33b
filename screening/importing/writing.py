"""Writing down what a file says of one patient, whole or not at all."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from kap.accounts.models import User
from kap.audit.enums import Action, Category
from kap.audit.services import record
from kap.clinic.models import Site
from kap.patients.facts import PatientFacts
from kap.patients.models import Patient
from kap.patients.services import PerhapsAlreadyHere, import_patient
from screening.codes import INSTRUMENT_OF, NO_KNOWN_ALLERGY, UNITS
from screening.enums import ImportProblemKind, ResponseMode
from screening.importing.incoming import Incoming, Problem, SaidAllergy, SaidValue
from screening.instruments import scoring
from screening.models import (
    AllergyIntolerance,
    Condition,
    MedicationStatement,
    Observation,
)

COMPARED: Final = (
    "given_name",
    "family_name",
    "birth_date",
    "preferred_name",
    "sex",
    "phone",
    "email",
    "address",
)
"""What a second run compares with the record; what the file leaves empty is not compared."""
DIFFERS: Final = "The record says something else. Nothing was changed."
_INSTRUMENTS: Final = {code: key for key, code in INSTRUMENT_OF.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """Where to, on whose word, and what was ticked."""

    site: Site
    by: User | None
    open_episode: bool = False
    accept_matches: bool = False


@dataclass(slots=True)
class Taken:
    """What became of one patient of the file."""

    counts: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)


def take(row: Incoming, *, how: How, now: datetime) -> Taken:
    """Write one patient down.  The caller's transaction; a second time adds nothing."""
    taken = Taken(problems=list(row.problems))
    taken.counts.update({f"left:{kind}": number for kind, number in row.left.items()})
    if row.facts is None:
        return taken
    patient = _known(row.facts)
    if patient is not None:
        taken.counts["known"] += 1
        taken.problems += _differences(row, row.facts, patient)
    else:
        patient = _new(row, row.facts, taken, how=how, now=now)
    if patient is not None:
        _write_history(row, patient, taken, by=how.by, now=now)
    return taken


def _known(facts: PatientFacts) -> Patient | None:
    """The record that was imported under this key, or the one it was merged into."""
    found = (
        Patient.objects.filter(external_key=facts.external_key)
        .select_related("merged_into")
        .first()
    )
    return (found.merged_into or found) if found else None


def _differences(row: Incoming, facts: PatientFacts, patient: Patient) -> list[Problem]:
    return [
        Problem(row.place, name, DIFFERS, ImportProblemKind.DIFFERS)
        for name in COMPARED
        if getattr(facts, name) not in ("", "unknown")
        and getattr(facts, name) != getattr(patient, name)
    ]


def _new(
    row: Incoming, facts: PatientFacts, taken: Taken, *, how: How, now: datetime
) -> Patient | None:
    try:
        patient = import_patient(
            facts=replace(facts, site_id=how.site.pk),
            by=how.by,
            now=now,
            check_matches=not how.accept_matches,
            begins_care=how.open_episode,
        )
    except PerhapsAlreadyHere as found:
        numbers = ", ".join(str(match.patient.number) for match in found.matches[:3])
        reason = f"Perhaps already here: record number {numbers}. Compare the two."
        taken.problems.append(Problem(row.place, "", reason, ImportProblemKind.MATCH))
        return None
    taken.counts["added"] += 1
    return patient


def _write_history(
    row: Incoming, patient: Patient, taken: Taken, *, by: User | None, now: datetime
) -> None:
    common = {
        "patient": patient,
        "recorded_at": now,
        "recorded_by": by,
        "source": ResponseMode.IMPORT,
    }
    added = {
        "conditions": _add(
            Condition(
                **common,
                external_key=said.key,
                code=said.code,
                code_system=said.system,
                text=said.text,
                status=said.status,
                onset_on=said.onset_on,
            )
            for said in row.conditions
        ),
        "medicines": _add(
            MedicationStatement(
                **common,
                external_key=said.key,
                code=said.code,
                code_system=said.system,
                text=said.text,
                dose_text=said.dose_text,
                started_on=said.started_on,
            )
            for said in row.medicines
        ),
        "allergies": _add_allergies(row, patient, common, by=by, now=now),
        "values": _add_values(row, common, taken),
    }
    taken.counts.update(added)
    if any(added.values()):
        _audit(patient.pk, by)


def _add(rows: Any) -> int:
    """Insert those whose key is new; how many that were."""
    by_key: dict[str, Any] = {row.external_key: row for row in rows}
    if not by_key:
        return 0
    model = type(next(iter(by_key.values())))
    for key in model._default_manager.filter(external_key__in=by_key).values_list(
        "external_key", flat=True
    ):
        del by_key[key]
    model._default_manager.bulk_create(by_key.values())
    return len(by_key)


def _add_allergies(
    row: Incoming,
    patient: Patient,
    common: dict[str, Any],
    *,
    by: User | None,
    now: datetime,
) -> int:
    """Keep "none known" only where none is; a named allergy ends it."""
    named = [said for said in row.allergies if said.code != NO_KNOWN_ALLERGY]
    added = _add(_allergy(said, common) for said in named)
    valid = AllergyIntolerance.objects.filter(patient=patient, entered_in_error_at=None)
    if added:
        valid.filter(code=NO_KNOWN_ALLERGY).update(
            entered_in_error_at=now, entered_in_error_by=by
        )
    none_known = [said for said in row.allergies if said.code == NO_KNOWN_ALLERGY][:1]
    if none_known and not named and not valid.exists():
        added += _add(_allergy(said, common) for said in none_known)
    return added


def _allergy(said: SaidAllergy, common: dict[str, Any]) -> AllergyIntolerance:
    return AllergyIntolerance(
        **common,
        external_key=said.key,
        code=said.code,
        code_system=said.system,
        text=said.text,
        reaction=said.reaction,
    )


def _add_values(row: Incoming, common: dict[str, Any], taken: Taken) -> int:
    if not row.values:
        return 0
    kept: dict[str | None, Decimal] = dict(
        Observation.objects.filter(
            external_key__in=[said.key for said in row.values]
        ).values_list("external_key", "value")
    )
    for said in row.values:
        if said.key in kept and kept[said.key] != said.value:
            place = said.place or row.place
            taken.problems.append(
                Problem(place, "value", DIFFERS, ImportProblemKind.DIFFERS)
            )
    return _add(
        Observation(
            **common,
            external_key=said.key,
            code=said.code,
            value=said.value,
            unit=UNITS[said.code],
            effective_at=said.effective_at,
            interpretation=_band(said),
        )
        for said in row.values
        if said.key not in kept
    )


def _band(said: SaidValue) -> str:
    instrument = _INSTRUMENTS.get(said.code)
    return str(scoring(instrument).severity(int(said.value))) if instrument else ""


def _audit(patient_id: UUID, by: User | None) -> None:
    record(
        by=by,
        action=Action.IMPORT,
        category=Category.SCREENING,
        patient_id=patient_id,
        object_type="Patient",
        object_id=patient_id,
        job="" if by else "import-patients",
    )
