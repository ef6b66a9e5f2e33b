"""What the patient and the escort answer by link, and what the desk writes down."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from kap.accounts.enums import SCHEDULING, Role
from kap.accounts.tests.factories import UserFactory
from kap.audit.models import AuditEvent
from kap.notifications.models import Communication
from kap.patients.links import issue_link
from kap.patients.models import RelatedPerson
from kap.patients.tests.factories import ContactConsentFactory
from sessions import links, reminders, services
from sessions.models import Appointment, PreSessionCheck
from sessions.queries.readiness import readiness_of
from sessions.queries.readiness_facts import room_of
from sessions.tests.dosing_room import NOW, DosingRoom, make_dosing_room

pytestmark = pytest.mark.django_db
TODAY_AT_8 = NOW - timedelta(hours=2)


@pytest.fixture
def clock(freeze: Callable[[datetime], Any]) -> Any:
    return freeze(TODAY_AT_8)


@pytest.fixture
def room() -> DosingRoom:
    return make_dosing_room()


def come_in(room: DosingRoom, purpose: str, object_id: UUID | None = None) -> Client:
    """Through the link and the birth date, as a person does."""
    issued = issue_link(
        patient=room.episode.patient,
        purpose=purpose,
        object_id=object_id or room.pk,
        by=None,
        now=TODAY_AT_8,
    )
    client = Client()
    path = re.sub(r"^https?://[^/]+", "", issued.url)
    born = room.episode.patient.birth_date
    response = client.post(
        path,
        {
            "birth_date": born.isoformat(),
            "year": born.year,
            "month": born.month,
            "day": born.day,
        },
    )
    assert response.status_code == 302, response.content
    return client


def text(response: Any) -> str:
    words = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", words.replace("\u00a0", " "))


@pytest.mark.usefixtures("clock")
def test_the_patient_sees_times_and_names_who_drives(room: DosingRoom) -> None:
    client = come_in(room, links.VISIT)
    url = reverse("sessions:p_visit")

    page = client.get(url)

    words = text(page)
    assert "today at 9:50 am" in words
    assert "A light meal until 3:50 am" in words
    assert "Water or tea until 7:50 am" in words
    assert "etamine" not in page.content.decode().lower().replace("medicine", "")
    saved = client.post(
        url,
        {
            "_once": str(uuid4()),
            "name": "Pepper Two",
            "phone": "555 0142",
            "is_adult": "on",
            "has_agreed": "on",
        },
    )
    assert saved.status_code == 302, text(saved)
    person = RelatedPerson.objects.get(name="Pepper Two")
    check = PreSessionCheck.objects.get()
    assert (check.escort, check.escort_confirmed, check.recorded_by) == (
        person,
        True,
        None,
    )
    assert (
        AuditEvent.objects.filter(object_type="PreSessionCheck", actor_id=None).count()
        == 1
    )
    assert "Pepper Two, 555 0142" in text(client.get(url))


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, "Enter the name"),
        ({"name": "P", "phone": "x", "is_adult": "on"}, "Write the number with digits"),
        ({"name": "P", "phone": "555 0142"}, "at least 18 years old"),
    ],
)
def test_a_wrong_answer_is_kept_and_explained(
    room: DosingRoom, data: dict[str, str], sentence: str
) -> None:
    client = come_in(room, links.VISIT)

    response = client.post(reverse("sessions:p_visit"), {"_once": str(uuid4()), **data})

    assert response.status_code == 422
    assert sentence in text(response)
    assert not PreSessionCheck.objects.exists()


@pytest.mark.usefixtures("clock")
def test_a_link_opens_its_own_visit_only(room: DosingRoom) -> None:
    other = make_dosing_room(clinic=room.clinic, room=1)
    client = come_in(room, links.VISIT, object_id=other.pk)
    assert client.get(reverse("sessions:p_visit")).status_code == 404
    escort = come_in(room, links.ESCORT)
    assert escort.get(reverse("sessions:p_visit")).status_code == 403
    assert Client().get(reverse("sessions:p_visit")).status_code == 403


@pytest.mark.usefixtures("clock")
def test_the_escort_says_yes_and_reads_nothing_of_the_treatment(
    room: DosingRoom,
) -> None:
    client = come_in(room, links.ESCORT)
    url = reverse("sessions:p_escort")
    page = client.get(url)
    content = text(page).lower()
    for word in ("ketamine", "dose", "dosing", "medicine", "juniper", "session"):
        assert word not in content, word
    assert client.post(url, {"_once": str(uuid4())}).status_code == 302
    assert "You have said yes" in text(client.get(url))
    room.arrive()
    found = readiness_of(room_of(Appointment.objects.get(pk=room.pk), now=NOW), now=NOW)
    gate = found.gate("G-11")
    assert gate is not None
    assert gate.state == "done"


@pytest.mark.usefixtures("clock")
def test_a_cancelled_visit_asks_nothing(room: DosingRoom) -> None:
    services.cancel_appointment(
        appointment_id=room.pk, reason="Ill", by=room.clinic.by, now=TODAY_AT_8
    )
    for purpose, name in ((links.VISIT, "p_visit"), (links.ESCORT, "p_escort")):
        client = come_in(room, purpose)
        page = client.get(reverse(f"sessions:{name}"))
        assert "does not take place" in text(page) or "Nothing is asked" in text(page)
        sent = client.post(
            reverse(f"sessions:{name}"),
            {"_once": str(uuid4()), "name": "P", "phone": "555 0142", "is_adult": "on"},
        )
        assert sent.status_code == 422


@pytest.mark.parametrize("role", list(Role))
def test_the_desk_writes_the_escort_down(room: DosingRoom, role: str) -> None:
    client = Client()
    client.force_login(UserFactory.create(roles=[role]))
    url = reverse("sessions:escort", args=[room.pk])

    page = client.get(url)

    assert (page.status_code == 200) is (role in SCHEDULING)
    if role != Role.FRONT_DESK:
        return
    data = {
        "_once": str(uuid4()),
        "name": room.escort.name,
        "phone": room.escort.phone,
        "is_adult": "on",
        "has_agreed": "on",
    }
    assert client.post(url, data).status_code == 302
    assert PreSessionCheck.objects.get().escort == room.escort
    assert RelatedPerson.objects.count() == 1


def test_reminders_carry_the_links(room: DosingRoom) -> None:
    ContactConsentFactory.create(patient=room.episode.patient)
    Appointment.objects.filter(pk=room.pk).update(
        starts_at=NOW + timedelta(days=9), ends_at=NOW + timedelta(days=9, hours=2)
    )
    visit = Appointment.objects.select_related("patient").get(pk=room.pk)

    reminders.plan([visit], site=room.clinic.site, by=room.clinic.by, now=NOW)

    found = dict(Communication.objects.values_list("kind", "link_purpose"))
    assert found["visit-24h"] == "visit"
    assert found["visit-next-day"] == ""
    assert found.get("escort-24h", "escort") == "escort"
    row = Communication.objects.get(kind="visit-24h")
    assert row.link_object_id == room.pk
