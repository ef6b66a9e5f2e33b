"""FHIR R4 resources that come in, validated, as what this product keeps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from kap.patients.facts import PatientFacts
from screening.codes import DIASTOLIC, NO_KNOWN_ALLERGY, SYSTOLIC
from screening.enums import ConditionStatus
from screening.importing import measured, texts, times
from screening.importing.fhir_entries import Entry
from screening.importing.fhir_parts import (
    codes_in,
    coding_of,
    identity_of,
    name_of,
    named,
    parts,
    resource_key,
    telecom,
    validated,
    words_of,
)
from screening.importing.incoming import (
    Incoming,
    Refused,
    SaidAllergy,
    SaidCondition,
    SaidMedicine,
    SaidValue,
    key_of,
)

CONDITION_STATUS: Final = {
    "active": ConditionStatus.ACTIVE,
    "recurrence": ConditionStatus.ACTIVE,
    "relapse": ConditionStatus.ACTIVE,
    "inactive": ConditionStatus.INACTIVE,
    "remission": ConditionStatus.REMISSION,
    "resolved": ConditionStatus.RESOLVED,
}
NOT_TRUE: Final = frozenset({"refuted", "entered-in-error"})
FINISHED: Final = frozenset({"final", "amended", "corrected"})
NO_ALLERGY: Final = frozenset({NO_KNOWN_ALLERGY, "160244002"})
"""SNOMED CT: no known allergy, in the current and in the former code."""


def patient_facts(row: Incoming, entry: Entry, *, today: date) -> PatientFacts:
    """Who it is.  What is not needed and cannot be taken is reported on ``row`` and left empty."""
    given = validated(entry)
    if given.get("deceasedBoolean") is True or given.get("deceasedDateTime"):
        raise Refused("deceased", "The file says that this person has died.")
    if given.get("active") is False:
        raise Refused("active", "The file says that this record is not in use.")
    given_name, family_name, preferred_name = name_of(given)
    born = times.birth_date(str(given.get("birthDate") or ""), "birthDate", today=today)

    def take(read: Callable[[], str], otherwise: str = "") -> str:
        try:
            return read()
        except Refused as refusal:
            row.refuse(refusal, within="Patient")
            return otherwise

    return PatientFacts(
        given_name=given_name,
        family_name=family_name,
        birth_date=born,
        preferred_name=preferred_name,
        sex=take(lambda: texts.sex(given.get("gender"), "gender"), "unknown"),
        phone=take(lambda: texts.phone(telecom(given, "phone"), "telecom")),
        email=take(lambda: texts.email(telecom(given, "email"), "telecom")),
        address=take(lambda: _address(given)),
        language=take(lambda: _language(given), "en"),
        external_key=identity_of(given, entry),
    )


def _address(given: dict[str, Any]) -> str:
    found = [part for part in parts(given, "address") if part.get("use") != "old"]
    found.sort(key=lambda part: part.get("use") != "home")
    if not found:
        return ""
    lines = [line for line in found[0].get("line") or [] if line]
    town = " ".join(
        str(found[0][name]) for name in ("state", "postalCode") if found[0].get(name)
    )
    whole = [*lines, found[0].get("city"), town, found[0].get("country")]
    return texts.text(
        ", ".join(str(part) for part in whole if part), "address", longest=200
    )


def _language(given: dict[str, Any]) -> str:
    spoken = parts(given, "communication")
    spoken.sort(key=lambda part: part.get("preferred") is not True)
    codings = parts(spoken[0].get("language") or {}, "coding") if spoken else []
    return texts.language(codings[0].get("code") if codings else "", "communication")


def condition(entry: Entry, *, key: str) -> SaidCondition | None:
    """A diagnosis; None when it is refuted or entered in error."""
    given = validated(entry)
    if codes_in(given.get("verificationStatus")) & NOT_TRUE:
        return None
    said = codes_in(given.get("clinicalStatus"))
    status = next(
        (CONDITION_STATUS[code] for code in said if code in CONDITION_STATUS), None
    )
    if status is None:
        ended = any(
            given.get(name) for name in ("abatementDateTime", "abatementPeriod")
        )
        status = ConditionStatus.RESOLVED if ended else ConditionStatus.ACTIVE
    onset = given.get("onsetDateTime") or (given.get("onsetPeriod") or {}).get("start")
    code, system = coding_of(given.get("code"))
    return SaidCondition(
        key=resource_key(key, entry),
        text=named(given.get("code"), "code"),
        code=code,
        system=system,
        status=status,
        onset_on=_whole_day(onset),
    )


def _whole_day(given: Any) -> date | None:
    """The date of a dateTime; a year or month alone is no date and says nothing here."""
    try:
        return times.day(str(given or "")[:10], "")
    except Refused:
        return None


def medicine(
    entry: Entry, *, key: str, lookup: Callable[[Any], dict[str, Any] | None]
) -> SaidMedicine | None:
    """A medicine that is being taken; None for any other order."""
    given = validated(entry)
    if given.get("status") != "active":
        return None
    concept = given.get("medicationCodeableConcept") or _named_elsewhere(given, lookup)
    code, system = coding_of(concept)
    doses = [texts.text(dose.get("text"), "dosageInstruction", longest=120)
             for dose in parts(given, "dosageInstruction")]  # fmt: skip
    return SaidMedicine(
        key=resource_key(key, entry),
        text=named(concept, "medication"),
        code=code,
        system=system,
        dose_text=next((dose for dose in doses if dose), ""),
        started_on=_whole_day(given.get("authoredOn")),
    )


def _named_elsewhere(
    given: dict[str, Any], lookup: Callable[[Any], dict[str, Any] | None]
) -> Any:
    """The code of the Medication that is contained or stands elsewhere in the file."""
    reference = given.get("medicationReference") or {}
    for inner in parts(given, "contained"):
        if reference.get("reference") == f"#{inner.get('id')}":
            return inner.get("code")
    found = lookup(reference)
    if found is not None:
        return found.get("code")
    return {"text": reference.get("display")}


def allergy(entry: Entry, *, key: str) -> SaidAllergy | None:
    """An allergy, or that none is known; None when it is over, refuted or an error."""
    given = validated(entry)
    if codes_in(given.get("verificationStatus")) & NOT_TRUE:
        return None
    if codes_in(given.get("clinicalStatus")) & {"inactive", "resolved"}:
        return None
    if codes_in(given.get("code")) & NO_ALLERGY:
        return SaidAllergy(
            key=key_of(key, "allergy", NO_KNOWN_ALLERGY),
            text="No known allergies",
            code=NO_KNOWN_ALLERGY,
        )
    found = [
        words_of(sign)
        for reaction in parts(given, "reaction")
        for sign in parts(reaction, "manifestation")
    ]
    reactions = "; ".join(dict.fromkeys(word for word in found if word))
    code, system = coding_of(given.get("code"))
    return SaidAllergy(
        key=resource_key(key, entry),
        text=named(given.get("code"), "code"),
        code=code,
        system=system,
        reaction=texts.text(reactions, "reaction", longest=200),
    )


def values(
    entry: Entry, *, key: str, zone: ZoneInfo, now: datetime, born: date
) -> list[SaidValue]:
    """The measured values we keep; none when it measures something else, or is not final."""
    given = validated(entry)
    code = _our_code(given)
    if not code or given.get("status") not in FINISHED or given.get("dataAbsentReason"):
        return []
    found = _panel(given) if code == measured.BLOOD_PRESSURE_PANEL else [(code, given)]
    numbers = {part: _quantity(inner, part) for part, inner in found}
    if code == measured.BLOOD_PRESSURE_PANEL:
        measured.check_pressures(numbers[SYSTOLIC], numbers[DIASTOLIC], "component")
    at = _effective(given, zone)
    times.check_measured(at, "effective", now=now, born=born)
    own = resource_key(key, entry)
    return [
        SaidValue(
            key=f"{own}:{part}",
            code=part,
            value=value,
            effective_at=at,
            place=entry.place,
        )
        for part, value in numbers.items()
    ]


def _our_code(given: dict[str, Any]) -> str:
    loinc = (
        str(coding.get("code") or "")
        for coding in parts(given.get("code") or {}, "coding")
        if coding.get("system") == measured.LOINC
    )
    return next(filter(None, map(measured.code_of, loinc)), "")


def _panel(given: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    inner = {_our_code(part): part for part in parts(given, "component")}
    if SYSTOLIC not in inner or DIASTOLIC not in inner:
        raise Refused("component", "Both pressures of a reading are needed.")
    return [(code, inner[code]) for code in (SYSTOLIC, DIASTOLIC)]


def _quantity(given: dict[str, Any], code: str) -> Decimal:
    if code in measured.WHOLE and isinstance(given.get("valueInteger"), int):
        return measured.in_our_unit(given["valueInteger"], "{score}", code, "value")
    quantity = given.get("valueQuantity")
    if not quantity or quantity.get("value") is None:
        raise Refused("value", "Holds no measured number.")
    if quantity.get("comparator"):
        raise Refused(
            "value", "Is only a bound (less or more than), no measured number."
        )
    coded = quantity.get("code") if quantity.get("system") == measured.UCUM else ""
    unit = coded or quantity.get("unit") or ""
    return measured.in_our_unit(quantity["value"], str(unit), code, "value")


def _effective(given: dict[str, Any], zone: ZoneInfo) -> datetime:
    said = (
        given.get("effectiveDateTime")
        or given.get("effectiveInstant")
        or (given.get("effectivePeriod") or {}).get("start")
        or ""
    )
    if not said:
        raise Refused("effective", "Is missing: nothing says when it was measured.")
    return times.moment(str(said), "effective", zone=zone)
