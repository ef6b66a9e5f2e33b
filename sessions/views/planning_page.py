"""One episode's planning as it was asked for: wishes, proposals, one visit looked at closely."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.dateparse import parse_date

from kap.accounts.policies import StaffRequest
from kap.core.checks import refusal
from kap.patients.models import EpisodeOfCare
from sessions.forms.planning import (
    ApproveForm,
    CourseForm,
    MoreWishes,
    WishForm,
    read_instant,
)
from sessions.models import CarePlan, Protocol
from sessions.permissions import check_may_book_course
from sessions.queries import course as courses
from sessions.queries.course_request import Ranked, plan_request, ranked
from sessions.queries.course_row import RowView, row_of
from sessions.queries.course_rules import rules_of
from sessions.queries.course_view import choice_of, view_of
from sessions.queries.course_why import WhyNot, why_not
from sessions.queries.course_wishes import WishChoices, wish_choices
from sessions.rules.plan_results import Impossible
from sessions.rules.plan_types import PlanRequest
from sessions.services.course_approval import is_approved
from sessions.views import planning_parts as parts

LETTERS = "ABC"
ASKED = (
    "protocol",
    "first",
    "days",
    "hours",
    "therapist",
    "language",
    "sex",
    "features",
    "upto",
    "pin",
    "second",
    "wider",
    "weeks",
    "pick",
)


@dataclass
class PlanPage:
    """What the address asks for; ``sent`` is the form of "Book all" when it was refused."""

    request: StaffRequest
    episode: EpisodeOfCare
    now: datetime
    problem: str = ""
    needs_reason: bool = False
    sent: CourseForm | None = None
    approval: ApproveForm | None = None

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
    def choices(self) -> WishChoices:
        return wish_choices(self.episode.site, self.episode.therapist_id)

    @cached_property
    def form(self) -> WishForm:
        hours = self.episode.site.opening_hours.values_list("weekday", flat=True)
        weekdays = sorted(set(hours.distinct()))
        usual: dict[str, Any] = {
            "protocol": str(self.protocols[0].pk) if self.protocols else "",
            "first": self.today.isoformat(),
            "days": [str(day) for day in weekdays],
            "hours": "",
            "therapist": self.choices.own,
            "language": "",
            "sex": "",
            "features": [],
        }
        given = self.request.GET
        data = {**usual, **{key: given[key] for key in usual if key in given}}
        for key in ("days", "features"):
            if key in given:
                data[key] = given.getlist(key)
        return WishForm(
            data,
            protocols=[(str(p.pk), p.name) for p in self.protocols],
            wishes=self.choices,
            weekdays=weekdays or range(5),
            today=self.today,
        )

    @cached_property
    def question(self) -> courses.CourseQuestion | None:
        if not self.form.is_valid():
            return None
        return self.ask(self.form.wishes(MoreWishes.of(self.request.GET)))

    def ask(self, wishes: courses.Wishes) -> courses.CourseQuestion:
        chosen = self.form.cleaned_data["protocol"]
        protocol = next(p for p in self.protocols if str(p.pk) == chosen)
        return courses.ask(self.episode, protocol, wishes, plan=self.plan)

    @cached_property
    def answer(self) -> list[Ranked] | Impossible | None:
        if self.question is None or not self.question.wanted:
            return None
        return ranked(self.question, now=self.now)

    @cached_property
    def planned(self) -> PlanRequest | None:
        return plan_request(self.question, now=self.now) if self.question else None

    def why_not(self) -> WhyNot | None:
        if self.question is None or not isinstance(self.answer, Impossible):
            return None
        return why_not(self.question, self.answer, now=self.now, reask=self.ask)

    @property
    def shown(self) -> tuple[str, Ranked] | None:
        """The letter that is picked, else the first."""
        if not isinstance(self.answer, list):
            return None
        letters = LETTERS[: len(self.answer)]
        letter = self.request.GET.get("pick", "A")
        letter = letter if letter and letter in letters else "A"
        return letter, self.answer[letters.index(letter)]

    def url(self, **change: Any) -> str:
        """This page with other wishes; None takes one away."""
        given = self.request.GET
        asked = {key: given.getlist(key) for key in ASKED if key in given}
        query = {k: v for k, v in {**asked, **change}.items() if v is not None}
        path = reverse("sessions:plan", args=[self.episode.pk])
        return f"{path}?{urlencode(query, doseq=True)}"

    def wishes_url(self, wishes: courses.Wishes) -> str:
        return self.url(
            first=wishes.first.isoformat(),
            days=[str(day) for day in sorted(wishes.weekdays)],
            language=wishes.language,
            sex=wishes.sex,
            features=sorted(wishes.features),
            upto=wishes.upto,
            second="on" if wishes.second_therapist else None,
            wider=sorted(wishes.wider),
            weeks=wishes.more_weeks or None,
            pin=[f"{p.step_key}~{p.starts_at:%Y-%m-%dT%H:%M}" for p in wishes.pins],
            pick="A",
        )

    def pin_url(self, key: str, code: str | None) -> str:
        """The page with the visit put there, or let go."""
        others = [
            text
            for text in self.request.GET.getlist("pin")
            if not text.startswith(f"{key}~")
        ]
        return self.url(pin=[*others, *([f"{key}~{code}"] if code else [])], pick="A")

    def row(self) -> RowView | None:
        given = self.request.GET
        if self.shown is None or self.question is None or self.planned is None:
            return None
        ask = read_instant(given.get("ask", ""))
        return row_of(
            self.question,
            self.planned,
            self.shown[1].plan,
            given.get("row", ""),
            day=_date(given.get("day", "")),
            ask=ask,
        )

    @property
    def refused(self) -> str:
        """Why this person may not book this course now; empty when they may."""
        found = refusal(
            check_may_book_course, self.request.user, self.episode, now=self.now
        )
        if found or self.question is None:
            return found or ""
        if self.question.wishes.breaks_protocol and not self.request.user.is_clinical:
            return "A clinician books a course that departs from its protocol."
        if self.awaits_approval:
            return "A medical director approves this protocol for the patient first."
        return ""

    @cached_property
    def awaits_approval(self) -> bool:
        protocol = self.question.protocol if self.question else None
        return (
            protocol is not None
            and protocol.needs_director_approval
            and not is_approved(self.episode, protocol)
        )

    def context(self) -> dict[str, Any]:
        question, why = self.question, self.why_not()
        row = self.row()
        return {
            "page": self,
            "form": self.form,
            "patient": self.episode.patient,
            "chart_url": reverse("patients:chart", args=[self.episode.patient_id]),
            "plan": self.plan,
            "proposal": self._view(),
            "choices": self._choices(),
            "why_not": why,
            "ways_out": [
                {"text": w.text, "gives": w.gives, "url": self.wishes_url(w.wishes)}
                for w in (why.ways_out if why else ())
            ],
            "rules": rules_of(question.steps) if question else [],
            "protocol": question.protocol if question else None,
            "all_booked": question is not None and not question.wanted,
            "open_after": len(question.steps) - len(question.planned)
            if question
            else 0,
            "may_not": self.refused,
            "asks_reason": self.needs_reason
            or bool(question and question.wishes.breaks_protocol),
            "sent": self.sent or CourseForm(self.request.GET.copy()),
            "approval": parts.approval_form(self),
            "checks": parts.checks(self),
            "problem": self.problem,
            "post_url": self.url(),
            "kept": parts.kept(self),
            "row": row,
            "row_links": parts.row_links(self, row) if row else {},
        }

    def _view(self) -> Any:
        if self.shown is None or self.question is None or self.planned is None:
            return None
        letter, found = self.shown
        view = view_of(letter, found.plan, self.question, self.planned)
        lines = [
            {
                "visit": line,
                "move_url": self.url(row=line.key) + "#row",
                "free_url": self.pin_url(line.key, None),
            }
            for line in view.lines
        ]
        return {"view": view, "lines": lines}

    def _choices(self) -> list[dict[str, Any]]:
        if (
            self.shown is None
            or self.question is None
            or not isinstance(self.answer, list)
        ):
            return []
        best = self.answer[0].plan
        found = []
        for letter, one in zip(LETTERS, self.answer, strict=False):
            choice = choice_of(letter, one, self.question, best)
            found.append(
                {
                    "choice": choice,
                    "url": self.url(pick=letter),
                    "current": letter == self.shown[0],
                }
            )
        return found


def _date(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None
