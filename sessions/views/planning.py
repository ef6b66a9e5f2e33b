"""The course planner: a whole series proposed, and booked with one press."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from kap.accounts.enums import SCHEDULING
from kap.accounts.policies import StaffRequest, staff
from kap.audit import services as audit
from kap.audit.enums import Category
from kap.core import clock
from kap.core.checks import refusal
from kap.core.errors import DomainError
from kap.core.idempotency import once_only
from kap.patients.models import EpisodeOfCare
from kap.ui.types import Check, Link
from screening import queries as screening
from sessions import services
from sessions.forms.planning import CourseForm, WishForm
from sessions.models import CarePlan, Protocol
from sessions.permissions import check_may_book_course
from sessions.queries import course as courses
from sessions.queries.course_view import ProposalView, view_of
from sessions.queries.course_why import WhyNot, why_not
from sessions.queries.course_words import DASH
from sessions.queries.diary_places import therapists
from sessions.rules.plan_results import Impossible

LETTERS = "ABC"


@dataclass
class PlanPage:
    """One episode's planning, as it was asked for."""

    request: StaffRequest
    episode: EpisodeOfCare
    now: datetime
    problem: str = ""

    @cached_property
    def today(self) -> date:
        return self.now.astimezone(self.episode.site.zone).date()

    @cached_property
    def plan(self) -> CarePlan | None:
        return courses.live_plan(self.episode)

    @cached_property
    def protocols(self) -> list[Protocol]:
        """One, once a course is under way."""
        if self.plan is not None:
            return [self.plan.protocol]
        return courses.protocols_on(self.today)

    @cached_property
    def form(self) -> WishForm:
        people = therapists(self.episode.site)
        weekdays = sorted(
            set(
                self.episode.site.opening_hours.values_list(
                    "weekday", flat=True
                ).distinct()
            )
        )
        own = next(
            (str(pk) for pk, _, u in people if u == self.episode.therapist_id), ""
        )
        usual = {
            "protocol": str(self.protocols[0].pk) if self.protocols else "",
            "first": self.today.isoformat(),
            "days": [str(day) for day in weekdays],
            "hours": "",
            "therapist": own,
        }
        given = self.request.GET
        data = {**usual, **{key: given[key] for key in usual if key in given}}
        if "days" in given:
            data["days"] = given.getlist("days")
        return WishForm(
            data,
            protocols=[(str(p.pk), p.name) for p in self.protocols],
            people=[
                ("", "Whoever is free throughout"),
                *((str(pk), name) for pk, name, _ in people),
            ],
            weekdays=weekdays or range(5),
            today=self.today,
        )

    @cached_property
    def question(self) -> courses.CourseQuestion | None:
        if not self.form.is_valid():
            return None
        chosen = self.form.cleaned_data["protocol"]
        protocol = next(p for p in self.protocols if str(p.pk) == chosen)
        wishes = self.form.wishes(upto=self.request.GET.get("upto", "")[:30])
        return courses.ask(self.episode, protocol, wishes, plan=self.plan)

    def answer(self) -> tuple[list[ProposalView], WhyNot | None]:
        if self.question is None or not self.question.wanted:
            return [], None
        found = courses.propose(self.question, now=self.now)
        if isinstance(found, Impossible):
            return [], why_not(self.question, found, now=self.now)
        views = [
            view_of(letter, plan, self.question)
            for letter, plan in zip(LETTERS, found.proposals, strict=False)
        ]
        return views, None

    def url(self, **change: Any) -> str:
        """This page with other wishes."""
        asked = {
            key: self.request.GET.getlist(key)
            for key in (
                "protocol",
                "first",
                "days",
                "hours",
                "therapist",
                "upto",
                "pick",
            )
            if key in self.request.GET
        }
        query = urlencode({**asked, **change}, doseq=True)
        return f"{reverse('sessions:plan', args=[self.episode.pk])}?{query}"

    def context(self) -> dict[str, Any]:
        views, problem = self.answer()
        asked = self.request.GET.get("pick", "A")
        shown = next(
            (v for v in views if v.letter == asked), views[0] if views else None
        )
        question = self.question
        may_not = refusal(
            check_may_book_course, self.request.user, self.episode, now=self.now
        )
        return {
            "page": self,
            "form": self.form,
            "patient": self.episode.patient,
            "chart_url": reverse("patients:chart", args=[self.episode.patient_id]),
            "plan": self.plan,
            "proposal": shown,
            "proposals": [
                Link(v.letter, self.url(pick=v.letter), current=v is shown)
                for v in views
            ],
            "why_not": problem,
            "ways_out": [
                {"text": way.text, "gives": way.gives, "url": self._way_url(way.wishes)}
                for way in (problem.ways_out if problem else ())
            ],
            "rules": _rules(question) if question else [],
            "all_booked": question is not None and not question.wanted,
            "open_after": len(question.steps) - len(question.planned)
            if question
            else 0,
            "protocol_id": question.protocol.pk if question else "",
            "may_not": may_not,
            "checks": self._checks(),
            "problem": self.problem,
            "post_url": self.url(),
        }

    def _way_url(self, wishes: courses.Wishes) -> str:
        return self.url(
            first=wishes.first.isoformat(),
            days=[str(day) for day in sorted(wishes.weekdays)],
            upto=wishes.upto,
            pick="A",
        )

    def _checks(self) -> list[Check]:
        decision = screening.eligibility_state(self.episode.pk, now=self.now)
        consent = screening.consent_state(self.episode.pk, on=self.today)
        return [
            Check("ok" if decision.is_current else "no", decision.sentence),
            Check("ok" if consent.is_current else "wait", consent.sentence),
        ]


@staff(*SCHEDULING)
@require_http_methods(["GET", "POST"])
@once_only
def plan(request: StaffRequest, episode_id: UUID) -> HttpResponse:
    """Can this patient's course be done, when and by whom?"""
    episode = get_object_or_404(
        EpisodeOfCare.objects.visible_to(request.user).select_related(
            "patient__site", "site"
        ),
        pk=episode_id,
    )
    if request.method == "POST":
        return _book_all(request, episode)
    audit.record_read(
        by=request.user,
        category=Category.SCHEDULE,
        patient_id=episode.patient_id,
        object_type="CoursePlan",
    )
    page = PlanPage(request, episode, clock.now())
    return render(request, "sessions/plan/plan.html", page.context())


def _book_all(request: StaffRequest, episode: EpisodeOfCare) -> HttpResponse:
    """All or none; when a place was taken meanwhile, say which and propose again."""
    form, now = CourseForm(request.POST), clock.now()
    problem, status = "", 422
    if form.is_valid():
        try:
            booked = services.book_course(
                episode_id=episode.pk,
                protocol_id=form.cleaned_data["protocol"],
                picks=form.cleaned_data["picks"],
                by=request.user,
                now=now,
            )
        except services.AlreadyBooked as taken:
            problem, status = str(taken), 409
        except DomainError as refused:
            problem = str(refused)
        else:
            messages.success(request, _said(booked))
            return redirect("patients:chart", episode.patient_id)
    else:
        problem = str(next(iter(form.errors.values()))[0])
    page = PlanPage(request, episode, now, problem=problem)
    return render(request, "sessions/plan/plan.html", page.context(), status=status)


def _said(booked: services.BookedCourse) -> str:
    words = f"{len(booked.appointments)} visits are booked."
    if booked.open_steps:
        words += f" {booked.open_steps} are still to be planned."
    return words


def _rules(question: courses.CourseQuestion) -> list[dict[str, str]]:
    """The protocol in four lines: how many of each kind, how long, how far apart."""
    found: dict[str, dict[str, Any]] = {}
    for step in question.steps:
        line = found.setdefault(
            step.kind,
            {"kind": step.kind, "count": 0, "minutes": step.duration_min, "gaps": []},
        )
        line["count"] += 1
        if step.gap_min_min is not None and step.gap_max_min is not None:
            line["gaps"].append((step.gap_min_min // 60, step.gap_max_min // 60))
    return [_rule(line) for line in found.values()]


def _rule(line: dict[str, Any]) -> dict[str, str]:
    from_h, to_h = line["gaps"][-1] if line["gaps"] else (0, 0)
    far = (
        f"{from_h}{DASH}{to_h} h"
        if to_h <= 240
        else f"{from_h // 24}{DASH}{to_h // 24} days"
    )
    words = {
        "preparation": ("preparation", ""),
        "dosing": ("dose", f", {far} apart"),
        "integration": ("integration", f", {far} after"),
        "follow-up": ("follow-up", f", {far} after the last dose"),
        "screening": ("screening visit", ""),
    }
    word, rest = words[line["kind"]]
    many = "" if line["count"] == 1 else "s"
    return {
        "phase": line["kind"].replace("follow-up", "followup"),
        "count": f"{line['count']} {word}{many}",
        "rest": f", {line['minutes']} min{rest if line['gaps'] else ''}",
    }
