"""The course planner: a whole series proposed, pinned, and booked with one press."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from kap.accounts.enums import SCHEDULING, Role
from kap.accounts.policies import StaffRequest, staff
from kap.audit import services as audit
from kap.audit.enums import Category
from kap.core import clock
from kap.core.errors import DomainError
from kap.core.idempotency import once_only
from kap.patients.models import EpisodeOfCare
from sessions import services
from sessions.forms.planning import ApproveForm, CourseForm
from sessions.services import course_approval
from sessions.services.spacing_checks import SpacingRefused
from sessions.views.planning_page import PlanPage

TEMPLATE = "sessions/plan/plan.html"


@staff(*SCHEDULING)
@require_http_methods(["GET", "POST"])
@once_only
def plan(request: StaffRequest, episode_id: UUID) -> HttpResponse:
    """Can this patient's course be done, when and by whom?"""
    episode = _episode(request, episode_id)
    if request.method == "POST":
        return _book_all(request, episode)
    audit.record_read(
        by=request.user,
        category=Category.SCHEDULE,
        patient_id=episode.patient_id,
        object_type="CoursePlan",
    )
    page = PlanPage(request, episode, clock.now())
    return render(request, TEMPLATE, page.context())


@staff(Role.MEDICAL_DIRECTOR)
@require_POST
@once_only
def approve(request: StaffRequest, episode_id: UUID) -> HttpResponse:
    """The medical director's word for a protocol that asks for it."""
    episode = _episode(request, episode_id)
    form, now = ApproveForm(request.POST), clock.now()
    page = PlanPage(request, episode, now, approval=form)
    if form.is_valid():
        try:
            course_approval.approve_course(
                episode=episode,
                protocol_id=form.cleaned_data["protocol"],
                reason=form.cleaned_data["reason"],
                by=request.user,
                now=now,
            )
        except DomainError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "The protocol is approved for this patient.")
            return redirect(page.url())
    return render(request, TEMPLATE, page.context(), status=422)


def _episode(request: StaffRequest, episode_id: UUID) -> EpisodeOfCare:
    return get_object_or_404(
        EpisodeOfCare.objects.visible_to(request.user).select_related(
            "patient__site", "site"
        ),
        pk=episode_id,
    )


def _book_all(request: StaffRequest, episode: EpisodeOfCare) -> HttpResponse:
    """All or none; when a place was taken meanwhile, say which and propose again."""
    form, now = CourseForm(request.POST), clock.now()
    page = PlanPage(request, episode, now, sent=form)
    status = 422
    if form.is_valid():
        try:
            booked = services.book_course(
                episode_id=episode.pk,
                protocol_id=form.cleaned_data["protocol"],
                picks=form.cleaned_data["picks"],
                exceptions=form.cleaned_data["exceptions"],
                by=request.user,
                now=now,
            )
        except services.AlreadyBooked as taken:
            page.problem, status = str(taken), 409
        except SpacingRefused as refused:
            page.problem = str(refused)
            page.needs_reason = not refused.is_final and request.user.may_prescribe
        except DomainError as refused:
            page.problem = str(refused)
        else:
            messages.success(request, _said(booked))
            return redirect("patients:chart", episode.patient_id)
    else:
        page.problem = str(next(iter(form.errors.values()))[0])
    return render(request, TEMPLATE, page.context(), status=status)


def _said(booked: services.BookedCourse) -> str:
    words = f"{len(booked.appointments)} visits are booked."
    if booked.open_steps:
        words += f" {booked.open_steps} are still to be planned."
    return words
