"""The last look at the world before a message goes out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils import timezone

from kap.core.outbox import OutboxStatus
from kap.notifications import registry
from kap.notifications.compose import address_of
from kap.notifications.models import Communication
from kap.notifications.queries import WEEK, agreed, channel_problem, texts_sent
from kap.patients.enums import Channel

TEXTS_FROM, TEXTS_UNTIL = time(8), time(21)
"""By the patient's wall clock; planners aim for 20:00 (kap.core.reminder_times)."""
TEXTS_A_DAY, TEXTS_A_WEEK = 1, 3


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a message does not go out: for good (``status``), or not before ``due_at``."""

    code: str
    status: OutboxStatus = OutboxStatus.NOT_DONE
    due_at: datetime | None = None


def obstacle(message: Communication, *, now: datetime) -> Obstacle | None:
    """The first thing that stands in the way, or None."""
    return (
        _about_the_cause(message, now)
        or _about_the_person(message)
        or _about_the_hour(message, now)
        or _about_the_limits(message, now)
    )


def _about_the_cause(message: Communication, now: datetime) -> Obstacle | None:
    kind = registry.kind(message.kind)
    if kind is None:
        return Obstacle("no-kind")
    if message.useless_after <= now:
        return Obstacle("too-late")
    if message.patient.merged_into_id is not None:
        return Obstacle("merged", OutboxStatus.STOPPED)
    if not kind.still_wanted(message, now):
        return Obstacle("not-wanted", OutboxStatus.STOPPED)
    return None


def _about_the_person(message: Communication) -> Obstacle | None:
    if channel_problem(message.channel):
        return Obstacle("channel-off")
    if not address_of(message):
        return Obstacle("no-address")
    if message.to_user is not None or message.related_person is not None:
        return None
    wanted = (message.patient_id, message.channel, message.purpose)
    if wanted not in agreed([message.patient_id]):
        return Obstacle("no-consent", OutboxStatus.STOPPED)
    return None


def _about_the_hour(message: Communication, now: datetime) -> Obstacle | None:
    """A text that was held up does not wake anybody."""
    kind = registry.kind(message.kind)
    on_duty = message.to_user is not None and kind is not None and kind.day_and_night
    if message.channel != Channel.SMS or on_duty:
        return None
    local = timezone.localtime(now, message.patient.site.zone)
    if TEXTS_FROM <= local.time() < TEXTS_UNTIL:
        return None
    days = 0 if local.time() < TEXTS_FROM else 1
    return Obstacle("night", due_at=_morning(message, now, days=days))


def _about_the_limits(message: Communication, now: datetime) -> Obstacle | None:
    """One text a day and three in seven days, but for what concerns today.

    Of the three, what matters less may use fewer, so that the call to fast is not
    the one that is held back (ours; clinical reference 10.1 names the limits only).
    """
    kind = registry.kind(message.kind)
    free = (kind is not None and kind.is_asked_for) or _is_about_today(message, now)
    limited = message.channel == Channel.SMS and message.to_user is None
    if free or not limited or message.related_person_id is not None:
        return None
    zone = message.patient.site.zone
    sent = texts_sent(message.patient_id, since=now - WEEK)
    today = timezone.localtime(now, zone).date()
    on_today = [at for at in sent if timezone.localtime(at, zone).date() == today]
    allowed = max(TEXTS_A_WEEK + 1 - (kind.rank if kind else TEXTS_A_WEEK), 1)
    if len(sent) >= allowed:
        free_at = sent[-allowed] + WEEK
        days = (timezone.localtime(free_at, zone).date() - today).days
        return Obstacle("week-limit", due_at=_morning(message, now, days=max(days, 1)))
    if len(on_today) >= TEXTS_A_DAY:
        return Obstacle("day-limit", due_at=_morning(message, now, days=1))
    return None


def _is_about_today(message: Communication, now: datetime) -> bool:
    if message.about_at is None:
        return False
    zone = message.patient.site.zone
    about = timezone.localtime(message.about_at, zone).date()
    return about == timezone.localtime(now, zone).date()


def _morning(message: Communication, now: datetime, *, days: int) -> datetime:
    """08:00 by the patient's clock, some days on, but never just before now."""
    zone = message.patient.site.zone
    day = timezone.localtime(now, zone).date() + timedelta(days=days)
    return datetime.combine(day, TEXTS_FROM, tzinfo=zone)
