"""What the pages of a preparation visit are drawn from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from kap.accounts.policies import StaffRequest
from kap.audit.enums import Category
from kap.audit.services import record_read
from kap.core import clock
from kap.patients.models import EpisodeOfCare
from screening.course_facts import facts_of
from screening.forms.preparation import (
    DETAIL,
    GROUPS,
    TEXTS,
    PreparationForm,
    risk_fields,
)
from screening.models import PreparationRecord
from screening.queries.preparation import talked_of
from screening.rules import preparation as rules
from screening.views.staff import frame

SHADES = {True: "yes", False: "no", None: ""}
LABELS = {
    "lyrics": "Music with words",
    "light": "Light",
    "warmth": "Warmth",
    "triggers": "Triggers",
    "personal": "Personal, cultural, spiritual",
    "support_person": "Who supports",
    "evening_plan": "The evening",
    "expectation_words": "Expects",
}
WORDS = {**rules.LIGHT, **rules.WARMTH, "yes": "Yes", "no": "No"}


def initial_of(found: PreparationRecord, episode: EpisodeOfCare) -> dict[str, Any]:
    """The record as the form shows it."""
    local = timezone.localtime(found.held_at, episode.site.zone)
    covered = set(found.covered)
    ticks = {
        name: [code for code, _words in points if code in covered]
        for name, points in GROUPS.items()
    }
    said: dict[str, str] = {}
    for code, _words in rules.RISKS:
        back, own = risk_fields(code)
        value = found.detail.get(code, {})
        said |= {back: value.get("back", ""), own: value.get("words", "")}
    return {
        **{name: getattr(found, name) for name in (*TEXTS, "touch", "route")},
        **{name: found.detail.get(name, "") for name in DETAIL},
        **ticks,
        **said,
        "eye_shades": SHADES[found.eye_shades],
        "held_on": local.date(),
        "held_time": local.time().replace(second=0, microsecond=0),
        "version": found.version,
    }


def context_of(found: PreparationRecord, episode: EpisodeOfCare) -> dict[str, Any]:
    """How far each section is, and the integration visits of the course."""
    course = facts_of(episode.pk, since=found.held_at)
    counts = rules.progress(talked_of(found))
    return {
        "record": found,
        "course": course,
        "sections": [
            (number, section, counts[section.key])
            for number, section in enumerate(rules.SECTIONS, start=1)
        ],
        "done_count": sum(1 for count in counts.values() if not count),
        "section_count": len(counts),
    }


def differences_of(
    found: PreparationRecord, form: PreparationForm
) -> tuple[tuple[str, str, str], ...]:
    """Label, what was saved meanwhile, what is in the form; texts that differ."""
    mine = form.facts()
    pairs = [
        (form.fields[name].label, getattr(found, name), mine[name]) for name in TEXTS
    ]
    pairs += [
        (
            form.fields[name].label,
            found.detail.get(name, ""),
            mine["detail"].get(name, ""),
        )
        for name in DETAIL
    ]
    return tuple(
        (str(label), str(theirs), str(own))
        for label, theirs, own in pairs
        if theirs != own
    ) or (("Ticks and choices", "changed", "yours"),)


def show(
    request: StaffRequest,
    episode: EpisodeOfCare,
    found: PreparationRecord,
    *,
    may_write: bool,
) -> HttpResponse:
    """The record as it is read and printed."""
    record_read(by=request.user, category=Category.NOTE, patient_id=episode.patient_id)
    course = facts_of(episode.pk, since=found.held_at)
    changes = list(
        found.intention_changes.select_related("changed_by").order_by("-changed_at")
    )
    covered = set(found.covered)
    context = {
        **frame(request, episode, now=clock.now()),
        "record": found,
        "route": rules.ROUTES.get(found.route, ""),
        "course": course,
        "changes": changes,
        "intention": changes[0].text if changes else found.intention,
        "may_change": may_write
        and found.signed_at is not None
        and not course.is_timed_out,
        "covered": [words for code, words in _points(found) if code in covered],
        "left_out": [words for code, words in _points(found) if code not in covered],
        "detail": [
            (LABELS[name], WORDS.get(found.detail[name], found.detail[name]))
            for name in DETAIL
            if found.detail.get(name)
        ],
        "said_back": list(_said_back(found)),
    }
    return render(request, "screening/preparation_signed.html", context)


def _points(found: PreparationRecord) -> list[rules.Point]:
    """Every point of the record's route, then codes of an earlier release as they are."""
    skip = {f"edu_{route}" for route in rules.ROUTES if route != found.route}
    known = [
        point
        for name, points in GROUPS.items()
        if name not in skip and name != "booked"
        for point in points
    ]
    codes = {code for code, _words in known} | {rules.INTEGRATION}
    earlier = [
        (code, code.replace("-", " ").capitalize())
        for code in found.covered
        if code not in codes
    ]
    return ([] if earlier and not found.route else known) + earlier


def _said_back(found: PreparationRecord) -> Iterator[tuple[str, str, str]]:
    for code, words in rules.RISKS:
        value = found.detail.get(code)
        if isinstance(value, dict) and value.get("back"):
            yield words, value["back"], value.get("words", "")
