"""Who can be told of an alert now, and until when the site is open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from kap.accounts.enums import Role
from kap.accounts.models import User
from kap.clinic.enums import Duty
from kap.clinic.models import Absence, OpeningHours, SafetyDuty, Site
from kap.patients.models import EpisodeOfCare
from screening.rules.safety_chain import People, chain

AT_LEAST = timedelta(minutes=30)
"""Who is away within this time is not told (ours)."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Whether the site is open now, and when it closes today."""

    is_open: bool
    closes_at: datetime | None


def hours_of(site: Site, *, now: datetime) -> Hours:
    """A site that has written down no hours counts as open, without an end; one query."""
    local = timezone.localtime(now, site.zone)
    rows = list(
        OpeningHours.objects.filter(site=site).values_list("weekday", "opens", "closes")
    )
    if not rows:
        return Hours(is_open=True, closes_at=None)
    closes = [
        closes
        for weekday, opens, closes in rows
        if weekday == local.weekday() and opens <= local.time() < closes
    ]
    if not closes:
        return Hours(is_open=False, closes_at=None)
    return Hours(
        is_open=True,
        closes_at=datetime.combine(local.date(), max(closes), site.zone),
    )


def people_in_order(
    site: Site, episode: EpisodeOfCare | None, *, now: datetime, until: datetime
) -> list[User]:
    """The chain of an alert as it is now; nobody who is disabled or away until ``until``.

    Three queries: hours, duties, people.
    """
    duties = list(
        SafetyDuty.objects.filter(site=site)
        .order_by("position", "pk")
        .values_list("duty", "user_id")
    )
    primary = episode.therapist_id if episode else None
    cover = episode.prescriber_id if episode else None
    named = [pk for pk in (primary, cover, *(pk for _, pk in duties)) if pk]
    found = _candidates(named, now=now, until=max(until, now + AT_LEAST))
    order = chain(
        People(
            primary=primary,
            cover=cover,
            safety=[pk for duty, pk in duties if duty == Duty.SAFETY],
            on_call=[pk for duty, pk in duties if duty == Duty.ON_CALL],
            directors=[pk for pk, (user, _) in found.items() if _directs(user)],
            unavailable={
                pk
                for pk, (user, is_away) in found.items()
                if is_away or not (user.is_active and user.is_clinical)
            },
        ),
        is_open=hours_of(site, now=now).is_open,
    )
    return [found[pk][0] for pk in order if pk in found]


def _directs(user: User) -> bool:
    return user.has_role(Role.MEDICAL_DIRECTOR)


def _candidates(
    named: Iterable[UUID], *, now: datetime, until: datetime
) -> dict[UUID, tuple[User, bool]]:
    """Everybody named and the medical directors, each with whether they are away."""
    away = Absence.objects.filter(
        schedule__practitioner__user=OuterRef("pk"),
        cancelled_at=None,
        period__overlap=(now, until),
    )
    rows = (
        User.objects.filter(
            Q(pk__in=list(named)) | Q(roles__contains=[Role.MEDICAL_DIRECTOR])
        )
        .annotate(is_away=Exists(away))
        .order_by("name", "pk")
    )
    return {user.pk: (user, user.is_away) for user in rows}
