"""Booking, moving and cancelling a visit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from kap.accounts.enums import Role
from kap.accounts.tests.factories import UserFactory
from kap.audit.models import AuditEvent
from kap.clinic.models import Slot
from kap.core.errors import ChangedMeanwhile, IllegalTransition, NotAllowed
from kap.notifications.models import Communication
from kap.patients.enums import Phase
from kap.patients.tests.factories import ContactConsentFactory, EpisodeFactory
from sessions import services
from sessions.enums import APPOINTMENT_TRANSITIONS, AppointmentStatus, VisitKind
from sessions.models import (
    Appointment,
    AppointmentParticipant,
    AppointmentStatusChange,
)
from sessions.permissions import EpisodeIsClosed, NotCleared
from sessions.services import booking_rows
from sessions.services.booking import check_may_go
from sessions.tests.factories import (
    NOW,
    TOMORROW_AT_10,
    Clinic,
    make_clinic,
    make_episode,
    make_person,
    place_visit,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic()


def test_booking_holds_patient_room_and_people_and_writes_history(
    clinic: Clinic,
) -> None:
    visit = clinic.book()

    assert sorted(visit.participants.values_list("role", flat=True)) == [
        "patient",
        "prescriber",
        "room",
        "therapist",
    ]
    assert Slot.objects.taken().count() == 4
    step = AppointmentStatusChange.objects.get()
    assert (step.old_status, step.new_status) == ("", "booked")
    event = AuditEvent.objects.get(object_type="Appointment")
    assert (event.action, event.patient_id) == ("create", visit.patient_id)


@pytest.mark.parametrize(
    ("offset_minutes", "taken"),
    [
        pytest.param(-60, False, id="ends-as-the-other-starts"),
        pytest.param(-59, True, id="overlaps-the-first-minute"),
        pytest.param(15, True, id="inside"),
        pytest.param(59, True, id="overlaps-the-last-minute"),
        pytest.param(60, False, id="starts-as-the-other-ends"),
    ],
)
def test_a_room_is_booked_once(
    clinic: Clinic, offset_minutes: int, taken: bool
) -> None:
    clinic.book()
    start = TOMORROW_AT_10 + timedelta(minutes=offset_minutes)
    others = {"therapist": clinic.therapists[1], "prescriber": clinic.prescribers[1]}

    if taken:
        with pytest.raises(services.AlreadyBooked) as refusal:
            clinic.book(start, **others)
        assert str(refusal.value) == (
            "Cedar was just taken from 10:00 to 11:00. Choose another time."
        )
        assert Appointment.objects.count() == 1
    else:
        clinic.book(start, **others)
        assert Appointment.objects.count() == 2


def test_a_refusal_names_the_person_but_never_the_patient(clinic: Clinic) -> None:
    name = clinic.therapists[0].practitioner.user.name
    episode = make_episode(clinic.site)
    clinic.book(episode=episode)

    with pytest.raises(
        services.AlreadyBooked, match=f"{name} was just taken from 10:00"
    ):
        clinic.book(room=clinic.rooms[1])
    with pytest.raises(services.AlreadyBooked, match="The patient already has a visit"):
        clinic.book(
            episode=episode,
            room=clinic.rooms[1],
            therapist=clinic.therapists[1],
            prescriber=clinic.prescribers[1],
        )


def test_a_prescriber_with_three_lanes_covers_three_visits(clinic: Clinic) -> None:
    rooms = [*clinic.rooms, *clinic.therapy_rooms]
    people = [
        *clinic.therapists,
        *(make_person(clinic.site, Role.THERAPIST) for _ in "ab"),
    ]
    for place in range(3):
        clinic.book(room=rooms[place], therapist=people[place])

    with pytest.raises(services.AlreadyBooked):
        clinic.book(room=rooms[3], therapist=people[3])
    shared = Slot.objects.taken().filter(schedule=clinic.prescribers[0])
    assert sorted(shared.values_list("lane", flat=True)) == [0, 1, 2]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        pytest.param({"start": NOW - HOUR}, "in the past", id="past"),
        pytest.param({"minutes": -30}, "ends before it starts", id="backwards"),
        pytest.param({"minutes": 0}, "ends before it starts", id="no-length"),
        pytest.param({"minutes": 13 * 60}, "at most 12 hours", id="too-long"),
        pytest.param(
            {"start": datetime(2026, 11, 24, 12, 59, tzinfo=UTC)},
            "open from 08:00 to 18:00 on Tuesday",
            id="before-opening",
        ),
        pytest.param(
            {"start": datetime(2026, 11, 24, 22, 1, tzinfo=UTC)},
            "open from 08:00 to 18:00 on Tuesday",
            id="past-closing",
        ),
        pytest.param(
            {"start": datetime(2026, 11, 28, 15, 0, tzinfo=UTC)},
            "closed on Saturday",
            id="closed-day",
        ),
        pytest.param(
            {"kind": "dosing"}, "Doses cannot be booked yet", id="not-cleared"
        ),
        pytest.param({"kind": "party"}, "what the visit is for", id="unknown-kind"),
    ],
)
def test_booking_is_refused_with_a_sentence(
    clinic: Clinic, change: dict[str, Any], sentence: str
) -> None:
    with pytest.raises((services.CannotBook, NotCleared), match=sentence):
        clinic.book(**change)

    assert not Slot.objects.exists()


@pytest.mark.parametrize("start_utc_hour", [13, 22])
def test_the_first_and_last_minute_of_the_day_can_be_booked(
    clinic: Clinic, start_utc_hour: int
) -> None:
    clinic.book(datetime(2026, 11, 24, start_utc_hour, 0, tzinfo=UTC))


def test_a_missing_role_is_named(clinic: Clinic) -> None:
    episode = make_episode(clinic.site)
    end = TOMORROW_AT_10 + HOUR

    with pytest.raises(services.CannotBook, match="needs a room and a therapist"):
        services.book_appointment(
            patient=episode.patient,
            episode=episode,
            kind=VisitKind.INTEGRATION,
            site=clinic.site,
            starts_at=TOMORROW_AT_10,
            ends_at=end,
            participants=[],
            by=clinic.by,
            now=NOW,
        )


def test_a_licence_must_last_until_the_visit(clinic: Clinic) -> None:
    ending = make_person(clinic.site, Role.THERAPIST, licence_until=date(2026, 11, 24))
    none = make_person(clinic.site, Role.THERAPIST, licence_until=None)

    clinic.book(therapist=ending)
    with pytest.raises(services.CannotBook, match="no licence in force on 25 Nov 2026"):
        clinic.book(TOMORROW_AT_10 + timedelta(days=1), therapist=ending)
    with pytest.raises(services.CannotBook, match="no licence in force"):
        clinic.book(TOMORROW_AT_10 + timedelta(days=1), therapist=none)


def test_who_takes_no_visits_is_not_booked(clinic: Clinic) -> None:
    person = clinic.therapists[0].practitioner
    person.is_bookable = False
    person.save()

    with pytest.raises(services.CannotBook, match="takes no visits"):
        clinic.book()


def test_a_closed_course_takes_no_bookings(clinic: Clinic) -> None:
    closed = EpisodeFactory.create(patient__site=clinic.site, phase=Phase.CLOSED)

    with pytest.raises(EpisodeIsClosed):
        clinic.book(episode=closed)


@pytest.mark.parametrize("role", ["compliance", "admin"])
def test_who_does_not_schedule_is_refused(clinic: Clinic, role: str) -> None:
    clinic.by = UserFactory.create(**{role: True})

    with pytest.raises(NotAllowed):
        clinic.book()


def test_moving_never_collides_with_itself(clinic: Clinic) -> None:
    visit = clinic.book()
    start = TOMORROW_AT_10 + timedelta(minutes=15)

    moved = services.move_appointment(
        appointment_id=visit.pk,
        starts_at=start,
        ends_at=start + HOUR,
        participants=clinic.parts(start, start + HOUR),
        expected_version=1,
        by=clinic.by,
        now=NOW,
    )

    assert (moved.starts_at, moved.version) == (start, 2)
    assert Slot.objects.taken().count() == 4
    assert Slot.objects.count() == 8
    assert visit.participants.filter(is_current=True).count() == 4
    step = AppointmentStatusChange.objects.order_by("pk").last()
    assert step is not None
    assert step.old_starts_at == TOMORROW_AT_10


def test_a_stale_move_changes_nothing(clinic: Clinic) -> None:
    visit = clinic.book()
    start = TOMORROW_AT_10 + HOUR

    with pytest.raises(ChangedMeanwhile):
        services.move_appointment(
            appointment_id=visit.pk,
            starts_at=start,
            ends_at=start + HOUR,
            participants=clinic.parts(start, start + HOUR),
            expected_version=9,
            by=clinic.by,
            now=NOW,
        )
    assert Slot.objects.count() == 4


def test_a_move_onto_a_taken_place_leaves_the_visit_where_it_was(
    clinic: Clinic,
) -> None:
    visit = clinic.book()
    start = TOMORROW_AT_10 + HOUR
    clinic.book(start)

    with pytest.raises(services.AlreadyBooked):
        services.move_appointment(
            appointment_id=visit.pk,
            starts_at=start,
            ends_at=start + HOUR,
            participants=clinic.parts(start, start + HOUR),
            by=clinic.by,
            now=NOW,
        )
    visit.refresh_from_db()
    assert (visit.starts_at, visit.version) == (TOMORROW_AT_10, 1)
    assert visit.participants.filter(is_current=True, slot__status="busy").count() == 4


def test_cancelling_frees_the_place_and_it_is_booked_again(clinic: Clinic) -> None:
    visit = clinic.book()

    services.cancel_appointment(
        appointment_id=visit.pk, reason="Ill", by=clinic.by, now=NOW
    )
    clinic.book()

    visit.refresh_from_db()
    assert (visit.status, visit.cancellation_reason) == ("cancelled", "Ill")
    assert Slot.objects.taken().count() == 4


def test_cancelling_needs_a_reason(clinic: Clinic) -> None:
    visit = clinic.book()

    with pytest.raises(services.CannotBook, match="Say why"):
        services.cancel_appointment(
            appointment_id=visit.pk, reason=" ", by=clinic.by, now=NOW
        )


@pytest.mark.parametrize("old", AppointmentStatus)
@pytest.mark.parametrize("new", AppointmentStatus)
def test_every_pair_of_statuses(
    clinic: Clinic, old: AppointmentStatus, new: AppointmentStatus
) -> None:
    visit = place_visit(clinic, TOMORROW_AT_10, status=old)

    if new in APPOINTMENT_TRANSITIONS[old]:
        check_may_go(visit, new)
    else:
        with pytest.raises(IllegalTransition):
            check_may_go(visit, new)


def test_the_reminders_of_a_visit_stand_in_the_outbox_and_follow_a_move(
    clinic: Clinic,
) -> None:
    episode = make_episode(clinic.site)
    ContactConsentFactory.create(patient=episode.patient)
    start = TOMORROW_AT_10 + timedelta(days=2)
    visit = clinic.book(start, episode=episode)

    assert list(
        Communication.objects.order_by("due_at").values_list("kind", "due_at")
    ) == [
        ("visit-booked", NOW),
        ("visit-24h", start - timedelta(days=1)),
    ]

    later = start + HOUR
    services.move_appointment(
        appointment_id=visit.pk,
        starts_at=later,
        ends_at=later + HOUR,
        participants=clinic.parts(later, later + HOUR),
        by=clinic.by,
        now=NOW,
    )
    keys = Communication.objects.order_by("key").values_list("key", "status")
    prefix = f"appointment:{visit.pk}:"
    assert list(keys) == [
        (f"{prefix}v1:visit-24h:email", "stopped"),
        (f"{prefix}v1:visit-booked:email", "stopped"),
        (f"{prefix}v2:visit-24h:email", "preparation"),
        (f"{prefix}v2:visit-booked:email", "preparation"),
    ]

    services.cancel_appointment(
        appointment_id=visit.pk, reason="Ill", by=clinic.by, now=NOW
    )
    assert not Communication.objects.filter(status="preparation").exists()


def test_booking_takes_few_queries_however_full_the_calendar(
    clinic: Clinic, django_assert_num_queries: Callable[..., Any]
) -> None:
    episode = make_episode(clinic.site)
    ContactConsentFactory.create(patient=episode.patient)
    for day in range(1, 15):
        place_visit(clinic, TOMORROW_AT_10 + timedelta(days=day))

    with django_assert_num_queries(5):
        clinic.book(episode=episode)


def test_the_statement_written_by_hand_knows_every_column_the_models_need() -> None:
    """Whoever adds a field that must be filled finds it missing here."""
    written = {
        Appointment: {name for name, _ in booking_rows.VISIT_COLUMNS},
        Slot: {"schedule_id", "lane", "period", "status"},
        AppointmentParticipant: {
            "appointment_id",
            "role",
            "schedule_id",
            "slot_id",
            "is_current",
        },
        AppointmentStatusChange: {
            "appointment_id",
            "old_status",
            "new_status",
            "changed_at",
            "changed_by_id",
            "reason",
        },
    }

    for model, columns in written.items():
        fields = [f for f in model._meta.concrete_fields if not f.null]
        needed = {f.column for f in fields if f.get_internal_type() != "BigAutoField"}
        assert needed <= columns, model.__name__
