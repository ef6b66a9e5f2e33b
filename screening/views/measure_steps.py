"""One item of a questionnaire on one screen, in the packet and by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect

from kap.patients.links import LinkRequest
from screening import instruments
from screening.enums import ResponseStatus
from screening.forms.measures import ItemForm
from screening.models import QuestionnaireResponse
from screening.queries.cssrs import CSSRS, level_of
from screening.queries.safety import unread_alerts
from screening.rules.safety import Level
from screening.services import keep_answer
from screening.services.self_harm import read_crisis_text
from screening.views.patient import page


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Where the steps of one questionnaire lie, and what happens after the last."""

    step: Callable[[int], str]
    back: str
    later: str
    help: Callable[[int], str]
    finish: Callable[[QuestionnaireResponse], HttpResponse]


def first_open(response: QuestionnaireResponse) -> int:
    """The number of the first item nobody has come to yet."""
    items = instruments.load(response.instrument).items
    for number, item in enumerate(items, start=1):
        if item.link_id not in response.answers:
            return number
    return len(items)


def item_step(
    request: LinkRequest,
    response: QuestionnaireResponse,
    number: int,
    way: Way,
    *,
    now: datetime,
) -> HttpResponse:
    instrument = instruments.load(response.instrument)
    if not 1 <= number <= len(instrument.items):
        return redirect(way.step(first_open(response)))
    if is_grave(response) and _unread(request):
        return redirect(way.help(number))
    item = instrument.items[number - 1]
    skips = request.method == "POST" and "skip" in request.POST
    form = ItemForm(
        request.POST if request.method == "POST" and not skips else None,
        item=item,
        value=response.answers.get(item.link_id),
    )
    if request.method == "POST" and (skips or form.is_valid()):
        value = None if skips else form.value()
        kept = keep_answer(
            response_id=response.pk,
            link_id=item.link_id,
            value=value,
            link=request.link,
            now=now,
        )
        turned = is_grave(kept) and not is_grave(response)
        needs_help = turned or bool(is_grave(kept) and _unread(request))
        return _onward(kept, number, way, needs_help=needs_help)
    total = len(instrument.items)
    return page(
        request,
        "item",
        {
            "form": form,
            "instrument": instrument,
            "place_text": f"{number} of {total}",
            "lead": instrument.stem if item.scored else "",
            "number": number,
            "total": total,
            "was_skipped": response.answers.get(item.link_id, 0) is None,
            "back_url": way.step(number - 1) if number > 1 else way.back,
            "later_url": way.later,
            "is_last": number == total,
            "minutes": max(1, round((total - number + 1) / 4)),
        },
        status=422 if form.errors else 200,
    )


def _unread(request: LinkRequest) -> list[UUID]:
    return unread_alerts(request.link.pk)


def crisis_text_was_read(request: LinkRequest, *, now: datetime) -> None:
    """“I am safe, go on”: kept, and not shown again for the same answer."""
    if waiting := _unread(request):
        read_crisis_text(alert_ids=waiting, link=request.link, now=now)


def _onward(
    response: QuestionnaireResponse, number: int, way: Way, *, needs_help: bool
) -> HttpResponse:
    items = instruments.load(response.instrument).items
    if needs_help:
        return redirect(way.help(number))
    return after_item(response, number, way, total=len(items))


def after_item(
    response: QuestionnaireResponse, number: int, way: Way, *, total: int
) -> HttpResponse:
    """The next item; after the last the first that was left out; then the end."""
    if number < total:
        return redirect(way.step(number + 1))
    missing = first_open(response)
    items = instruments.load(response.instrument).items
    if items[missing - 1].link_id not in response.answers:
        return redirect(way.step(missing))
    return way.finish(response)


def is_grave(response: QuestionnaireResponse) -> bool:
    """Whether the answers so far call for a clinician: item 9, or the C-SSRS screener."""
    if response.instrument == CSSRS:
        is_final = response.status == ResponseStatus.COMPLETED
        return level_of(response.answers, is_final=is_final) is not Level.NONE
    safety = instruments.scoring(response.instrument).safety_link_id
    return safety is not None and response.answers.get(safety, 0) != 0
