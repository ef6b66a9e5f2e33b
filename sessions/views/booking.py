"""Booking one visit, and giving one another time."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from kap.accounts.enums import SCHEDULING
from kap.accounts.policies import StaffRequest, staff
from kap.audit import services as audit
from kap.audit.enums import Category
from kap.core import clock
from kap.core.errors import DomainError
from kap.core.idempotency import TryAgain, is_undone_whole, once_only
from kap.patients.models import EpisodeOfCare, Patient
from sessions import services
from sessions.defaults import SINGLE_VISITS
from sessions.enums import VisitKind
from sessions.forms.booking import BookForm, MoveForm, Place
from sessions.models import Appointment, PlannedStep, ProtocolStep
from sessions.queries import bookable
from sessions.services.course_types import Pick
from sessions.views.booking_page import BookingPage

BOOKING_NEEDS: Final = (
    "status",
    "phase",
    "therapist_id",
    "patient__number",
    "patient__given_name",
    "patient__family_name",
    "patient__preferred_name",
    "patient__birth_date",
    "patient__email",
    "patient__phone",
    "patient__schedule_id",
    "patient__merged_into_id",
    "patient__site__name",
    "patient__site__time_zone",
    "site__name",
    "site__time_zone",
)
"""What the page reads of three rows; whole rows would double the time to fetch them."""


@staff(*SCHEDULING)
@require_http_methods(["GET", "POST"])
@once_only
def book(request: StaffRequest) -> HttpResponse:
    """When can this person come, by the rules?"""
    if request.method == "POST":
        return _book(request)
    try:
        patient_id = UUID(request.GET.get("patient", ""))
    except ValueError:
        return render(request, "sessions/book/choose.html")
    patient, episode = _patient(request, patient_id)
    page = BookingPage(request, patient, episode, clock.now())
    _note_read(request, patient)
    return render(request, "sessions/book/book.html", page.context())


@staff(*SCHEDULING)
@require_safe
def book_for(request: StaffRequest, patient_id: UUID) -> HttpResponse:
    """The palette's way in: it puts the patient into the path."""
    return redirect(f"{reverse('sessions:book')}?patient={patient_id}")


def _book(request: StaffRequest) -> HttpResponse:
    form = BookForm(request.POST)
    if not form.is_valid() and "patient" in form.errors:
        return render(request, "sessions/book/choose.html", status=422)
    sent = form.cleaned_data
    if not form.is_valid():
        problem = str(next(iter(form.errors.values()))[0])
        raise TryAgain(lambda: _again(request, sent, problem))
    try:
        appointment = _save(request, sent)
    except services.AlreadyBooked as refusal:
        problem = str(refusal)
        raise TryAgain(lambda: _taken(request, sent, problem)) from refusal
    except DomainError as refusal:
        problem = str(refusal)
        raise TryAgain(lambda: _again(request, sent, problem)) from refusal
    messages.success(request, "The visit is booked.")
    return redirect("sessions:visit", appointment.pk)


def _save(request: StaffRequest, sent: dict[str, Any]) -> Appointment:
    """Book what was sent: a step of the plan, or a visit by itself."""
    found = bookable.who(sent["patient"], by=request.user)
    if found is None:
        raise Http404
    patient, episode, site = found
    step, planned = _step(sent["what"], episode, sent["minutes"])
    pick = _pick(step, sent["place"])
    total = 1
    if planned is not None:
        total = ProtocolStep.objects.filter(
            protocol=planned.step.protocol_id, kind=step.kind
        ).count()
    return services.book_appointment(
        patient=patient,
        episode=episode,
        kind=step.kind,
        site=site,
        starts_at=pick.starts_at,
        ends_at=pick.ends_at(step),
        participants=pick.parts(step),
        planned_step=planned,
        number=step.number,
        of_total=total,
        by=request.user,
        now=clock.now(),
        savepoint=not is_undone_whole(request),
    )


def _step(
    what: str, episode: EpisodeOfCare | None, minutes: int
) -> tuple[ProtocolStep, PlannedStep | None]:
    """What the visit needs; a visit by itself is made like a step that nobody keeps."""
    name, _, value = what.partition(":")
    if name == "step":
        planned = (
            PlannedStep.objects.filter(
                pk=value, care_plan__episode=episode, dropped_at=None
            )
            .select_related("step")
            .first()
        )
        if planned is None:
            raise services.CannotBook(
                "This step is not on the patient's plan any more."
            )
        return planned.step, planned
    kind = VisitKind(value)
    needs = list(SINGLE_VISITS[kind].needs)
    return ProtocolStep(kind=kind, duration_min=minutes, needs=needs), None


def _pick(step: ProtocolStep, place: Place) -> Pick:
    missing = {need["role"] for need in step.needs} - {"patient"} - set(place.resources)
    if missing:
        raise services.CannotBook("The place lacks a person or room. Choose another.")
    return Pick(step.key, place.starts_at, place.resources)


def _again(request: StaffRequest, sent: dict[str, Any], problem: str) -> HttpResponse:
    """The same page with the reason on top and places that are free now."""
    patient, episode = _patient(request, sent["patient"])
    page = BookingPage(request, patient, episode, clock.now(), problem=problem)
    context = page.context(chosen=sent.get("place"))
    return render(request, "sessions/book/book.html", context, status=422)


def _taken(request: StaffRequest, sent: dict[str, Any], problem: str) -> HttpResponse:
    """Somebody was quicker: say so at once, and let the page fetch what is free now.

    Many may lose the same place in the same second; none of them waits for a search.
    """
    found = bookable.who(sent["patient"], by=request.user)
    if found is None:
        raise Http404
    patient, _, site = found
    place: Place = sent["place"]
    asked = {
        "patient": patient.pk,
        "what": sent["what"],
        "minutes": sent["minutes"],
        "first": place.starts_at.astimezone(site.zone).date().isoformat(),
    }
    context = {
        "patient": patient,
        "problem": problem,
        "places_url": f"{reverse('sessions:book')}?{urlencode(asked)}",
    }
    return render(request, "sessions/book/taken.html", context, status=422)


def _patient(
    request: StaffRequest, patient_id: UUID
) -> tuple[Patient, EpisodeOfCare | None]:
    """The patient and the open course; one query when there is one."""
    episode = (
        EpisodeOfCare.objects.open()
        .filter(patient=patient_id)
        .select_related("patient__site", "site")
        .only(*BOOKING_NEEDS)
        .first()
    )
    if episode is not None:
        return episode.patient, episode
    patients = Patient.objects.visible_to(request.user).select_related("site")
    return get_object_or_404(patients, pk=patient_id), None


@staff(*SCHEDULING)
@require_http_methods(["GET", "POST"])
@once_only
def move(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Another time for a visit; its own place does not stand in the way."""
    appointment = get_object_or_404(
        Appointment.objects.visible_to(request.user).select_related(
            "patient__site", "episode__site", "site", "planned_step__step"
        ),
        pk=pk,
    )
    now, problem = clock.now(), ""
    if request.method == "POST":
        problem = _try_to_move(request, appointment, MoveForm(request.POST))
        if not problem:
            messages.success(request, "The visit is moved.")
            return redirect("sessions:visit", appointment.pk)
    else:
        _note_read(request, appointment.patient)
    page = BookingPage(
        request, appointment.patient, appointment.episode, now, appointment, problem
    )
    context = {
        **page.context(),
        "back_url": reverse("sessions:visit", args=[appointment.pk]),
    }
    status = 422 if problem else 200
    return render(request, "sessions/book/book.html", context, status=status)


def _try_to_move(
    request: StaffRequest, appointment: Appointment, form: MoveForm
) -> str:
    """Move, or say why not."""
    if not form.is_valid():
        return str(next(iter(form.errors.values()))[0])
    planned = appointment.planned_step
    step = ProtocolStep(
        kind=appointment.kind,
        duration_min=form.cleaned_data["minutes"],
        needs=planned.step.needs
        if planned
        else list(SINGLE_VISITS[VisitKind(appointment.kind)].needs),
    )
    try:
        pick = _pick(step, form.cleaned_data["place"])
        services.move_appointment(
            appointment_id=appointment.pk,
            starts_at=pick.starts_at,
            ends_at=pick.ends_at(step),
            participants=pick.parts(step),
            expected_version=form.cleaned_data["version"],
            by=request.user,
            now=clock.now(),
        )
    except DomainError as refusal:
        return str(refusal)
    return ""


def _note_read(request: StaffRequest, patient: Patient) -> None:
    audit.record_read(
        by=request.user,
        category=Category.SCHEDULE,
        patient_id=patient.pk,
        object_type="Diary",
    )
