"""A questionnaire by its own link: one question a screen, saved as it goes."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from kap.audit.enums import Action, Category
from kap.audit.services import record
from kap.core import clock
from kap.core.errors import DomainError
from kap.core.idempotency import once_only
from kap.patients.links import LinkRequest, patient_link
from screening.enums import ResponseStatus
from screening.models import QuestionnaireResponse
from screening.queries.instruments import instrument_of
from screening.services import submit_response
from screening.views import measure_steps
from screening.views.measure_steps import Way
from screening.views.patient import hand_of, not_valid, page, response_of


@patient_link("measures")
@require_safe
def start(request: LinkRequest) -> HttpResponse:
    response = response_of(request)
    if response is None:
        return not_valid(request)
    if response.status != ResponseStatus.IN_PROGRESS:
        return redirect("screening:form_done")
    _opened(request, response)
    instrument = instrument_of(response)
    if response.answers:
        return redirect("screening:form_step", measure_steps.first_open(response))
    total = len(instrument.items)
    context = {
        "total": total,
        "minutes": max(1, round(total / 4)),
        "instrument": instrument,
        "is_shorter_for_some": any(item.gates for item in instrument.items),
    }
    return page(request, "form_start", context)


@patient_link("measures")
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def step(request: LinkRequest, number: int) -> HttpResponse:
    response, now = response_of(request), clock.now()
    if response is None:
        return not_valid(request)
    if response.status != ResponseStatus.IN_PROGRESS:
        return redirect("screening:form_done")
    return measure_steps.item_step(request, response, number, _way(request), now=now)


@patient_link("measures")
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def help_now(request: LinkRequest, number: int) -> HttpResponse:
    """Whom to call, before anything else; then on."""
    response = response_of(request)
    if response is None:
        return not_valid(request)
    if request.method == "POST":
        if response.status != ResponseStatus.IN_PROGRESS:
            return redirect("screening:form_done")
        measure_steps.crisis_text_was_read(request, now=clock.now())
        return measure_steps.after_item(response, number, _way(request))
    back = reverse("screening:form_step", args=[max(number, 1)])
    return page(request, "help", {"back_url": back})


@patient_link("measures")
@require_safe
def done(request: LinkRequest) -> HttpResponse:
    response = response_of(request)
    if response is None:
        return not_valid(request)
    if response.status == ResponseStatus.IN_PROGRESS:
        return redirect("screening:form_start")
    is_stopped = response.status == ResponseStatus.STOPPED
    return page(
        request,
        "form_done",
        {
            "is_grave": measure_steps.is_grave(response),
            "is_stopped": is_stopped,
            "instrument": instrument_of(response),
        },
    )


@patient_link("measures")
@require_safe
def later(request: LinkRequest) -> HttpResponse:
    response = response_of(request)
    if response is None:
        return not_valid(request)
    asked = instrument_of(response).asked(response.answers)
    context = {
        "done": sum(item.link_id in response.answers for item in asked),
        "total": len(asked),
        "noun": "questions",
        "until": request.link.expires_at,
        "on_url": reverse(
            "screening:form_step", args=[measure_steps.first_open(response)]
        ),
    }
    return page(request, "later", context)


def _way(request: LinkRequest) -> Way:
    return Way(
        step=lambda number: reverse("screening:form_step", args=[number]),
        back=reverse("screening:form_start"),
        later=reverse("screening:form_later"),
        help=lambda number: reverse("screening:form_help", args=[number]),
        finish=lambda response: _finish(request, response),
    )


def _finish(request: LinkRequest, response: QuestionnaireResponse) -> HttpResponse:
    hand = hand_of(request)
    try:
        submit_response(
            response_id=response.pk,
            answers=response.answers,
            mode=hand.mode,
            by=None,
            now=clock.now(),
            link=hand.link,
        )
    except DomainError:
        return redirect("screening:form_done")
    return redirect("screening:form_done")


def _opened(request: LinkRequest, response: QuestionnaireResponse) -> None:
    record(
        by=None,
        link_id=request.link.pk,
        action=Action.READ,
        category=Category.QUESTIONNAIRE,
        patient_id=response.patient_id,
        object_type="QuestionnaireResponse",
        object_id=response.pk,
    )
