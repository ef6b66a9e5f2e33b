"""The screening review: what the rules say, and the prescriber's signed decision."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from kap.accounts.enums import CLINICAL, SCHEDULING
from kap.accounts.policies import StaffRequest, staff
from kap.audit.enums import Category
from kap.audit.services import record_read
from kap.core import clock
from kap.core.idempotency import once_only
from kap.patients.frame import patient_or_404
from kap.patients.models import EpisodeOfCare
from kap.patients.queries import current_episode
from kap.ui.types import Link
from screening import services
from screening.enums import EligibleFor, Verdict
from screening.forms.answer_words import answer_words
from screening.forms.decision import DecisionForm, OverrideForm
from screening.models import EligibilityEvaluation
from screening.queries import (
    decisions,
    review_cards,
    review_page as review_page_lines,
    reviews,
)
from screening.queries.facts import Known, read_known
from screening.queries.medicine_rows import medicine_rows
from screening.queries.medicines import standing_in
from screening.questions import QUESTIONS
from screening.rules.facts import FIELD_NAMES
from screening.services.eligibility_checks import excluding, to_answer
from screening.views.staff import episode_or_404, frame

FILTERS = (("", "All"), ("needs", "Needs you"), ("passed", "Passed"))
"""Which rules the page shows; everything is there without a choice."""


@staff(*CLINICAL)
@require_safe
def review_list(request: StaffRequest) -> HttpResponse:
    mine = request.GET.get("whose") == "mine"
    context = {
        "lines": reviews.waiting_lines(request.user, mine=mine),
        "most": reviews.MOST,
        "segments": [
            Link("Clinic", "?whose=clinic", current=not mine),
            Link("Mine", "?whose=mine", current=mine),
        ],
    }
    return render(request, "screening/reviews.html", context)


@staff(*SCHEDULING)
@require_safe
def of_patient(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The chart's tab: the review for clinicians, the forms for the front desk."""
    patient = patient_or_404(request, pk)
    episode = current_episode(patient.pk)
    if episode is None:
        messages.error(request, "This patient is not in care. Begin a course first.")
        return redirect("patients:chart", patient.pk)
    name = "screening:review" if request.user.is_clinical else "screening:forms"
    return redirect(name, episode.pk)


@staff(*CLINICAL)
@require_safe
def review(request: StaffRequest, pk: UUID) -> HttpResponse:
    episode = episode_or_404(request, pk)
    return review_page(request, episode, None, now=clock.now())


@staff(*CLINICAL)
@require_POST
@once_only
def rerun(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Run the rules over what is known now."""
    episode = episode_or_404(request, pk)
    services.evaluate_eligibility(
        episode=episode, cause="review", by=request.user, now=clock.now()
    )
    messages.success(request, "The rules have run over what is known now.")
    return redirect("screening:review", episode.pk)


def rules_to_answer(evaluation: EligibilityEvaluation | None) -> list[tuple[str, str]]:
    """Code and title of each hit that asks for review or caution on any medicine."""
    if evaluation is None:
        return []
    rows = to_answer(evaluation, EligibleFor.BOTH)
    return [(row["code"], row["title"]) for row, _ in rows]


def review_page(
    request: StaffRequest,
    episode: EpisodeOfCare,
    form: DecisionForm | None,
    *,
    now: datetime,
    status: int = 200,
    second: OverrideForm | None = None,
) -> HttpResponse:
    """The whole page; ``form`` and ``second`` come with their errors when refused."""
    record_read(
        by=request.user, category=Category.SCREENING, patient_id=episode.patient_id
    )
    on = now.astimezone(episode.site.zone).date()
    known = read_known(episode)
    evaluation = reviews.newest_evaluation(episode.pk, on=on, site_id=episode.site_id)
    if form is None:
        form = DecisionForm(rules=rules_to_answer(evaluation))
    decided = decisions.read_rows(getattr(evaluation, "decided", ()))
    shown = request.GET.get("show", "")
    answers = form.by_rule() if request.user.may_prescribe else {}
    context: dict[str, Any] = {
        **frame(request, episode, now=now),
        "evaluation": evaluation,
        "form": form,
        "cards": review_cards.measure_cards(known.forms.values()),
        "measured": review_cards.measured(known, episode),
        "medicines": medicine_rows(standing_in(known.others)),
        "medicines_complete": standing_in(known.others).is_complete,
        "decisions": decided,
        "seen": decided[0].id if decided else "",
        "waiting": decisions.waiting_override(decided, user=request.user, now=now),
        "second": second or OverrideForm(prefix="second"),
        "is_prescriber": request.user.may_prescribe,
        "notes": _notes(known),
        "shown": shown if shown in dict(FILTERS) else "",
        "filters": [
            Link(label, f"?show={key}", current=shown == key) for key, label in FILTERS
        ],
        **_rules(evaluation, known, episode, on, answers),
    }
    return render(request, "screening/review.html", context, status=status)


def _rules(
    evaluation: EligibilityEvaluation | None,
    known: Known,
    episode: EpisodeOfCare,
    on: date,
    answers: Mapping[str, Any],
) -> dict[str, Any]:
    if evaluation is None:
        return {"rules": None, "stale": "", "verdicts": [], "exclusion": ""}
    rules = review_page_lines.rules_of(evaluation, known, episode, on=on)
    verdicts = [
        ("Ketamine (racemic)", Verdict(evaluation.verdict)),
        ("Esketamine", Verdict(evaluation.verdict_esketamine)),
    ]
    return {
        "rules": rules.with_answers(answers),
        "exclusion": _exclusion(evaluation),
        "stale": review_page_lines.is_stale(
            evaluation,
            known,
            episode,
            policy_now=getattr(evaluation, "policy_now", None),
            on=on,
        ),
        "verdicts": [
            (name, verdict.label, reviews.VERDICT_TONE[verdict])
            for name, verdict in verdicts
        ],
    }


def _exclusion(evaluation: EligibilityEvaluation) -> str:
    """``locked`` when nobody may set aside what excludes, ``open`` when two people may."""
    rows = excluding(evaluation, EligibleFor.BOTH)
    if any(row["locked"] for row in rows):
        return "locked"
    return "open" if rows else ""


def _notes(known: Known) -> list[tuple[str, str]]:
    """What the patient wrote in their own words, and answers that no rule reads."""
    return [
        (question.text, answer_words(question, known.answers[question.field].value))
        for question in QUESTIONS
        if question.field in known.answers
        and question.field not in FIELD_NAMES
        and known.answers[question.field].value not in ("", [])
    ]
