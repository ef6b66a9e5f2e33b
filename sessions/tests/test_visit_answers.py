"""The patient says what becomes of a visit, and takes it into their own calendar."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, close_old_connections, connection, transaction
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from kap.audit.models import AuditEvent
from kap.clinic.enums import SlotStatus
from kap.clinic.models import Slot
from kap.core.errors import DomainError
from kap.patients.links import issue_link
from kap.patients.models import SecureLink
from kap.worklist.models import WorkItem
from sessions import links
from sessions.enums import ReplyKind
from sessions.models import Appointment, CalendarFeed, VisitReply
from sessions.queries import ical
from sessions.rules.visit_answers import may_answer
from sessions.services import calendar_feeds, visit_answers
from sessions.tests.dosing_room import NOW, DosingRoom, make_dosing_room
from sessions.tests.test_visit_links import come_in, text

pytestmark = pytest.mark.django_db
EARLY = NOW - timedelta(hours=2)
DAY = timedelta(days=1)


@pytest.fixture
def clock(freeze: Callable[[datetime], Any]) -> Any:
    return freeze(EARLY)


@pytest.fixture
def room() -> DosingRoom:
    return make_dosing_room()


@pytest.fixture
def later(room: DosingRoom) -> Appointment:
    """The room's visit, three days on, so that it can still be called off."""
    start = EARLY + 3 * DAY
    Appointment.objects.filter(pk=room.pk).update(
        starts_at=start, ends_at=start + timedelta(hours=2)
    )
    return Appointment.objects.select_related("patient", "site").get(pk=room.pk)


def a_link(room: DosingRoom) -> SecureLink:
    return issue_link(
        patient=room.episode.patient,
        purpose=links.VISIT,
        object_id=room.pk,
        by=None,
        now=EARLY,
    ).link


@pytest.mark.parametrize(
    ("before", "booked", "confirm", "cancel"),
    [
        (timedelta(hours=24), True, True, True),
        (timedelta(hours=24) - timedelta(seconds=1), True, True, False),
        (timedelta(seconds=1), True, True, False),
        (timedelta(0), True, False, False),
        (-DAY, True, False, False),
        (3 * DAY, False, False, False),
    ],
)
def test_what_may_be_answered_until_when(
    before: timedelta, booked: bool, confirm: bool, cancel: bool
) -> None:
    rights = may_answer(
        is_booked=booked, starts_at=NOW + before, cancel_hours=24, now=NOW
    )
    assert (rights.confirm, rights.ask_other_time, rights.cancel) == (
        confirm,
        confirm,
        cancel,
    )


@pytest.mark.usefixtures("clock")
def test_a_press_confirms_and_a_second_one_says_it_only_once(
    room: DosingRoom, later: Appointment
) -> None:
    client = come_in(room, links.VISIT)
    page = text(client.get(reverse("sessions:p_visit")))
    assert "Will you come?" in page
    for _ in range(2):
        data = {"_once": str(uuid4()), "version": later.version}
        assert client.post(reverse("sessions:p_confirm"), data).status_code == 302
    assert VisitReply.objects.get().kind == ReplyKind.CONFIRMED
    assert AuditEvent.objects.filter(object_type="VisitReply").count() == 1
    assert "You said you will come" in text(client.get(reverse("sessions:p_visit")))


@pytest.mark.usefixtures("clock")
def test_a_visit_that_was_moved_meanwhile_is_not_confirmed_by_mistake(
    room: DosingRoom, later: Appointment
) -> None:
    client = come_in(room, links.VISIT)
    Appointment.objects.filter(pk=room.pk).update(version=later.version + 1)
    data = {"_once": str(uuid4()), "version": later.version}
    page = client.post(reverse("sessions:p_confirm"), data, follow=True)
    assert "The visit was moved meanwhile" in text(page)
    assert not VisitReply.objects.exists()


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ("", "Write which days or times"),
        ("   ", "Write which days or times"),
        ("x" * 501, "Shorten it to 500"),
    ],
)
def test_a_wish_says_something(
    room: DosingRoom, later: Appointment, wish: str, sentence: str
) -> None:
    client = come_in(room, links.VISIT)
    data = {"_once": str(uuid4()), "version": later.version, "wish": wish}
    page = client.post(reverse("sessions:p_other_time"), data)
    assert page.status_code == 422
    assert sentence in text(page)
    assert not VisitReply.objects.exists()


@pytest.mark.usefixtures("clock")
def test_another_time_is_asked_and_the_visit_stands(
    room: DosingRoom, later: Appointment
) -> None:
    client = come_in(room, links.VISIT)
    data = {"_once": str(uuid4()), "version": later.version, "wish": "Any Friday"}
    assert client.post(reverse("sessions:p_other_time"), data).status_code == 302
    item = WorkItem.objects.get()
    assert (item.kind, item.role) == (visit_answers.OTHER_TIME, "front-desk")
    later.refresh_from_db()
    assert later.status == "booked"
    assert Slot.objects.filter(status=SlotStatus.BUSY).exists()
    desk = Client()
    desk.force_login(room.clinic.by)
    page = text(desk.get(reverse("sessions:visit", args=[room.pk])))
    assert "Asks for another time" in page
    assert "Any Friday" in page


@pytest.mark.usefixtures("clock")
def test_a_cancelled_visit_frees_its_place_at_once(
    room: DosingRoom, later: Appointment
) -> None:
    client = come_in(room, links.VISIT)
    assert "Cancel this visit?" in text(client.get(reverse("sessions:p_call_off")))
    data = {"_once": str(uuid4()), "version": later.version}
    assert client.post(reverse("sessions:p_call_off"), data).status_code == 302
    later.refresh_from_db()
    assert later.status == "cancelled"
    assert later.cancelled_by is None
    assert later.cancelled_link is not None
    assert not later.participants.filter(slot__status=SlotStatus.BUSY).exists()
    assert WorkItem.objects.get().kind == visit_answers.CALLED_OFF
    again = client.post(
        reverse("sessions:p_call_off"), {"_once": str(uuid4()), "version": 1}
    )
    assert again.status_code == 422


@pytest.mark.usefixtures("clock")
def test_too_late_to_cancel_says_whom_to_call(room: DosingRoom) -> None:
    visit = Appointment.objects.select_related("site").get(pk=room.pk)
    client = come_in(room, links.VISIT)
    page = client.post(
        reverse("sessions:p_call_off"),
        {"_once": str(uuid4()), "version": visit.version},
    )
    assert page.status_code == 422
    assert f"Please call us: {visit.site.phone}" in text(page)
    visit.refresh_from_db()
    assert visit.status == "booked"


def test_a_cancellation_has_one_voice(room: DosingRoom, later: Appointment) -> None:
    with pytest.raises(IntegrityError, match="cancelled_by_one"), transaction.atomic():
        Appointment.objects.filter(pk=later.pk).update(
            status="cancelled", cancelled_at=NOW, cancellation_reason="x"
        )
    with pytest.raises(IntegrityError, match="cancelled_by_one"), transaction.atomic():
        Appointment.objects.filter(pk=later.pk).update(
            status="cancelled",
            cancelled_at=NOW,
            cancellation_reason="x",
            cancelled_by=room.clinic.by,
            cancelled_link=a_link(room),
        )


@pytest.mark.usefixtures("clock")
def test_an_escort_who_cannot_come_is_work_for_the_desk(room: DosingRoom) -> None:
    client = come_in(room, links.ESCORT)
    url = reverse("sessions:p_escort_cannot")
    assert client.post(url, {"_once": str(uuid4())}).status_code == 302
    assert WorkItem.objects.get().kind == visit_answers.NO_ESCORT


@pytest.mark.usefixtures("clock")
def test_the_desk_writes_down_what_it_heard(room: DosingRoom) -> None:
    desk = Client()
    desk.force_login(room.clinic.by)
    url = reverse("sessions:confirm_by_staff", args=[room.pk])
    version = Appointment.objects.get(pk=room.pk).version
    desk.post(url, {"_once": str(uuid4()), "version": version})
    reply = VisitReply.objects.get()
    assert (reply.recorded_by, reply.link) == (room.clinic.by, None)


# --- calendars ---


def _events(body: bytes) -> list[Any]:
    return list(Calendar.from_ical(body).walk("VEVENT"))


def test_the_entry_keeps_its_id_and_its_number_rises(
    room: DosingRoom, later: Appointment
) -> None:
    seen = []
    for version, status in ((1, "booked"), (2, "booked"), (2, "cancelled")):
        later.version, later.status = version, status
        (event,) = _events(ical.calendar_of([later], now=NOW))
        seen.append((str(event["UID"]), int(event["SEQUENCE"]), str(event["STATUS"])))
    assert len({uid for uid, _, _ in seen}) == 1
    numbers = [number for _, number, _ in seen]
    assert numbers == sorted(set(numbers))
    assert [status for _, _, status in seen] == ["CONFIRMED"] * 2 + ["CANCELLED"]


def test_the_entry_says_nothing_of_the_care(later: Appointment) -> None:
    body = ical.calendar_of([later], now=NOW).decode().lower()
    for word in ("ketamine", "dos", "therap", "session", later.patient.family_name):
        assert word.lower() not in body, word
    (event,) = _events(ical.calendar_of([later], now=NOW))
    assert event["DTSTART"].dt == later.starts_at.astimezone(UTC)


@pytest.mark.usefixtures("clock")
def test_the_visit_comes_as_a_file(room: DosingRoom, later: Appointment) -> None:
    response = come_in(room, links.VISIT).get(reverse("sessions:p_file"))
    assert response["Content-Type"].startswith("text/calendar")
    (event,) = _events(response.content)
    assert str(event["UID"]) == f"{later.pk}@visits"


@pytest.mark.usefixtures("clock")
def test_a_new_address_ends_the_one_before(
    room: DosingRoom, later: Appointment
) -> None:
    client = come_in(room, links.VISIT)
    addresses = []
    for _ in range(2):
        page = client.post(reverse("sessions:p_follow"), {"_once": str(uuid4())})
        words = page.content.decode()
        token = words.split("/calendar.ics")[0].rsplit("/", 1)[-1]
        addresses.append(reverse("sessions:feed", args=[token]))
        assert token not in str(CalendarFeed.objects.values())
    assert Client().get(addresses[0]).status_code == 404
    answer = Client().get(addresses[1])
    assert answer.status_code == 200
    assert len(_events(answer.content)) == 1
    client.post(reverse("sessions:p_follow"), {"_once": str(uuid4()), "act": "end"})
    assert Client().get(addresses[1]).status_code == 404


def test_a_followed_calendar_costs_the_same_for_any_number(
    room: DosingRoom, later: Appointment, django_assert_num_queries: Any
) -> None:
    token = calendar_feeds.start_feed(
        patient=room.episode.patient, link=a_link(room), now=EARLY
    )
    with django_assert_num_queries(2):
        ical.followed(token, now=EARLY)
    for number in (2, 3, 4):
        Appointment.objects.create(
            patient=later.patient,
            site=later.site,
            kind="integration",
            number=number,
            starts_at=later.starts_at + number * DAY,
            ends_at=later.ends_at + number * DAY,
            booked_at=EARLY,
        )
    with django_assert_num_queries(2):
        found = ical.followed(token, now=EARLY)
    assert found is not None
    assert len(found[1]) == 4


@pytest.mark.django_db(transaction=True)
def test_of_two_presses_at_once_one_cancels(
    room: DosingRoom, later: Appointment
) -> None:
    link, said = a_link(room), []

    def press() -> None:
        try:
            visit_answers.cancel_by_link(
                appointment_id=later.pk, version=later.version, link=link, now=EARLY
            )
            said.append("done")
        except DomainError as refusal:
            said.append(str(refusal))
        finally:
            close_old_connections()
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["This visit was already cancelled.", "done"]
    assert VisitReply.objects.count() == 1
