"""History parts of the packet: one question a screen, branching as answers ask for it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from kap.core.errors import ChangedMeanwhile
from kap.patients.links import LinkRequest
from screening.forms.packet import VersionForm
from screening.forms.questions import QuestionForm
from screening.models import IntakePacket
from screening.queries.answers import newest_answers
from screening.questions import Kind, Question, of_section
from screening.services import finish_history, save_draft
from screening.views.packet_parts import Place
from screening.views.patient import page

CONFLICT = (
    "This part was changed on another device. Both are kept; look at this answer, "
    "then press Next again."
)


def step(request: LinkRequest, packet: IntakePacket, place: Place) -> HttpResponse:
    questions = of_section(place.section)
    draft = _draft(packet, place)
    if place.number == 0:
        return redirect(
            "screening:packet_step", place.part, _first_open(questions, draft)
        )
    if place.number > len(questions) or not questions[place.number - 1].applies(draft):
        return redirect(
            "screening:packet_step", place.part, _first_open(questions, draft)
        )
    question = questions[place.number - 1]
    posted = request.POST if request.method == "POST" else None
    form = QuestionForm(posted, questions=[question], answers=draft)
    if posted is not None and form.is_valid():
        return _keep(request, packet, place, form, draft)
    return _show(request, packet, place, form, draft)


def _draft(packet: IntakePacket, place: Place) -> dict[str, Any]:
    """What was typed in this part; a part that is done begins with what was kept."""
    draft = dict(packet.drafts.get(place.section, {}))
    if place.section in packet.done and not draft:
        known = newest_answers(packet.episode_id)
        fields = {question.field for question in of_section(place.section)}
        draft = {name: row.value for name, row in known.items() if name in fields}
    return draft


def _keep(
    request: LinkRequest,
    packet: IntakePacket,
    place: Place,
    form: QuestionForm,
    draft: dict[str, Any],
) -> HttpResponse:
    questions = of_section(place.section)
    typed = {**draft, **form.answers()}
    seen = VersionForm(request.POST)
    version = seen.cleaned_data["version"] if seen.is_valid() else None
    try:
        packet = save_draft(
            packet_id=packet.pk,
            section=place.section,
            typed=typed,
            version=packet.version if version is None else version,
        )
    except ChangedMeanwhile:
        return _show(request, packet, place, form, draft, conflict=CONFLICT, status=409)
    following = _next(questions, typed, place.number)
    if following:
        return redirect("screening:packet_step", place.part, following)
    missing = _first_open(questions, typed)
    if questions[missing - 1].field not in typed:
        return redirect("screening:packet_step", place.part, missing)
    finish_history(
        packet=packet,
        section=place.section,
        answers={
            question.field: typed[question.field]
            for question in questions
            if question.applies(typed)
        },
        hand=place.hand,
        now=place.now,
    )
    return redirect("screening:packet")


def _show(
    request: LinkRequest,
    packet: IntakePacket,
    place: Place,
    form: QuestionForm,
    draft: dict[str, Any],
    *,
    conflict: str = "",
    status: int = 200,
) -> HttpResponse:
    questions = of_section(place.section)
    question = questions[place.number - 1]
    asked = [entry for entry in questions if entry.applies(draft)]
    before = _before(questions, draft, place.number)
    back = reverse("screening:packet_step", args=[place.part, before]) if before else ""
    on = form[f"{question.field}_on"] if question.kind is Kind.DATE_OR_NEVER else None
    context = {
        "form": form,
        "question": question,
        "field": form[question.field],
        "on_field": on,
        "kind": str(question.kind),
        "number": asked.index(question) + 1,
        "place_text": f"{place.section.label} · {asked.index(question) + 1} of {len(asked)}",
        "later_url": reverse("screening:packet_later"),
        "on_value": (on.value() or "") if on is not None else "",
        "total": len(asked),
        "title": place.section.label,
        "version": packet.version,
        "conflict": conflict,
        "back_url": back or reverse("screening:packet"),
    }
    return page(request, "question", context, status=422 if form.errors else status)


def _first_open(questions: tuple[Question, ...], draft: dict[str, Any]) -> int:
    """The number of the first question that applies and is not answered; else the first."""
    for number, question in enumerate(questions, start=1):
        if question.applies(draft) and question.field not in draft:
            return number
    return 1


def _next(questions: tuple[Question, ...], draft: dict[str, Any], number: int) -> int:
    for later in range(number + 1, len(questions) + 1):
        if questions[later - 1].applies(draft):
            return later
    return 0


def _before(questions: tuple[Question, ...], draft: dict[str, Any], number: int) -> int:
    for earlier in range(number - 1, 0, -1):
        if questions[earlier - 1].applies(draft):
            return earlier
    return 0
