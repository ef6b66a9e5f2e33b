"""The screening review: what the rules say, and the prescriber's signed decision."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from kap.accounts.enums import CLINICAL, PRESCRIBING, SCHEDULING
from kap.accounts.policies import StaffRequest, staff
from kap.audit.enums import Category
from kap.audit.services import record_read
from kap.core import clock
from kap.core.errors import DomainError, NotAllowed
from kap.core.idempotency import once_only
from kap.patients.frame import patient_or_404
from kap.patients.models import EpisodeOfCare
from kap.patients.queries import current_episode
from kap.ui.types import Link
from screening import services
from screening.enums import Decision, Verdict
from screening.forms.review import DecisionForm
from screening.models import EligibilityEvaluation
from screening.queries import history, review_cards, review_page, reviews
from screening.queries.facts import Known, read_known
from screening.questions import QUESTIONS, Kind
from screening.views.staff import episode_or_404, frame


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
    return _page(request, episode, DecisionForm(), now=clock.now())


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


@staff(*PRESCRIBING)
@require_POST
@once_only
def decide(request: StaffRequest, pk: UUID) -> HttpResponse:
    episode, now = episode_or_404(request, pk), clock.now()
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, episode, form, now=now, status=422)
    evaluation = get_object_or_404(
        EligibilityEvaluation.objects.visible_to(request.user),
        pk=_uuid(request.POST.get("evaluation", "")),
        episode=episode,
    )
    try:
        services.decide_eligibility(
            evaluation_id=evaluation.pk,
            decision=Decision(form.cleaned_data["decision"]),
            conditions=form.cleaned_data["conditions"],
            reason=form.cleaned_data["reason"],
            password=form.cleaned_data["password"],
            by=request.user,
            now=now,
        )
    except DomainError as refusal:
        form.add_error(_field_of(refusal), str(refusal))
        return _page(request, episode, form, now=now, status=422)
    messages.success(request, "Signed.")
    return redirect("screening:review", episode.pk)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _field_of(refusal: DomainError) -> str | None:
    sentence = str(refusal)
    if isinstance(refusal, NotAllowed):
        return "password" if "password" in sentence or "tries" in sentence else None
    if "reason" in sentence or "why" in sentence:
        return "reason"
    return "conditions" if "condition" in sentence else None


def _page(
    request: StaffRequest,
    episode: EpisodeOfCare,
    form: DecisionForm,
    *,
    now: datetime,
    status: int = 200,
) -> HttpResponse:
    record_read(
        by=request.user, category=Category.SCREENING, patient_id=episode.patient_id
    )
    on = now.astimezone(episode.site.zone).date()
    known = read_known(episode)
    evaluation = reviews.newest_evaluation(episode.pk, on=on)
    context: dict[str, Any] = {
        **frame(request, episode, now=now),
        "evaluation": evaluation,
        "form": form,
        "cards": review_cards.measure_cards(known.forms.values()),
        "measured": review_cards.measured(known, episode),
        "medicines": history.medicines(episode.patient_id),
        "decisions": reviews.determinations(episode.pk),
        "is_prescriber": request.user.may_prescribe,
        "notes": _notes(known),
        **_rules(evaluation, known, episode, on),
    }
    return render(request, "screening/review.html", context, status=status)


def _rules(
    evaluation: EligibilityEvaluation | None,
    known: Known,
    episode: EpisodeOfCare,
    on: date,
) -> dict[str, Any]:
    if evaluation is None:
        return {"rules": None, "stale": "", "verdicts": []}
    verdicts = [
        ("Ketamine (racemic)", Verdict(evaluation.verdict)),
        ("Esketamine", Verdict(evaluation.verdict_esketamine)),
    ]
    return {
        "rules": review_page.rules_of(evaluation, known, episode),
        "stale": review_page.is_stale(
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


def _notes(known: Known) -> list[tuple[str, str]]:
    """What the patient wrote in their own words, and answers that no rule reads."""
    return [
        (question.text, str(known.answers[question.field].value))
        for question in QUESTIONS
        if question.kind is Kind.TEXT
        and question.field in known.answers
        and known.answers[question.field].value
    ]
