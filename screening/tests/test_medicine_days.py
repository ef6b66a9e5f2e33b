"""The list of medicines on the day of a dose, the patient's sheet, and the chart's panel."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.template.loader import render_to_string

from kap.core.errors import DomainError
from kap.documents.models import RenderJob, Signature
from kap.documents.registry import signed_content
from kap.documents.services import digest
from screening.enums_medicines import MedicineRoute
from screening.queries import MedicineDay, medicine_day
from screening.queries.medicine_sheet import medicine_sheet, paper_facts
from screening.rules.medicines.answers import Answer, Plan, Resolved
from screening.tests.factories import PacketFactory
from screening.tests.test_medicines import (
    HELD,
    USUAL,
    episode,
    go_through,
    nurse,
    prescriber,
    takes,
)

pytestmark = pytest.mark.django_db
__all__ = ["episode", "nurse", "prescriber"]


def day(episode, now):
    return medicine_day(episode.pk, on=now.date())


def held(today, **changes):
    values = {
        "resolved": Resolved.MATCH,
        "plan": Plan.HOLD,
        "hold_before_h": 24,
        "restart": "at night",
        "reason": "Decided with the patient.",
        "today": today,
    }
    return Answer(**{**values, **changes})


def test_what_was_never_gone_through_is_gone_through_on_the_day(episode, nurse, now):
    assert day(episode, now) == MedicineDay.SETTLED
    rows = takes(episode, now, "Sertraline")
    assert day(episode, now) == MedicineDay.NEW

    go_through(episode, rows, nurse, now, USUAL)
    assert day(episode, now) == MedicineDay.SETTLED
    takes(episode, now, "Ativan")
    assert day(episode, now) == MedicineDay.NEW


def test_what_was_to_be_held_is_asked_on_each_day(episode, prescriber, now):
    rows = takes(episode, now, "Adderall")
    go_through(episode, rows, prescriber, now, HELD)
    assert day(episode, now) == MedicineDay.HOLDS

    later = now + timedelta(minutes=1)
    go_through(episode, rows, prescriber, later, held("held"), visit_on=now.date())

    assert day(episode, now) == MedicineDay.PASS
    assert day(episode, now + timedelta(days=7)) == MedicineDay.HOLDS


@pytest.mark.parametrize(
    ("today", "state"),
    [
        ("ok", MedicineDay.PASS),
        ("taken", MedicineDay.PASS),
        ("not-recorded", MedicineDay.INCOMPLETE),
    ],
)
def test_a_prescriber_decides_what_was_taken_although_held(
    episode, prescriber, now, today, state
):
    rows = takes(episode, now, "Xanax")

    go_through(episode, rows, prescriber, now, held(today), visit_on=now.date())

    assert day(episode, now) == state


def test_a_nurse_alone_does_not_pass_a_hold(episode, nurse, prescriber, now):
    rows = takes(episode, now, "Adderall")
    go_through(episode, rows, prescriber, now, HELD)

    said = held("taken", plan=Plan.CONTINUE, hold_before_h=None, restart="", reason="")
    later = now + timedelta(minutes=1)
    go_through(
        episode, rows, nurse, later, said, visit_on=now.date(), route=MedicineRoute.IM
    )

    assert day(episode, now) == MedicineDay.PRESCRIBER


def test_the_sheet_has_two_lists_and_never_says_stop(episode, prescriber, nurse, now):
    rows = takes(episode, now, "Sertraline", "Adderall", "Xanax")
    taper = held("", plan=Plan.TAPER, hold_before_h=None, restart="0.5 mg less a week")
    go_through(episode, rows, prescriber, now, USUAL, HELD, taper)
    takes(episode, now, "ashwagandha")

    sheet = medicine_sheet(episode.pk)

    assert [one.name for one in sheet.as_usual] == ["Sertraline"]
    assert sorted((one.name, one.words) for one in sheet.as_agreed) == [
        (
            "Adderall",
            "The last one no later than 24 hours before your visit. "
            "Go on: 12 hours after the dose",
        ),
        ("Xanax", "As you and your prescriber agreed: 0.5 mg less a week"),
        ("ashwagandha", "Ask us before the visit."),
    ]
    words = " ".join(one.words for one in sheet.as_agreed).casefold()
    assert "stop" not in words


def test_without_a_confirmed_list_all_is_asked(episode, nurse, now):
    assert medicine_sheet(episode.pk).is_empty
    rows = takes(episode, now, "Adderall")
    go_through(episode, rows, nurse, now, HELD)

    sheet = medicine_sheet(episode.pk)

    assert sheet.as_usual == []
    assert [one.words for one in sheet.as_agreed] == ["Ask us before the visit."]


def test_the_paper_is_of_a_confirmed_list(episode, nurse, prescriber, now, as_role):
    rows = takes(episode, now, "Adderall")
    prepared = go_through(episode, rows, nurse, now, HELD)
    with pytest.raises(DomainError, match="not confirmed"):
        paper_facts(prepared.pk)
    client = as_role("nurse")
    address = f"/screening/{episode.pk}/medicines/sheet/"
    assert (
        "Confirm the list first" in client.post(address, follow=True).content.decode()
    )

    made = go_through(episode, rows, prescriber, now, HELD)

    assert client.post(address).status_code == 302
    assert RenderJob.objects.get(kind="medicine-sheet").source_id == made.pk
    facts = paper_facts(made.pk)
    names = ("title", "clinic", "foot", "address", "demo", "patient", "born", "record")
    paper = dict.fromkeys(names, "")
    assert facts["sheet"].as_usual == []
    html = render_to_string(
        "screening/pdf_medicine_sheet.html", {**facts, "paper": paper}
    )
    assert "Do not stop anything on your own" in html
    signature = Signature.objects.get(object_id=made.pk)
    build = signed_content("MedicationReconciliation")
    assert build is not None
    assert digest(build(made.pk, "decision")) == signature.content_sha256


def test_the_phone_offers_close_names_and_keeps_what_was_written(behind_link, db):
    packet = PacketFactory.create(sections=["medications"])
    client = behind_link("packet", packet)
    page = client.get("/p/forms/", follow=True)
    address = "/p/forms/1/1/"

    def press(**data):
        return client.post(address, data, follow=True).content.decode()

    assert page.status_code == 200
    text = press(name="lorazapam", dose="1 mg", do="add")
    assert "Do you mean one of these?" in text
    assert 'value="as-lorazepam"' in text
    assert "<b>lorazepam</b>" in press(name="lorazapam", dose="1 mg", do="as-lorazepam")
    assert "<b>setralin</b>" in press(name="setralin", dose="", do="keep")
    assert "<b>Zoloft</b>" in press(name="Zoloft", dose="", do="add")


def test_the_chart_names_classes_and_what_is_new(as_role, episode, prescriber, now):
    rows = takes(episode, now, "Xanax")
    go_through(episode, rows, prescriber, now, HELD)
    takes(episode, now, "kombucha")

    text = as_role("nurse").get(f"/patients/{episode.patient_id}/").content.decode()

    assert "Benzodiazepines; hold 24 h before" in text
    assert "Not gone through" in text


def test_the_day_costs_one_query(episode, prescriber, now, django_assert_num_queries):
    rows = takes(episode, now, "Adderall", "Xanax", "Sertraline")
    go_through(episode, rows, prescriber, now, HELD, HELD, USUAL)

    with django_assert_num_queries(1):
        day(episode, now)
