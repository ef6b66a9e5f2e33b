"""Spacing where doses are booked: refused with a sentence, passed with a reason, cleared by two."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from kap.accounts.enums import Role
from kap.accounts.models import User
from kap.accounts.tests.factories import UserFactory
from kap.core.errors import IllegalTransition, NotAllowed
from kap.patients.models import EpisodeOfCare
from kap.worklist.models import WorkItem
from sessions import services
from sessions.enums import AppointmentStatus, EncounterStatus, VisitKind
from sessions.models import (
    AdverseEvent,
    Appointment,
    Encounter,
    EventClearance,
    SpacingOverride,
)
from sessions.services.event_clearance import ask_clearance, clear_event
from sessions.services.spacing_checks import SpacingRefused
from sessions.tests.factories import (
    NOW,
    TOMORROW_AT_10,
    Clinic,
    clear,
    make_clinic,
    make_episode,
    place_visit,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic()


@pytest.fixture
def episode(clinic: Clinic) -> EpisodeOfCare:
    episode = make_episode(clinic.site)
    clear(episode, by=clinic.by)
    return episode


def book_dose(
    clinic: Clinic, episode: EpisodeOfCare, hours: int = 0, **also: Any
) -> Appointment:
    start = TOMORROW_AT_10 + hours * HOUR
    end = start + 2 * HOUR
    parts = [*clinic.parts(start, end), ("nurse", clinic.nurses[0].pk, start, end)]
    return services.book_appointment(
        patient=episode.patient,
        episode=episode,
        kind=VisitKind.DOSING,
        site=clinic.site,
        starts_at=start,
        ends_at=end,
        participants=parts,
        now=NOW,
        **{"by": clinic.by, **also},
    )


def serious_event(clinic: Clinic, episode: EpisodeOfCare) -> AdverseEvent:
    visit = place_visit(
        clinic,
        NOW - timedelta(days=4),
        kind=VisitKind.DOSING,
        status=AppointmentStatus.FULFILLED,
        episode=episode,
    )
    encounter = Encounter.objects.create(
        appointment=visit,
        patient=episode.patient,
        kind=VisitKind.DOSING,
        status=EncounterStatus.FINISHED,
        arrived_at=visit.starts_at,
        started_at=visit.starts_at,
        ended_at=visit.ends_at,
    )
    event = AdverseEvent.objects.create(
        encounter=encounter,
        term="Laryngospasm",
        grade=4,
        onset_at=visit.starts_at,
        is_serious=True,
        recorded_at=NOW - timedelta(days=4),
        recorded_by=clinic.by,
    )
    ask_clearance(event, now=NOW)
    return event


def prescriber(role: str = Role.PRESCRIBER) -> User:
    return UserFactory.create(roles=[role])


def test_a_dose_47_hours_after_another_is_refused_and_48_is_booked(
    clinic: Clinic, episode: EpisodeOfCare
) -> None:
    book_dose(clinic, episode)

    with pytest.raises(SpacingRefused, match="at least 48") as refused:
        book_dose(clinic, episode, 47)
    assert [f.code for f in refused.value.findings] == ["SP-01"]
    assert Appointment.objects.count() == 1
    assert book_dose(clinic, episode, 48).pk


def test_a_dose_before_a_booked_one_counts_too(
    clinic: Clinic, episode: EpisodeOfCare
) -> None:
    book_dose(clinic, episode, 72)

    with pytest.raises(SpacingRefused, match="at least 48"):
        book_dose(clinic, episode, 48)


def test_only_a_prescriber_passes_it_and_the_reason_is_kept(
    clinic: Clinic, episode: EpisodeOfCare
) -> None:
    book_dose(clinic, episode)

    with pytest.raises(SpacingRefused):
        book_dose(clinic, episode, 24, spacing_reason="Please.")
    doctor = prescriber()
    late = book_dose(
        clinic, episode, 24, by=doctor, spacing_reason="Travels on Thursday."
    )

    note = SpacingOverride.objects.get()
    assert (note.appointment, note.rules, note.reason, note.overridden_by) == (
        late,
        ["SP-01"],
        "Travels on Thursday.",
        doctor,
    )


def test_moving_a_dose_is_held_to_the_same_rules_and_not_to_its_own_old_place(
    clinic: Clinic, episode: EpisodeOfCare
) -> None:
    book_dose(clinic, episode)
    second = book_dose(clinic, episode, 72)
    start = TOMORROW_AT_10 + 73 * HOUR
    parts = [
        *clinic.parts(start, start + 2 * HOUR),
        ("nurse", clinic.nurses[0].pk, start, start + 2 * HOUR),
    ]

    moved = services.move_appointment(
        appointment_id=second.pk,
        starts_at=start,
        ends_at=start + 2 * HOUR,
        participants=parts,
        by=clinic.by,
        now=NOW,
    )

    assert moved.starts_at == start
    soon = TOMORROW_AT_10 + 24 * HOUR
    early = [(r, s, soon, soon + 2 * HOUR) for r, s, _, _ in parts]
    with pytest.raises(SpacingRefused):
        services.move_appointment(
            appointment_id=second.pk,
            starts_at=soon,
            ends_at=soon + 2 * HOUR,
            participants=early,
            by=clinic.by,
            now=NOW,
        )


def test_after_a_serious_event_no_reason_helps_until_two_people_have_cleared_it(
    clinic: Clinic, episode: EpisodeOfCare
) -> None:
    event = serious_event(clinic, episode)
    doctor, director = prescriber(), prescriber(Role.MEDICAL_DIRECTOR)

    with pytest.raises(SpacingRefused, match="both cleared") as refused:
        book_dose(clinic, episode, by=doctor, spacing_reason="It was mild.")
    assert refused.value.is_final
    with pytest.raises(NotAllowed):
        clear_event(event_id=event.pk, reason="Fine.", by=clinic.by, now=NOW)
    clear_event(event_id=event.pk, reason="Cause found.", by=doctor, now=NOW)
    with pytest.raises(IllegalTransition, match="Another person"):
        clear_event(event_id=event.pk, reason="Again.", by=doctor, now=NOW)
    with pytest.raises(NotAllowed, match="medical director"):
        clear_event(event_id=event.pk, reason="Me too.", by=prescriber(), now=NOW)
    with pytest.raises(SpacingRefused):
        book_dose(clinic, episode)
    clear_event(event_id=event.pk, reason="Agreed.", by=director, now=NOW)

    assert book_dose(clinic, episode).pk
    assert EventClearance.objects.count() == 2
    assert WorkItem.objects.get(kind="event-clearance").status == "completed"


def test_the_page_of_a_serious_event_takes_a_word_and_refuses_an_empty_one(
    clinic: Clinic, episode: EpisodeOfCare, client: Client
) -> None:
    event = serious_event(clinic, episode)
    url = f"/sessions/events/{event.pk}/"
    client.force_login(prescriber(Role.MEDICAL_DIRECTOR))

    assert b"Nobody has written a word yet" in client.get(url).content
    assert client.post(url, {"reason": "", "_once": str(uuid4())}).status_code == 422
    word = {"reason": "Reviewed with the team.", "_once": str(uuid4())}
    assert client.post(url, word).status_code == 302
    assert b"Reviewed with the team." in client.get(url).content
    client.force_login(UserFactory.create(roles=[Role.NURSE]))
    assert b"Your word" not in client.get(url).content
    client.force_login(clinic.by)
    assert client.get(url).status_code == 403
    assert client.get(f"/sessions/events/{uuid4()}/").status_code == 403
