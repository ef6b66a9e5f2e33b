"""What a patient can wish for at a site: therapists, their languages, what rooms have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from kap.accounts.enums import Role
from kap.clinic.models import Location, Schedule, Site, WorkingHours

LANGUAGES: Final = {
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "de": "German",
    "pt": "Portuguese",
    "zh": "Chinese",
    "vi": "Vietnamese",
    "ar": "Arabic",
    "ru": "Russian",
}


@dataclass(frozen=True, slots=True)
class WishChoices:
    """Pairs of value and words, ready for a select."""

    therapists: tuple[tuple[str, str], ...]
    languages: tuple[tuple[str, str], ...]
    sexes: tuple[tuple[str, str], ...]
    features: tuple[tuple[str, str], ...]
    own: str
    """The key of the therapist of the episode, if bookable here."""


def wish_choices(site: Site, therapist_id: UUID | None) -> WishChoices:
    """Two queries."""
    rows = list(
        Schedule.objects.filter(
            pk__in=WorkingHours.objects.filter(site=site).values("schedule"),
            practitioner__is_bookable=True,
            practitioner__user__is_active=True,
            practitioner__user__roles__contains=[Role.THERAPIST],
        )
        .order_by("practitioner__user__name", "pk")
        .values_list(
            "pk",
            "practitioner__user__name",
            "practitioner__user",
            "practitioner__languages",
            "practitioner__sex",
        )
    )
    spoken = sorted({one for row in rows for one in row[3]})
    sexes = {row[4] for row in rows if row[4]}
    features = Location.objects.filter(site=site, is_active=True).values_list(
        "features", flat=True
    )
    return WishChoices(
        therapists=tuple((str(pk), name) for pk, name, *_ in rows),
        languages=tuple((one, LANGUAGES.get(one, one)) for one in spoken),
        sexes=tuple(
            pair
            for pair in (("female", "A woman"), ("male", "A man"))
            if pair[0] in sexes
        ),
        features=tuple(
            (one, one.replace("-", " ").capitalize())
            for one in sorted({one for found in features for one in found})
        ),
        own=next((str(pk) for pk, _, user, *_ in rows if user == therapist_id), ""),
    )
