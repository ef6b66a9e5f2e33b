"""Blocked time and saved views: made, changed and taken away from the calendar."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from kap.accounts.enums import SCHEDULING
from kap.accounts.policies import StaffRequest, staff
from kap.clinic import services as clinic
from kap.clinic.enums import AbsenceCode
from kap.clinic.models import Absence, Schedule
from kap.core import clock
from kap.core.errors import DomainError
from kap.core.idempotency import once_only
from sessions.forms.calendar import BlockForm, ViewForm
from sessions.models import Appointment, CalendarView
from sessions.queries import calendar as calendars
from sessions.queries.board import Place
from sessions.queries.course_words import visit_label
from sessions.services import calendar_absences
from sessions.views.calendar_asked import changed, is_kept, refused, whole


@staff(*SCHEDULING)
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def block(request: StaffRequest) -> HttpResponse:
    """Somebody is away, or a room cannot be used."""
    places = calendars.places()
    wanted = request.POST.get("site") or request.GET.get("site", "")
    site = next(
        (p for p in places if str(p.id) == wanted), places[0] if places else None
    )
    if site is None:
        raise Http404
    return _page(request, site, None)


@staff(*SCHEDULING)
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def blocked(request: StaffRequest, pk: UUID) -> HttpResponse:
    """What is blocked: another time, another reason."""
    absence = get_object_or_404(
        Absence.objects.select_related("schedule__location", "created_by"),
        pk=pk,
        cancelled_at=None,
    )
    places = calendars.places()
    site = next((p for p in places if _is_of(p, absence)), places[0])
    return _page(request, site, absence)


def _is_of(place: Place, absence: Absence) -> bool:
    room = absence.schedule.location
    return room is not None and room.site_id == place.id


def _page(request: StaffRequest, site: Place, absence: Absence | None) -> HttpResponse:
    diaries = [(str(one.id), one.name) for one in calendars.resources(site)]
    if absence is not None and str(absence.schedule_id) not in dict(diaries):
        diaries.append((str(absence.schedule_id), "As before"))
    hits: tuple[Appointment, ...] = ()
    problem, status = "", 200
    if request.method == "POST":
        form = BlockForm(request.POST, diaries=diaries, zone=site.zone)
        status = 422
        if form.is_valid():
            try:
                done = _save(request, form, absence)
            except calendar_absences.VisitsInTheWay as refusal:
                problem, hits, status = str(refusal), refusal.hits, 409
            except DomainError as refusal:
                problem = str(refusal)
            else:
                return changed(request, _said(len(done.hits)))
    else:
        initial = _initial(request, site, absence)
        form = BlockForm(initial=initial, diaries=diaries, zone=site.zone)
    context: dict[str, Any] = {
        "form": form,
        "absence": absence,
        "site": site,
        "problem": problem,
        "hits": [_hit(visit, site) for visit in hits],
        "url": request.path,
        "back_url": reverse("sessions:calendar"),
    }
    template = "sessions/calendar/block.html"
    if request.headers.get("HX-Request"):
        template += "#panel"
    return render(request, template, context, status=status)


def _save(
    request: StaffRequest, form: BlockForm, absence: Absence | None
) -> calendar_absences.Blocked:
    sent = form.cleaned_data
    code = AbsenceCode(sent["code"])
    facts: dict[str, Any] = {
        "start": sent["start"],
        "end": sent["end"],
        "code": code,
        "reason": sent["reason"] or code.label,
        "go_on": bool(request.POST.get("go_on")),
        "by": request.user,
        "now": clock.now(),
    }
    schedule = get_object_or_404(Schedule, pk=sent["schedule"])
    if absence is None:
        return calendar_absences.block_time(schedule=schedule, **facts)
    return calendar_absences.change_block(
        absence_id=absence.pk, schedule=schedule, **facts
    )


def _said(hits: int) -> str:
    if not hits:
        return "The time is blocked."
    visits = "1 visit is" if hits == 1 else f"{hits} visits are"
    return f"The time is blocked. {visits} on the work list to be moved."


def _hit(visit: Appointment, site: Place) -> dict[str, str]:
    start = visit.starts_at.astimezone(site.zone)
    return {
        "when": f"{start:%a %-d %b %H:%M}",
        "name": visit.patient.full_name,
        "label": visit_label(visit.kind, visit.number, visit.of_total),
        "url": reverse("sessions:visit", args=[visit.pk]),
    }


def _initial(
    request: StaffRequest, site: Place, absence: Absence | None
) -> dict[str, Any]:
    if absence is not None and absence.period.lower and absence.period.upper:
        start, end = absence.period.lower, absence.period.upper
        note = (
            "" if absence.reason == AbsenceCode(absence.code).label else absence.reason
        )
        found = {"schedule": absence.schedule_id, "code": absence.code, "reason": note}
    else:
        given = whole(request.GET.get("at"))
        start = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(
            hours=1
        )
        if given is not None:
            start = datetime.fromtimestamp(given, tz=UTC)
        end = start + timedelta(hours=1)
        found = {"schedule": request.GET.get("diary", ""), "code": "", "reason": ""}
    start, end = start.astimezone(site.zone), end.astimezone(site.zone)
    return {
        **found,
        "first_day": start.date(),
        "starts": start.time(),
        "last_day": end.date(),
        "ends": end.time(),
    }


@staff(*SCHEDULING)
@require_POST
@once_only
def unblock(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The time is free again."""
    get_object_or_404(Absence, pk=pk)
    try:
        clinic.cancel_absence(absence_id=pk, by=request.user, now=clock.now())
    except DomainError as refusal:
        return refused(request, str(refusal))
    return changed(request, "The time is free again.")


@staff(*SCHEDULING)
@require_POST
@once_only
def save_view(request: StaffRequest) -> HttpResponse:
    """Keep this calendar on a key; what was on the key before is replaced."""
    form = ViewForm(request.POST)
    if not form.is_valid():
        return refused(request, str(next(iter(form.errors.values()))[0]))
    CalendarView.objects.update_or_create(
        user=request.user,
        key=int(form.cleaned_data["key"]),
        defaults={
            "name": form.cleaned_data["name"],
            "query": kept_query(form.cleaned_data["query"]),
        },
    )
    key, name = form.cleaned_data["key"], form.cleaned_data["name"]
    return changed(request, f"“{name}” is on key {key} now.")


@staff(*SCHEDULING)
@require_POST
@once_only
def drop_view(request: StaffRequest, pk: UUID) -> HttpResponse:
    CalendarView.objects.filter(pk=pk, user=request.user).delete()
    return changed(request, "The key is free again.")


def kept_query(text: str) -> str:
    """Only what a calendar can be asked, so that a saved view is never anything else."""
    pairs = parse_qsl(text)
    return urlencode([(name, value) for name, value in pairs if is_kept(name, value)])


__all__ = ["block", "blocked", "drop_view", "save_view", "unblock"]
