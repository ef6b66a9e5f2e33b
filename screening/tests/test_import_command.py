"""The command that takes patients over: twice adds nothing, odd input is a sentence."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from kap.audit.enums import Action
from kap.audit.models import AuditEvent
from kap.clinic.tests.factories import SiteFactory
from kap.patients.models import EpisodeOfCare, Patient
from kap.patients.tests.factories import PatientFactory
from screening.models import (
    AllergyIntolerance,
    Condition,
    ImportProblem,
    ImportRun,
    MedicationStatement,
    Observation,
)

DATA = Path(__file__).parent / "data"
CLINICAL = (AllergyIntolerance, Condition, MedicationStatement, Observation)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def site(freeze, now):
    freeze(now)
    return SiteFactory.create(time_zone="America/New_York")


def run(file, *options: str) -> str:
    out = io.StringIO()
    call_command("import_patients", str(file), *options, stdout=out)
    return out.getvalue()


def write(tmp_path: Path, content: bytes | str) -> Path:
    path = tmp_path / "file"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def everything() -> list[int]:
    return [model.objects.count() for model in (Patient, EpisodeOfCare, *CLINICAL)]


@pytest.mark.parametrize(
    "name", ["synthea_like.json", "good.csv", "semicolons.csv", "bad.csv"]
)
def test_a_second_run_adds_nothing(name):
    run(DATA / name)
    before = everything()
    out = run(DATA / name)
    assert everything() == before
    assert "0 patients added" in out


def test_a_table_becomes_patients_with_history_and_values():
    out = run(DATA / "good.csv")
    assert "2 patients added" in out
    barnaby = Patient.objects.get(external_key="csv|A-100")
    assert (barnaby.family_name, str(barnaby.birth_date)) == ("Lantern", "1979-07-14")
    assert barnaby.address == "3 Harbor Row Storyville"
    assert set(barnaby.conditions.values_list("text", flat=True)) == {
        "Depression",
        "Hypertension",
    }
    assert (
        barnaby.medication_statements.get(dose_text="50 mg daily").text == "sertraline"
    )
    assert barnaby.allergies.get().reaction == "rash"
    values = dict(barnaby.observations.values_list("code", "value"))
    assert values == {
        "29463-7": Decimal("81.647"),
        "8302-2": Decimal("181.000"),
        "8480-6": Decimal("128.000"),
        "8462-4": Decimal("82.000"),
        "44261-6": Decimal("16.000"),
    }
    weight = barnaby.observations.get(code="29463-7")
    assert weight.effective_at == datetime(2026, 8, 3, 13, 30, tzinfo=UTC)
    assert weight.source == "import"
    assert (
        barnaby.observations.get(code="44261-6").interpretation == "moderately-severe"
    )
    zoe = Patient.objects.get(external_key="csv|A-101")
    assert (zoe.given_name, zoe.sex, zoe.allergies.get().code) == (
        "Zoë",
        "female",
        "716186003",
    )


def test_no_course_of_care_begins_unless_asked_for():
    run(DATA / "good.csv")
    assert not EpisodeOfCare.objects.exists()
    run(DATA / "semicolons.csv", "--open-episode")
    assert EpisodeOfCare.objects.get().patient.family_name == "Ferngrove"
    assert Observation.objects.get(
        code="29463-7", patient__given_name="Odile"
    ).value == Decimal("72.5")


def test_rows_that_cannot_be_taken_are_said_with_line_field_and_reason():
    out = run(DATA / "bad.csv").splitlines()
    for said in (
        "line 1, column 9: This column is not known and was left out. [Not taken]",
        "line 2, birth_date: Lies in the future. [Not taken]",
        "line 3, birth_date: Lies before 1900. [Not taken]",
        "line 4, weight_kg: Is not possible. Expected 20 to 350 kg; check number and unit. [Not taken]",
        "line 5, given_name: Is missing. [Not taken]",
        "line 6, birth_date: There is no such day. Check year, month and day. [Not taken]",
        "line 7, sex: Is none of female, male, other, unknown. It was left open. [Not taken]",
        "line 7, phone: Is no telephone number. It was left empty. [Not taken]",
        "line 8: Has fewer cells than the first line. Check the quotation marks. [Not taken]",
        "line 9, weight_kg: Is no number. Write it like 72.5, without its unit. [Not taken]",
        "line 10, given_name: Is longer than 80 characters. Shorten it. [Not taken]",
        "line 11, given_name: Holds a NUL character. Remove it. [Not taken]",
        "line 12, mrn: The same patient stands further up in this file. [Not taken]",
    ):
        assert said in out
    assert set(Patient.objects.values_list("external_key", flat=True)) == {
        "csv|C-3",
        "csv|C-6",
        "csv|C-8",
        "csv|C-11",
    }
    assert Patient.objects.get(external_key="csv|C-11").family_name == "Last One"
    assert Observation.objects.get().value == Decimal("80.5")
    assert ImportProblem.objects.count() == 13


def test_the_output_and_the_problems_hold_no_value_of_the_file():
    out = (
        run(DATA / "bad.csv") + run(DATA / "good.csv") + run(DATA / "synthea_like.json")
    )
    said = out + repr(
        list(ImportProblem.objects.values_list("place", "field", "reason"))
    )
    for value in (
        "Future",
        "Heavy",
        "call me",
        "robot",
        "NNNN",
        "shoe",
        "700",
        "Inkwell",
        "C-9",
    ):
        assert value not in said


def test_a_trial_run_writes_no_patient():
    out = run(DATA / "good.csv", "--dry-run")
    assert "Nothing was written" in out
    assert "2 patients added" in out
    assert everything() == [0] * 6
    assert not AuditEvent.objects.filter(
        action=Action.IMPORT, object_type="Patient"
    ).exists()
    assert ImportRun.objects.get().is_dry_run


def test_changed_details_are_reported_and_not_overwritten(tmp_path):
    run(DATA / "good.csv")
    changed = (DATA / "good.csv").read_text().replace("555 010 0111", "555 010 9999")
    changed = changed.replace(",180,181", ",190,181")
    out = run(write(tmp_path, changed))
    assert "line 2, phone: The record says something else. Nothing was changed." in out
    assert "line 2, value: The record says something else. Nothing was changed." in out
    assert Patient.objects.get(external_key="csv|A-100").phone == "555 010 0111"
    assert Observation.objects.get(code="29463-7").value == Decimal("81.647")


def test_who_is_perhaps_here_already_is_not_taken_unless_said_so():
    here = PatientFactory.create(
        given_name="Barney",
        family_name="Lantern",
        birth_date=date(1979, 7, 14),
        phone="5550100111",
    )
    out = run(DATA / "good.csv")
    assert f"Perhaps already here: record number {here.number}." in out
    assert not Patient.objects.filter(external_key="csv|A-100").exists()
    assert not Condition.objects.exists()
    run(DATA / "good.csv", "--accept-matches")
    assert Patient.objects.filter(external_key="csv|A-100").exists()


def test_without_a_number_the_same_person_is_known_again(tmp_path):
    file = write(tmp_path, "given_name,family_name,dob\nOlive,Brook,1977-01-02\n")
    run(file)
    assert "1 patient was here already" in run(file)


@pytest.mark.parametrize(
    ("order", "day"), [("mdy", "1985-03-04"), ("dmy", "1985-04-03")]
)
def test_dates_are_read_in_the_order_that_was_said(tmp_path, order, day):
    file = write(tmp_path, "given_name,family_name,dob\nOlive,Brook,3/4/1985\n")
    assert "Is no whole date" in run(file)
    run(file, "--date-order", order)
    assert str(Patient.objects.get().birth_date) == day


def test_the_site_is_named_when_there_are_several():
    SiteFactory.create(name="Hilltop")
    with pytest.raises(CommandError, match="several sites"):
        run(DATA / "good.csv")
    with pytest.raises(CommandError, match="no active site"):
        run(DATA / "good.csv", "--site", "Nowhere")
    run(DATA / "good.csv", "--site", "hilltop")
    assert Patient.objects.filter(site__name="Hilltop").count() == 2


ODD = {
    "empty": (b"", "The file is empty."),
    "blank": (b" \n\n ", "The file is empty."),
    "only a mark": (b"\xef\xbb\xbf", "The file is empty."),
    "binary": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n\x00\x01", "The first line must name"),
    "zip": (b"PK\x03\x04\x14\x00\x00\x00", "neither text nor JSON"),
    "picture": (b"\x89PNG\r\n\x1a\n\x00\x00", "neither text nor JSON"),
    "utf-16": ("mrn,name\n".encode("utf-16"), "Save it as UTF-8"),
    "broken json": (b'{"resourceType": "Bundle", "entry": [', "This file is not JSON."),
    "not a number": (
        b'{"resourceType": "Patient", "x": NaN}',
        "This file is not JSON.",
    ),
    "a list": (b"[1, 2]", "not FHIR R4"),
    "other json": (b'{"hello": "world"}', "not FHIR R4"),
    "another resource": (b'{"resourceType": "Observation"}', "not FHIR R4"),
    "entry is no list": (
        b'{"resourceType": "Bundle", "entry": 3}',
        "entries are no list",
    ),
    "no entries": (
        b'{"resourceType": "Bundle", "type": "batch"}',
        "This Bundle is empty",
    ),
    "deep": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "nested too deeply"),
    "no header": (b"Olive,Brook,1977-01-02\n", "The first line must name the columns"),
    "two alike": (b"dob,born,given_name,family_name\n", "Two columns mean the same"),
}


@pytest.mark.parametrize("case", ODD)
def test_odd_files_are_refused_with_a_sentence(tmp_path, case):
    content, sentence = ODD[case]
    with pytest.raises(CommandError) as refused:
        run(write(tmp_path, content))
    assert sentence in str(refused.value)
    assert everything() == [0] * 6


def test_paths_that_are_no_files_are_refused(tmp_path):
    for path, sentence in (
        (tmp_path, "This is a folder."),
        (tmp_path / "nothing", "There is no such file."),
        ("/dev/null", "This is no ordinary file."),
        (f"{tmp_path}/{'n' * 5000}", "cannot be opened"),
    ):
        with pytest.raises(CommandError, match=sentence):
            run(path)


def test_a_file_over_the_limit_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(200_000_001)
    with pytest.raises(CommandError, match="larger than 200 MB"):
        run(path)


def test_a_missing_quotation_mark_does_not_swallow_the_rest(tmp_path, monkeypatch):
    from screening.importing import table_file

    monkeypatch.setattr(table_file, "MOST_LINES_OF_A_ROW", 20)
    rows = "".join(f"Name{n},Brook,{1950 + n}-01-02,M{n}\n" for n in range(30))
    head = "given_name,family_name,dob,mrn\n"
    out = run(write(tmp_path, f'{head}"Olive,Brook,1977-01-02,M\n{rows}'))
    assert "line 2: Is far too long for one row. Is a quotation mark missing?" in out
    assert "  10 patients added" in out


def test_a_line_without_an_end_is_not_kept_in_memory(tmp_path, monkeypatch):
    head = b"given_name,family_name,dob,mrn\n"
    rest = b"Olive,Brook,1977-01-02,M\n"
    out = run(write(tmp_path, head + b"x" * 2_000_000 + b"\n" + rest))
    assert "line 2: Is far too long for one row." in out
    assert "  1 patient added" in out


def test_the_run_is_kept_with_who_and_what(site):
    run(DATA / "good.csv")
    kept = ImportRun.objects.get()
    assert (kept.status, kept.stored_name, kept.asked_by) == ("completed", "", None)
    assert (kept.rows_done, kept.rows_total) == (2, 2)
    events = AuditEvent.objects.filter(action=Action.IMPORT)
    assert {event.object_type for event in events} == {"ImportRun", "Patient"}
    assert all(event.job == "import-patients" for event in events)


def test_one_patient_that_fails_half_way_leaves_nothing(tmp_path, monkeypatch):
    from django.db import DataError

    from screening.importing import writing

    real = writing._add_values

    def fail(row, *args):
        if row.place == "line 2":
            raise DataError("made up")
        return real(row, *args)

    monkeypatch.setattr(writing, "_add_values", fail)
    out = run(DATA / "good.csv")
    assert "line 2: Could not be written down." in out
    assert Patient.objects.get().given_name == "Zoë"
    assert not Condition.objects.exists()
    monkeypatch.undo()
    assert "1 patient added" in run(DATA / "good.csv")


def test_json_lines_are_read_like_a_bundle(tmp_path):
    bundle = json.loads((DATA / "synthea_like.json").read_text())
    lines = [json.dumps(entry["resource"]) for entry in bundle["entry"]]
    run(
        write(
            tmp_path,
            "\n".join([*reversed(lines), "", "{broken", '{"resourceType":"Bundle"}']),
        )
    )
    out = run(DATA / "synthea_like.json")
    assert "0 patients added" in out
    assert Condition.objects.count() == 2
    assert set(ImportProblem.objects.values_list("place", "reason")) == {
        ("line 21", "Is not JSON."),
        ("line 22", "Is a Bundle inside the file. Import it as a file of its own."),
    }
