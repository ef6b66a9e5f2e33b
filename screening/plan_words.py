"""The six steps of a safety plan, in our own words, for clinicians and for patients."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise

PLAN_STEPS: Final[tuple[tuple[str, Words, Words], ...]] = (
    (
        "warning_signs",
        _("How I notice that it is getting hard"),
        _("Thoughts, moods, places or days that come before a crisis."),
    ),
    (
        "own_ways",
        _("What I can do by myself"),
        _("Things that have helped before, without anybody else."),
    ),
    (
        "people_and_places",
        _("People and places that take my mind elsewhere"),
        _("Whom to meet, where to go. It need not be talked about there."),
    ),
    (
        "people_to_ask",
        _("Whom I ask for help"),
        _("Names with phone numbers; who knows about this plan."),
    ),
    (
        "professionals",
        _("Professionals and lines I call"),
        _("The clinic, a therapist, the crisis line, the nearest emergency room."),
    ),
    (
        "safe_surroundings",
        _("How I make my surroundings safe"),
        _("What is out of reach, who keeps it, until when."),
    ),
)
"""Field, heading, what to write there (clinical reference 5.13.6)."""
