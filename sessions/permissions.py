"""Who may plan, book and run visits; each check raises with the sentence to show."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from kap.accounts.enums import CLINICAL, SCHEDULING
from kap.core.errors import DomainError, NotAllowed
from kap.patients.enums import EpisodeStatus
from screening import queries as screening

if TYPE_CHECKING:
    from kap.accounts.models import User
    from kap.patients.models import EpisodeOfCare


class NotCleared(DomainError):
    """No prescriber's decision lets this course's doses be booked."""


class EpisodeIsClosed(DomainError):
    """The course of treatment has ended."""


CLOSED_SENTENCE = "This course of treatment is closed. Open a new one before booking."
OPEN_STATUSES = (EpisodeStatus.PLANNED, EpisodeStatus.ACTIVE)


def check_may_schedule(user: User) -> None:
    if not user.has_role(*SCHEDULING):
        raise NotAllowed("Front desk and clinicians book visits.")


def check_may_run_visit(user: User) -> None:
    if not user.has_role(*CLINICAL):
        raise NotAllowed("Clinicians start and finish visits.")


def check_episode_is_open(episode: EpisodeOfCare) -> None:
    if episode.status == EpisodeStatus.ONHOLD:
        raise EpisodeIsClosed(
            "This course of treatment is on hold. Resume it before booking."
        )
    if episode.status not in OPEN_STATUSES:
        raise EpisodeIsClosed(CLOSED_SENTENCE)


def check_may_book_dose(episode: EpisodeOfCare, *, now: datetime) -> None:
    """Doses are booked only once a prescriber has signed that the patient is eligible."""
    state = screening.eligibility_state(episode.pk, now=now)
    if not state.is_current:
        raise NotCleared(f"Doses cannot be booked yet. {state.sentence}")


def check_may_book_course(user: User, episode: EpisodeOfCare, *, now: datetime) -> None:
    check_may_schedule(user)
    check_episode_is_open(episode)
    check_may_book_dose(episode, now=now)
