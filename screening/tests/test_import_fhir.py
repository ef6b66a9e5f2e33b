"""FHIR R4 that comes in: what each resource becomes, and what is refused with a sentence."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from kap.clinic.tests.factories import SiteFactory
from kap.patients.models import Patient
from screening.models import (
    AllergyIntolerance,
    Condition,
    MedicationStatement,
    Observation,
)

DATA = Path(__file__).parent / "data"
LOINC = "http://loinc.org"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def site(freeze, now):
    freeze(now)
    return SiteFactory.create(time_zone="America/New_York")


@pytest.fixture
def take(tmp_path):
    def run(*resources: dict[str, Any], **bundle: Any) -> str:
        path, out = tmp_path / "bundle.json", io.StringIO()
        entries = [{"resource": resource} for resource in resources]
        content = {"resourceType": "Bundle", "type": "collection", "entry": entries}
        path.write_text(json.dumps({**content, **bundle}))
        call_command("import_patients", str(path), stdout=out)
        return out.getvalue()

    return run


def person(**changes: Any) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "id": "p",
        "name": [{"family": "Brook", "given": ["Olive"]}],
        "birthDate": "1977-01-02",
        **changes,
    }


def measured(loinc: str, number: Any, unit: str, /, **changes: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": f"o-{loinc}",
        "status": "final",
        "code": {"coding": [{"system": LOINC, "code": loinc}]},
        "subject": {"reference": "Patient/p"},
        "effectiveDateTime": "2026-01-05",
        "valueQuantity": {
            "value": number,
            "code": unit,
            "system": "http://unitsofmeasure.org",
        },
        **changes,
    }


def test_a_bundle_as_synthea_writes_it():
    out = io.StringIO()
    call_command("import_patients", str(DATA / "synthea_like.json"), stdout=out)
    marigold = Patient.objects.get()
    assert (marigold.given_name, marigold.family_name) == (
        "Marigold12 Fern5",
        "Inkwell77",
    )
    assert marigold.birth_date == date(1984, 2, 29)
    assert (marigold.sex, marigold.language) == ("female", "en")
    assert (marigold.phone, marigold.email) == ("555-010-0142", "marigold@mail.example")
    assert marigold.address == "12 Paper Lane Apt 3, Storyville, MA 00000, US"
    assert marigold.external_key.startswith("http://hospital.smarthealthit.org|")
    assert set(Condition.objects.values_list("code", "status", "onset_on")) == {
        ("370143000", "active", date(2019, 6, 3)),
        ("195662009", "resolved", date(2021, 1, 9)),
    }
    assert set(
        MedicationStatement.objects.values_list("text", "dose_text", "started_on")
    ) == {
        (
            "sertraline 25 MG Oral Tablet",
            "Take one tablet in the morning",
            date(2024, 3, 1),
        ),
        ("lisinopril 10 MG Oral Tablet", "", None),
    }
    assert AllergyIntolerance.objects.get().reaction == "Eruption of skin (disorder)"
    assert dict(Observation.objects.values_list("code", "value")) == {
        "8302-2": Decimal("168.4"),
        "29463-7": Decimal("81.647"),
        "8480-6": Decimal(121),
        "8462-4": Decimal(78),
        "8867-4": Decimal(72),
        "44261-6": Decimal(17),
        "70274-6": Decimal(9),
        "59408-5": Decimal(97),
    }
    times = dict(Observation.objects.values_list("code", "effective_at"))
    assert times["8302-2"] == datetime(2025, 11, 2, 12, tzinfo=UTC)
    assert times["29463-7"] == datetime(2025, 11, 2, 6, 30, tzinfo=UTC)
    assert times["59408-5"] == datetime(2025, 3, 9, 7, 30, tzinfo=UTC)
    said = out.getvalue()
    assert "1 patient added" in said
    for left in (
        "1 Claim",
        "1 Encounter",
        "1 Medication",
        "1 Condition",
        "1 Observation",
    ):
        assert left in said


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"birthDate": "2090-01-01"}, "Patient.birthDate: Lies in the future."),
        ({"birthDate": "1899-12-31"}, "Patient.birthDate: Lies before 1900."),
        ({"birthDate": "1977"}, "Patient.birthDate: Is no whole date."),
        (
            {"birthDate": "yesterday"},
            "Patient.birthDate: Is not written as FHIR R4 asks.",
        ),
        ({"birthDate": None}, "Patient.birthDate: Is missing."),
        ({"name": []}, "Patient.name: There is no name."),
        ({"name": [{"family": "Brook"}]}, "Patient.name.given: Is missing."),
        (
            {"name": [{"family": "B" * 10_000, "given": ["O"]}]},
            "longer than 80 characters",
        ),
        (
            {"name": [{"family": "B\0", "given": ["O"]}]},
            "Patient.name.family: Holds a NUL",
        ),
        ({"name": [{"family": "\ud800", "given": ["O"]}]}, "Patient.name[0].family"),
        ({"name": "Olive"}, "Patient.name: Must be a list in FHIR R4."),
        ({"deceasedBoolean": True}, "Patient.deceased: The file says"),
        ({"deceasedDateTime": "2020-01-01"}, "Patient.deceased: The file says"),
        ({"active": False}, "Patient.active: The file says"),
        ({"OliveBrook": 1}, "entry 1, Patient: Has a part that FHIR R4 does not know."),
        ({"id": None}, "Patient.identifier: Has neither"),
        ({"extension": [{"url": "x", "valueDecimal": 10**4000}]}, "1 patient added"),
    ],
)
def test_a_patient_that_cannot_be_taken_is_said_with_its_field(take, changes, said):
    out = take(person(**changes), measured("8867-4", 70, "/min"))
    assert said in out
    assert "Olive" not in out
    assert Patient.objects.exists() == ("1 patient added" in said)


def test_details_that_are_not_needed_are_left_empty_and_said(take):
    telecom = [
        {"system": "phone", "value": "ring twice"},
        {"system": "email", "value": "x"},
    ]
    spoken = [{"language": {"coding": [{"code": "Klingon!"}]}}]
    out = take(person(telecom=telecom, communication=spoken, gender="elf"))
    for field in (
        "Patient.telecom: Is no tele",
        "Patient.telecom: Is no e-mail",
        "Patient.gender",
    ):
        assert field in out
    olive = Patient.objects.get()
    assert (olive.phone, olive.email, olive.sex, olive.language) == (
        "",
        "",
        "unknown",
        "en",
    )


@pytest.mark.parametrize(
    ("code", "number", "unit", "kept"),
    [
        ("29463-7", 180, "[lb_av]", "81.647"),
        ("29463-7", 81200, "g", "81.2"),
        ("8302-2", 70, "[in_i]", "177.8"),
        ("8302-2", 1.75, "m", "175"),
        ("8480-6", 16, "kPa", "120.010"),
        ("44261-6", 0, "{score}", "0"),
        ("2708-6", 98, "%", "98"),
    ],
)
def test_units_are_converted_exactly(take, code, number, unit, kept):
    take(person(), measured(code, number, unit))
    assert Observation.objects.get().value == Decimal(kept)


@pytest.mark.parametrize(
    ("observation", "said"),
    [
        (measured("29463-7", 700, "kg"), "Observation.value: Is not possible."),
        (
            measured("29463-7", 80, "stone"),
            "Observation.value: Has no unit that is known",
        ),
        (measured("44261-6", 28, "{score}"), "Observation.value: Is not possible."),
        (measured("44261-6", 7.5, "{score}"), "Observation.value: Is no whole number."),
        (measured("8867-4", 10**4000, "/min"), "Is no number that can be measured."),
        (
            measured("8867-4", 70, "/min", valueQuantity=None),
            "Holds no measured number.",
        ),
        (
            measured("8867-4", 70, "/min", effectiveDateTime="2026"),
            "Observation.effective: Is no whole",
        ),
        (
            measured("8867-4", 70, "/min", effectiveDateTime="2027-01-01"),
            "Lies in the future.",
        ),
        (
            measured("8867-4", 70, "/min", effectiveDateTime="1970-01-01"),
            "Lies before the birth.",
        ),
        (
            measured("8867-4", 70, "/min", effectiveDateTime=None),
            "Is missing: nothing says when",
        ),
        (
            measured("8867-4", 70, "/min", subject={"reference": "Patient/q"}),
            "Points to no patient",
        ),
        (measured("8867-4", 70, "/min", subject=None), "Points to no patient"),
        (
            measured("85354-9", 1, "", valueQuantity=None),
            "Both pressures of a reading are needed.",
        ),
        (measured("8867-4", 70, "/min", code=[]), "Observation.code: "),
    ],
)
def test_a_value_that_cannot_be_taken_is_said_and_the_patient_is_taken(
    take, observation, said
):
    out = take(person(), observation)
    assert "entry 2, " in out or "entry 2: " in out
    assert said in out
    assert Patient.objects.count() == 1
    assert not Observation.objects.exists()


def test_what_is_not_final_or_not_kept_is_counted_and_no_problem(take):
    out = take(
        person(),
        measured("8867-4", 70, "/min", status="preliminary"),
        measured("2093-3", 180, "mg/dL"),
    )
    assert "left out, because it is not kept here: 2 Observation" in out
    assert "could not be taken" not in out


def test_no_known_allergy_stands_until_one_is_named(take):
    def allergy(key: str, code: str, text: str) -> dict[str, Any]:
        concept = {
            "coding": [{"system": "http://snomed.info/sct", "code": code}],
            "text": text,
        }
        return {
            "resourceType": "AllergyIntolerance",
            "id": key,
            "patient": {"reference": "Patient/p"},
            "code": concept,
        }

    none = allergy("n", "716186003", "No known allergy")
    take(person(), none)
    assert AllergyIntolerance.objects.get(entered_in_error_at=None).code == "716186003"
    take(person(), allergy("a", "7980", "Penicillin"), none)
    assert AllergyIntolerance.objects.get(entered_in_error_at=None).text == "Penicillin"
    take(person(), none)
    assert AllergyIntolerance.objects.filter(entered_in_error_at=None).count() == 1


def test_ids_that_come_twice_and_nested_bundles_are_said(take):
    inner = {"resourceType": "Bundle", "type": "batch", "entry": []}
    out = take(person(), person(), inner, {"hello": 1}, measured("8867-4", 70, "/min"))
    assert "entry 2, id: Has the same id as a resource further up in this file." in out
    assert "entry 3: Is a Bundle inside the file." in out
    assert "entry 4: Holds no FHIR resource." in out
    assert Observation.objects.count() == 1


def test_two_entries_with_one_identifier_are_one_patient(take):
    number = [{"system": "urn:clinic", "value": "7"}]
    out = take(person(identifier=number), person(id="q", identifier=number))
    assert "entry 2, Patient.identifier: A patient further up has it too." in out
    assert Patient.objects.get().external_key == "urn:clinic|7"


def test_social_security_numbers_are_never_kept(take):
    kind = {"coding": [{"code": "SS"}]}
    take(
        person(identifier=[{"type": kind, "system": "urn:ssn", "value": "999-00-1111"}])
    )
    assert Patient.objects.get().external_key == "fhir-id|p"


def test_a_bundle_of_nobody_is_said(take):
    assert "There is no Patient in this file." in take({"resourceType": "Claim"})


def test_the_usual_name_is_what_the_person_is_called(take):
    names = [
        {"use": "usual", "given": ["Liv"]},
        {"use": "old", "family": "Stream", "given": ["Olive"]},
        {"use": "official", "family": "Brook", "given": ["Olive"]},
    ]
    take(person(name=names))
    olive = Patient.objects.get()
    assert (olive.given_name, olive.preferred_name) == ("Olive", "Liv")
    assert olive.family_name == "Brook"


def test_deeply_nested_parts_are_refused(take):
    inner: dict[str, Any] = {"url": "x", "valueCode": "y"}
    for _ in range(200):
        inner = {"url": "x", "extension": [inner]}
    assert "nested too deeply" in take(person(extension=[inner]))
