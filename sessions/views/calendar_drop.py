"""A visit that is being moved or placed: what its form offers, and what it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from kap.accounts.policies import StaffRequest
from sessions.enums import ParticipantRole
from sessions.forms.calendar import PlaceForm
from sessions.models import PinnedVisit
from sessions.queries import calendar_moves
from sessions.queries.board import Place
from sessions.queries.calendar import Resource
from sessions.queries.calendar_moves import Moving
from sessions.queries.course_words import DASH, visit_label
from sessions.services import booking_moves
from sessions.views.calendar_asked import whole


@dataclass(frozen=True, slots=True)
class Dragged:
    """A visit on the calendar, or one on the pinboard."""

    what: Moving
    pin: PinnedVisit | None = None

    @property
    def url(self) -> str:
        if self.pin is not None:
            return reverse("sessions:calendar_place", args=[self.pin.pk])
        return reverse("sessions:calendar_move", args=[self.what.visit.pk])

    def held(self) -> dict[str, int]:
        """Role to diary, the patient left out."""
        return {
            part.role: part.diary
            for part in self.what.parts
            if part.role != ParticipantRole.PATIENT
        }


def of_visit(pk: UUID) -> Dragged:
    found = calendar_moves.moving(pk)
    if found is None:
        raise Http404
    return Dragged(found)


def of_pin(pk: UUID) -> Dragged:
    pin = get_object_or_404(
        PinnedVisit.objects.select_related(
            "appointment__patient",
            "appointment__episode",
            "appointment__site",
            "appointment__planned_step__care_plan__protocol",
        ),
        pk=pk,
    )
    return Dragged(calendar_moves.parked(pin.appointment, pin.parts), pin)


def offered(
    what: Moving, role: str, everybody: Sequence[Resource]
) -> list[tuple[str, str]]:
    """Diaries that could take a role, whoever holds it now first among them."""
    own = what.part(role)
    found = []
    for one in everybody:
        target = calendar_moves.target_of(what, role, one)
        is_own = own is not None and own.diary == one.id
        if is_own or (target.role == role and not target.refused):
            found.append((str(one.id), one.name))
    if own is not None and str(own.diary) not in dict(found):
        found.insert(0, (str(own.diary), "As before"))
    return found


def initial(
    request: StaffRequest,
    dragged: Dragged,
    everybody: Sequence[Resource],
    zone: ZoneInfo,
) -> dict[str, Any]:
    """Where it was dropped, or where it stands."""
    visit = dragged.what.visit
    start, dropped = visit.starts_at, whole(request.GET.get("to"))
    if dropped is not None:
        start = datetime.fromtimestamp(dropped, tz=UTC)
    found: dict[str, Any] = dict(dragged.held())
    diary = request.GET.get("diary", "")
    one = next((r for r in everybody if str(r.id) == diary), None)
    if one is not None:
        target = calendar_moves.target_of(
            dragged.what, request.GET.get("role", ""), one
        )
        if target.role and not target.refused:
            found[target.role] = one.id
    local = start.astimezone(zone)
    return {
        **found,
        "day": local.date(),
        "at": local.time(),
        "to": int(start.timestamp()),
        "version": whole(request.GET.get("version")) or visit.version,
    }


def context(
    request: StaffRequest,
    dragged: Dragged,
    form: PlaceForm,
    site: Place,
    *,
    problem: str,
) -> dict[str, Any]:
    visit = dragged.what.visit
    label = visit_label(visit.kind, visit.number, visit.of_total)
    start, end = (at.astimezone(site.zone) for at in (visit.starts_at, visit.ends_at))
    return {
        "form": form,
        "visit": visit,
        "patient": visit.patient,
        "label": label
        if request.user.is_clinical
        else label.replace("Dose", "Session"),
        "changes": _changes(dragged, form),
        "before": f"{start:%a %-d %b %H:%M}{DASH}{end:%H:%M}",
        "is_pin": dragged.pin is not None,
        "to_words": _to_words(form, dragged.what.length),
        "problem": problem,
        "url": dragged.url,
        "back_url": f"{reverse('sessions:calendar')}?day={start:%Y-%m-%d}",
    }


def _to_words(form: PlaceForm, length: int) -> str:
    """The day and both times of what the form shows; empty when it cannot be read."""
    if form.is_bound:
        sent = getattr(form, "cleaned_data", {}).get("starts_at")
        to = int(sent.timestamp()) if sent else None
    else:
        to = whole(form["to"].value())
    if to is None:
        return ""
    start = datetime.fromtimestamp(to, tz=form.zone)
    end = datetime.fromtimestamp(to + length, tz=form.zone)
    return f"{start:%a %-d %b %H:%M}{DASH}{end:%H:%M}"


def _changes(dragged: Dragged, form: PlaceForm) -> list[str]:
    """``Room: Willow`` for each role that somebody or something else would take."""
    found = []
    for role, diary in dragged.held().items():
        value = form[role].value()
        if str(value) != str(diary):
            names = dict(form.fields[role].choices)  # type: ignore[attr-defined]  # a choice field
            word = ParticipantRole(role).label
            found.append(f"{word}: {names.get(str(value), '')}")
    return found


def bends(
    dragged: Dragged, initial: Mapping[str, Any], *, is_prescriber: bool, now: datetime
) -> list[str]:
    """What the place would bend, in sentences: a reason is needed then."""
    visit = dragged.what.visit
    start = datetime.fromtimestamp(initial["to"], tz=UTC)
    parts = [
        [part.role, initial[part.role], part.first // 60, part.last // 60]
        for part in dragged.what.parts
        if part.role != ParticipantRole.PATIENT
    ]
    rules = booking_moves.bent_rules(
        visit, start, parts, now=now, with_stops=is_prescriber
    )
    return [words for _, words in rules]
