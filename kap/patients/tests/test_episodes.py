from __future__ import annotations

import itertools

import pytest

from kap.accounts.tests.factories import UserFactory
from kap.core.errors import DomainError, IllegalTransition, NotAllowed
from kap.patients import services
from kap.patients.enums import PHASE_TRANSITIONS, Phase
from kap.patients.services.episodes import EpisodeAlreadyOpen
from kap.patients.tests.factories import EpisodeFactory, PatientFactory

PAIRS = list(itertools.product(Phase, Phase))


@pytest.mark.django_db
@pytest.mark.parametrize(("old", "new"), PAIRS, ids=str)
def test_a_phase_leads_only_where_the_table_says(old, new, now):
    nurse = UserFactory.create(nurse=True)
    episode = EpisodeFactory.create(phase=old)

    try:
        services.move_phase(
            episode_id=episode.pk, to=new, by=nurse, now=now, reason="said so"
        )
        moved = True
    except IllegalTransition:
        moved = False

    assert moved == (new in PHASE_TRANSITIONS[old])
    assert episode.phase_changes.count() == int(moved)


@pytest.mark.django_db
def test_closing_needs_a_reason_and_ends_the_episode(now):
    nurse = UserFactory.create(nurse=True)
    episode = EpisodeFactory.create(phase=Phase.FOLLOW_UP)

    with pytest.raises(DomainError, match="Write why"):
        services.move_phase(episode_id=episode.pk, to=Phase.CLOSED, by=nurse, now=now)
    closed = services.move_phase(
        episode_id=episode.pk, to=Phase.CLOSED, by=nurse, now=now, reason="course done"
    )

    assert (closed.status, closed.ended_at) == ("finished", now)


@pytest.mark.django_db
def test_going_back_needs_a_reason(now):
    nurse = UserFactory.create(nurse=True)
    episode = EpisodeFactory.create(phase=Phase.DOSING)

    with pytest.raises(DomainError, match="Write why"):
        services.move_phase(
            episode_id=episode.pk, to=Phase.SCREENING, by=nurse, now=now
        )


@pytest.mark.django_db
def test_the_front_desk_moves_nobody(now):
    episode = EpisodeFactory.create()

    with pytest.raises(NotAllowed):
        services.move_phase(
            episode_id=episode.pk, to=Phase.SCREENING, by=UserFactory.create(), now=now
        )


@pytest.mark.django_db
def test_one_episode_is_open_at_a_time(now):
    desk = UserFactory.create()
    patient = PatientFactory.create()
    services.open_episode(patient=patient, by=desk, now=now)

    with pytest.raises(EpisodeAlreadyOpen):
        services.open_episode(patient=patient, by=desk, now=now)
