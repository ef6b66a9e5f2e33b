"""The session record as a paper, and the signatures under it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from kap.core.errors import DomainError
from kap.documents.checks import signature_fault
from kap.documents.models import RenderJob, Signature
from sessions import documents, services
from sessions.models import Discharge
from sessions.tests.dosing_room import MINUTE, NORMAL, NOW, DosingRoom, make_dosing_room

pytestmark = pytest.mark.django_db
PAPER = {
    "title": "T",
    "clinic": "C",
    "address": "A",
    "demo": "",
    "foot": "F",
    "patient": "P",
    "born": "B",
    "record": "R",
}


@pytest.fixture
def room() -> DosingRoom:
    return make_dosing_room()


def finished(room: DosingRoom) -> Discharge:
    room.give(room.make_ready())
    end = NOW + 95 * MINUTE
    services.record_vitals(
        appointment_id=room.pk, vitals=NORMAL, by=room.nurse, now=end - MINUTE
    )
    row: Discharge = room.leave(end)
    return row


def paper(room: DosingRoom) -> str:
    facts = documents.facts(room.pk)
    return render_to_string("sessions/pdf_session.html", {**facts, "paper": PAPER})


def test_a_visit_that_was_not_held_is_no_paper(room: DosingRoom) -> None:
    with pytest.raises(DomainError, match="no session"):
        documents.facts(room.pk)
    with pytest.raises(DomainError, match="no session"):
        documents.facts(uuid4())


def test_an_unfinished_session_is_a_draft(room: DosingRoom) -> None:
    room.give(room.make_ready())

    text = paper(room)

    assert "Draft, not signed." in text
    assert "35\u00a0mg ketamine IM" in text


def test_a_finished_session_says_everything_and_who_signed(room: DosingRoom) -> None:
    finished(room)

    text = paper(room)

    assert "Draft" not in text
    for words in (
        "0.7\u00a0mL",
        "lot KT-2304",
        "seen by Theo Listen",
        "Stay with the door",
        "16 Two signatures",
        "Pepper Testwell",
        "124/78",
    ):
        assert words in text, words


def test_signed_orders_and_discharges_stand_as_signed(room: DosingRoom) -> None:
    finished(room)

    faults = [signature_fault(row) for row in Signature.objects.all()]
    assert faults == ["", "", ""]


def test_the_paper_is_asked_for_once(room: DosingRoom, freeze: Any) -> None:
    finished(room)
    freeze(NOW + timedelta(hours=2))
    client = Client()
    client.force_login(room.nurse)
    url = reverse("sessions:record_pdf", args=[room.pk])

    asked = client.post(url, {"_once": str(uuid4())})
    assert asked["Location"] == reverse("sessions:record", args=[room.pk])
    client.post(url, {"_once": str(uuid4())})

    job = RenderJob.objects.get()
    assert (job.kind, job.source_id) == ("session-record", room.pk)
    page = client.get(reverse("sessions:record", args=[room.pk]))
    assert "Session record" in page.content.decode()
    desk = Client()
    desk.force_login(room.clinic.by)
    assert desk.post(url, {"_once": str(uuid4())}).status_code == 403
