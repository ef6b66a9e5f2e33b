"""The chart's tab of measures: the chart, the figures, the items of one form."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from kap.accounts.enums import CLINICAL
from kap.accounts.policies import StaffRequest, staff
from kap.audit.enums import Category
from kap.audit.services import record_read
from kap.core import clock
from kap.patients.frame import chart_frame, patient_or_404
from kap.patients.queries import current_episode
from screening import dose_marks
from screening.codes import GAD7_TOTAL, PHQ9_TOTAL
from screening.enums import ResponseStatus
from screening.models import QuestionnaireResponse
from screening.queries import score_series
from screening.queries.charted import symptom_chart
from screening.queries.facts import FilledIn
from screening.queries.instruments import instrument_of
from screening.queries.measure_grid import read_filled, sheets
from screening.queries.measures import score_history
from screening.queries.review_cards import measure_cards


@staff(*CLINICAL)
@require_safe
def measures(request: StaffRequest, pk: UUID) -> HttpResponse:
    patient, now = patient_or_404(request, pk), clock.now()
    record_read(by=request.user, category=Category.QUESTIONNAIRE, patient_id=patient.pk)
    series = score_series(patient.pk, [PHQ9_TOTAL, GAD7_TOTAL])
    doses, zone = dose_marks.marks(patient.pk), patient.site.zone
    context = {
        **chart_frame(request, patient, now=now, tab="measures", with_steps=False),
        "drawn": symptom_chart(series, doses, zone=zone),
        "sheets": sheets(read_filled(patient.pk), doses, zone=zone),
        "episode": current_episode(patient.pk),
    }
    return render(request, "screening/measures.html", context)


@staff(*CLINICAL)
@require_safe
def one(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The items of one filled-in form."""
    response = get_object_or_404(
        QuestionnaireResponse.objects.visible_to(request.user).select_related(
            "recorded_by"
        ),
        pk=pk,
        status=ResponseStatus.COMPLETED,
    )
    patient, now = patient_or_404(request, response.patient_id), clock.now()
    record_read(
        by=request.user,
        category=Category.QUESTIONNAIRE,
        patient_id=patient.pk,
        object_type="QuestionnaireResponse",
        object_id=response.pk,
    )
    filled_at = response.completed_at or response.created_at
    form = FilledIn(
        response.instrument,
        response.answers,
        filled_at,
        response.mode,
        response.definition_id,
    )
    context = {
        **chart_frame(request, patient, now=now, tab="measures", with_steps=False),
        "response": response,
        "card": measure_cards([form])[0],
        "instrument": instrument_of(response),
        "scores": score_history(response.pk),
    }
    return render(request, "screening/measure.html", context)
