"""Planning and booking a whole course."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from kap.audit.models import AuditEvent
from kap.clinic.models import Schedule, Slot
from kap.core.errors import ChangedMeanwhile
from kap.notifications.models import Communication
from kap.patients.models import EpisodeOfCare
from kap.patients.tests.factories import ContactConsentFactory
from sessions import services
from sessions.models import (
    Appointment,
    CarePlan,
    CourseApproval,
    PlannedStep,
    Protocol,
)
from sessions.permissions import NotCleared
from sessions.queries import course, course_request
from sessions.rules.plan_results import Planned, Proposal
from sessions.rules.protocol_catalogue import CATALOGUE
from sessions.tests.factories import (
    NOW,
    Clinic,
    clear,
    make_clinic,
    make_episode,
    place_visit,
)

pytestmark = pytest.mark.django_db
TOMORROW = date(2026, 11, 24)


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic()


@pytest.fixture
def episode(clinic: Clinic) -> EpisodeOfCare:
    episode = make_episode(clinic.site)
    clear(episode, by=clinic.by)
    return episode


@pytest.fixture
def protocol() -> Protocol:
    return Protocol.objects.get(code="standard_6")


def proposals(
    episode: EpisodeOfCare, protocol: Protocol, **wishes: Any
) -> list[Proposal]:
    question = course.ask(
        episode,
        protocol,
        course.Wishes(first=TOMORROW, **wishes),
        plan=course.live_plan(episode),
    )
    answer = course_request.propose(question, now=NOW)
    assert isinstance(answer, Planned), answer
    return list(answer.proposals)


def picks_of(proposal: Proposal) -> list[services.Pick]:
    return [
        services.Pick(
            visit.step_key,
            visit.start,
            {
                a.role: int(a.resource_id)
                for a in visit.resources
                if a.role not in {"patient", "on-site"}
            },
        )
        for visit in proposal.visits
        if not visit.pinned
    ]


def book(
    episode: EpisodeOfCare,
    protocol: Protocol,
    picks: list[services.Pick],
    clinic: Clinic,
) -> services.BookedCourse:
    return services.book_course(
        episode_id=episode.pk,
        protocol_id=protocol.pk,
        picks=picks,
        by=clinic.by,
        now=NOW,
    )


@pytest.mark.parametrize("code", [body.code for body in CATALOGUE])
def test_every_shipped_protocol_can_be_planned_and_booked(
    clinic: Clinic, episode: EpisodeOfCare, code: str
) -> None:
    protocol = Protocol.objects.get(code=code)
    if protocol.group_size > 1:
        Schedule.objects.filter(pk=clinic.rooms[0].pk).update(capacity=4)
    if protocol.needs_director_approval:
        CourseApproval.objects.create(
            episode=episode,
            protocol=protocol,
            reason="Lives far away.",
            approved_at=NOW,
            approved_by=clinic.by,
        )
    visits = protocol.steps.count()

    booked = book(episode, protocol, picks_of(proposals(episode, protocol)[0]), clinic)

    assert (len(booked.appointments), booked.open_steps) == (visits, 0)
    assert Appointment.objects.count() == visits
    assert CarePlan.objects.get().planned_steps.count() == visits
    first = next(one for one in booked.appointments if one.kind == "dosing")
    doses = protocol.steps.filter(kind="dosing").count()
    assert (first.number, first.of_total) == (1, doses)


def test_the_standard_course_keeps_the_rules_of_the_reference(
    episode: EpisodeOfCare, protocol: Protocol
) -> None:
    visits = {v.step_key: v for v in proposals(episode, protocol)[0].visits}

    hours = timedelta(hours=1)
    for number in range(1, 7):
        talk, dose = visits[f"integration-{number}"], visits[f"dose-{number}"]
        assert 24 * hours <= talk.start - dose.end <= 72 * hours
        if number > 1:
            before = visits[f"dose-{number - 1}"]
            assert 72 * hours <= dose.start - before.start <= 120 * hours
            assert visits[f"integration-{number - 1}"].end <= dose.start
    lead = visits["dose-1"].start - visits["preparation"].start
    assert timedelta(days=1) <= lead <= timedelta(days=14)
    assert visits["dose-6"].end - visits["dose-1"].start <= timedelta(days=22)
    room = next(a for a in visits["dose-1"].resources if a.role == "room")
    assert visits["dose-1"].start - room.start == timedelta(minutes=15)
    assert room.end - visits["dose-1"].end == timedelta(minutes=15)


def test_wishes_are_kept(
    episode: EpisodeOfCare, protocol: Protocol, clinic: Clinic
) -> None:
    wished = str(clinic.therapists[1].pk)

    plan = proposals(
        episode, protocol, weekdays=frozenset({0, 1, 3, 4}), therapist=wished
    )[0]

    assert plan.team == {"therapist": wished}
    days = {v.start.astimezone(clinic.site.zone).weekday() for v in plan.visits}
    assert days <= {0, 1, 3, 4}


def test_asking_costs_the_same_however_full_the_diaries(
    clinic: Clinic,
    episode: EpisodeOfCare,
    protocol: Protocol,
    django_assert_num_queries: Callable[..., Any],
) -> None:
    wishes = course.Wishes(first=TOMORROW)
    for visits in (0, 20):
        for day in range(visits):
            place_visit(clinic, NOW + timedelta(days=day, minutes=1))
        with django_assert_num_queries(6):
            course.ask(episode, protocol, wishes, plan=None)


def test_booking_a_course_takes_the_same_queries_for_ten_and_for_fourteen_visits(
    clinic: Clinic, django_assert_num_queries: Callable[..., Any]
) -> None:
    for code in ("standard_6", "standard_4"):
        protocol = Protocol.objects.get(code=code)
        episode = make_episode(clinic.site)
        clear(episode, by=clinic.by)
        ContactConsentFactory.create(patient=episode.patient)
        picks = picks_of(proposals(episode, protocol)[0])
        with django_assert_num_queries(30):
            book(episode, protocol, picks, clinic)


def test_a_slot_stolen_meanwhile_books_nothing_and_names_the_visit(
    clinic: Clinic, episode: EpisodeOfCare, protocol: Protocol
) -> None:
    picks = picks_of(proposals(episode, protocol)[0])
    stolen = picks[7]
    place_visit(
        clinic,
        stolen.starts_at,
        room=type(clinic.rooms[0]).objects.get(pk=stolen.resources["room"]),
    )

    with pytest.raises(services.AlreadyBooked) as refusal:
        book(episode, protocol, picks, clinic)

    assert stolen.step_key == "dose-4"
    assert str(refusal.value).startswith("Dose 4: Cedar was just taken from ")
    assert str(refusal.value).endswith("Nothing was booked.")
    assert not CarePlan.objects.exists()
    assert Appointment.objects.count() == 1
    assert not PlannedStep.objects.exists()
    assert not AuditEvent.objects.filter(object_type="CarePlan").exists()
    assert len(proposals(episode, protocol)) == 3


def test_steps_without_a_place_stay_open_and_are_booked_later(
    clinic: Clinic, episode: EpisodeOfCare, protocol: Protocol
) -> None:
    part = picks_of(proposals(episode, protocol, upto="dose-4")[0])
    booked = book(episode, protocol, part, clinic)
    assert (len(part), booked.open_steps) == (7, 7)

    rest = proposals(episode, protocol)[0]
    assert sum(visit.pinned for visit in rest.visits) == 7
    booked = book(episode, protocol, picks_of(rest), clinic)

    assert booked.open_steps == 0
    assert Appointment.objects.count() == 14
    assert CarePlan.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        pytest.param(lambda p: [], "nothing to book", id="empty"),
        pytest.param(lambda p: [*p, p[0]], "does not fit its protocol", id="twice"),
        pytest.param(
            lambda p: [_with(p[0], step_key="party"), *p[1:]],
            "does not fit its protocol",
            id="unknown-step",
        ),
        pytest.param(
            lambda p: [p[0], _moved(p[1], days=-10), *p[2:]],
            "Dose 1 comes too soon after Preparation",
            id="dose-before-preparation",
        ),
        pytest.param(
            lambda p: [*p[:2], _moved(p[2], days=4), *p[3:]],
            "Integration 1 comes too late after Dose 1",
            id="integration-too-late",
        ),
        pytest.param(
            lambda p: [_with(p[0], resources={}), *p[1:]],
            "Preparation lacks a person or room",
            id="nobody",
        ),
        pytest.param(
            lambda p: [
                _with(
                    p[0], resources={**p[0].resources, "room": p[1].resources["room"]}
                ),
                *p[1:],
            ],
            "The room of Preparation cannot take it",
            id="dosing-room-for-a-talk",
        ),
        pytest.param(
            lambda p: [
                _with(p[0], resources={**p[0].resources, "therapist": 999_999}),
                *p[1:],
            ],
            "The therapist of Preparation cannot take it",
            id="no-such-person",
        ),
    ],
)
def test_a_forged_course_is_refused(
    clinic: Clinic,
    episode: EpisodeOfCare,
    protocol: Protocol,
    change: Callable[[list[services.Pick]], list[services.Pick]],
    sentence: str,
) -> None:
    picks = picks_of(proposals(episode, protocol)[0])

    with pytest.raises(services.CourseRefused, match=sentence):
        book(episode, protocol, change(picks), clinic)
    assert not Slot.objects.exists()


def test_another_therapist_for_one_visit_is_refused(
    clinic: Clinic, episode: EpisodeOfCare, protocol: Protocol
) -> None:
    picks = picks_of(proposals(episode, protocol)[0])
    other = next(
        t.pk for t in clinic.therapists if t.pk != picks[0].resources["therapist"]
    )
    picks[4] = _with(picks[4], resources={**picks[4].resources, "therapist": other})

    with pytest.raises(services.CourseRefused, match="one therapist throughout"):
        book(episode, protocol, picks, clinic)


def test_a_course_is_not_booked_before_the_patient_is_cleared(
    clinic: Clinic, protocol: Protocol
) -> None:
    episode = make_episode(clinic.site)
    picks = picks_of(proposals(episode, protocol)[0])

    with pytest.raises(NotCleared, match="Doses cannot be booked yet"):
        book(episode, protocol, picks, clinic)


def test_a_second_course_beside_a_live_one_is_refused(
    clinic: Clinic, episode: EpisodeOfCare, protocol: Protocol
) -> None:
    book(episode, protocol, picks_of(proposals(episode, protocol)[0]), clinic)
    other = Protocol.objects.get(code="standard_4")

    with pytest.raises(ChangedMeanwhile, match="Another course is planned already"):
        book(episode, other, [], clinic)


def test_one_confirmation_and_all_reminders_of_a_course_are_planned(
    clinic: Clinic, episode: EpisodeOfCare, protocol: Protocol
) -> None:
    ContactConsentFactory.create(patient=episode.patient)
    book(episode, protocol, picks_of(proposals(episode, protocol)[0]), clinic)

    kinds = list(Communication.objects.values_list("kind", flat=True))

    assert {kind: kinds.count(kind) for kind in sorted(set(kinds))} == {
        "course-booked": 1,
        "visit-24h": 13,
        "visit-2h": 6,
        "visit-48h": 6,
        "visit-7d": 4,
        "visit-next-day": 6,
    }


def _with(pick: services.Pick, **change: Any) -> services.Pick:
    values = {
        "step_key": pick.step_key,
        "starts_at": pick.starts_at,
        "resources": pick.resources,
        **change,
    }
    return services.Pick(**values)


def _moved(pick: services.Pick, *, days: int) -> services.Pick:
    return _with(pick, starts_at=pick.starts_at + timedelta(days=days))


def test_booking_a_course_names_the_team_of_the_episode(
    clinic: Clinic, episode: EpisodeOfCare, protocol: Protocol
) -> None:
    """Whoever sees most of the course stands on the chart as the patient's team."""
    EpisodeOfCare.objects.update(therapist=None, prescriber=None)
    episode.refresh_from_db()

    book(episode, protocol, picks_of(proposals(episode, protocol)[0]), clinic)

    episode.refresh_from_db()
    assert episode.therapist is not None
    assert episode.therapist.has_role("therapist")
    assert episode.prescriber is not None
    assert episode.prescriber.has_role("prescriber")
