"""What clinicians add on the review: an open answer, readings, medicines, allergies."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from kap.accounts.enums import CLINICAL
from kap.accounts.policies import StaffRequest, staff
from kap.audit.enums import Category
from kap.audit.services import record_read
from kap.core import clock
from kap.core.errors import DomainError
from kap.core.idempotency import once_only
from screening import services
from screening.enums import ResponseMode
from screening.forms.questions import QuestionForm
from screening.forms.review import (
    AddAllergyForm,
    AddMedicineForm,
    SettleNoteForm,
    VitalsForm,
)
from screening.models import AllergyIntolerance, MedicationStatement
from screening.queries import history
from screening.queries.answers import newest_answers
from screening.queries.review_facts import Sources
from screening.questions_staff import SETTLED_BY_STAFF
from screening.rules.medicines.matching import all_labels
from screening.views.staff import episode_or_404, frame


@staff(*CLINICAL)
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def answer(request: StaffRequest, pk: UUID, field: str) -> HttpResponse:
    """Settle one answer; what was said before stays below it."""
    episode, now = episode_or_404(request, pk), clock.now()
    question = SETTLED_BY_STAFF.get(field)
    if question is None:
        raise Http404
    known = newest_answers(episode.pk)
    before = known.get(field)
    posted = request.POST if request.method == "POST" else None
    form = QuestionForm(
        posted, questions=[question], answers={field: before.value} if before else {}
    )
    note = SettleNoteForm(posted)
    if posted is not None and form.is_valid() and note.is_valid():
        services.record_answers(
            episode=episode,
            answers=form.answers(),
            mode=ResponseMode.CLINICIAN,
            by=request.user,
            now=now,
            note=note.cleaned_data["note"],
        )
        services.evaluate_eligibility(
            episode=episode, cause="answer", by=request.user, now=now
        )
        messages.success(request, "Kept. The rules have run again.")
        return redirect("screening:review", episode.pk)
    record_read(
        by=request.user, category=Category.SCREENING, patient_id=episode.patient_id
    )
    sources = Sources(known, episode.site.zone)
    context = {
        **frame(request, episode, now=now),
        "form": form,
        "note_form": note,
        "question": question,
        "before": before,
        "before_source": sources.of(field),
    }
    return render(request, "screening/answer.html", context, status=_status(form, note))


def _status(*forms: Any) -> int:
    return 422 if any(form.errors for form in forms) else 200


@staff(*CLINICAL)
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def vitals(request: StaffRequest, pk: UUID) -> HttpResponse:
    episode, now = episode_or_404(request, pk), clock.now()
    form = VitalsForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.record_vitals_at_screening(
                patient=episode.patient,
                episode=episode,
                vitals=form.vitals(),
                by=request.user,
                now=now,
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            services.evaluate_eligibility(
                episode=episode, cause="vitals", by=request.user, now=now
            )
            messages.success(request, "Readings kept. The rules have run again.")
            return redirect("screening:review", episode.pk)
    record_read(
        by=request.user, category=Category.SCREENING, patient_id=episode.patient_id
    )
    context = {**frame(request, episode, now=now), "form": form}
    return render(request, "screening/vitals.html", context, status=_status(form))


@staff(*CLINICAL)
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def medicines(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Medicines and allergies that hold; add one, or mark one as entered in error."""
    episode, now = episode_or_404(request, pk), clock.now()
    what = request.POST.get("what", "") if request.method == "POST" else ""
    medicine = AddMedicineForm(request.POST if what == "medicine" else None)
    allergy = AddAllergyForm(request.POST if what == "allergy" else None, prefix=None)
    if what == "medicine" and medicine.is_valid():
        services.record_medications(
            patient=episode.patient,
            names_and_doses=[
                (medicine.cleaned_data["name"], medicine.cleaned_data["dose"])
            ],
            mode=ResponseMode.CLINICIAN,
            by=request.user,
            now=now,
        )
        return _kept(request, episode.pk)
    if what == "allergy" and allergy.is_valid():
        values = allergy.cleaned_data
        named = [(values["name"], values["dose"])] if values["name"] else []
        services.record_allergies(
            patient=episode.patient,
            names_and_reactions=named,
            none_known=values["none_known"],
            mode=ResponseMode.CLINICIAN,
            by=request.user,
            now=now,
        )
        return _kept(request, episode.pk)
    record_read(
        by=request.user, category=Category.SCREENING, patient_id=episode.patient_id
    )
    context = {
        **frame(request, episode, now=now),
        "medicine_form": medicine,
        "allergy_form": allergy,
        "medicines": history.medicines(episode.patient_id),
        "allergies": history.allergies(episode.patient_id),
        "conditions": history.conditions(episode.patient_id),
        "labels": list(all_labels()),
    }
    return render(
        request, "screening/medicines.html", context, status=_status(medicine, allergy)
    )


def _kept(request: StaffRequest, episode_id: UUID) -> HttpResponse:
    messages.success(request, "Kept.")
    return redirect("screening:medicines", episode_id)


@staff(*CLINICAL)
@require_POST
@once_only
def strike(request: StaffRequest, pk: UUID, what: str, row: UUID) -> HttpResponse:
    """Mark one line as entered in error."""
    episode, now = episode_or_404(request, pk), clock.now()
    if what == "medicine":
        statement = get_object_or_404(
            MedicationStatement, pk=row, patient=episode.patient_id
        )
        services.strike_medication(statement_id=statement.pk, by=request.user, now=now)
    else:
        allergy = get_object_or_404(
            AllergyIntolerance, pk=row, patient=episode.patient_id
        )
        services.strike_allergy(allergy_id=allergy.pk, by=request.user, now=now)
    messages.success(request, "Marked as entered in error.")
    return redirect("screening:medicines", episode.pk)
