"""One item of a questionnaire on one screen, in the packet and by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from kap.patients.links import LinkRequest
from screening.enums import ResponseStatus
from screening.forms.measures import ItemForm
from screening.instruments import Answers, Instrument, Item
from screening.instruments.notes import NOTES
from screening.models import QuestionnaireResponse
from screening.queries.cssrs import CSSRS, level_of
from screening.queries.instruments import instrument_of, safety_link_id
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
    """The number of the first item that applies and that nobody has come to yet."""
    instrument = instrument_of(response)
    asked = instrument.asked(response.answers)
    found = next(
        (one for one in asked if one.link_id not in response.answers), asked[-1]
    )
    return instrument.items.index(found) + 1


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an item stands among those that apply after the answers so far."""

    item: Item
    before: int
    """The number of the item before; 0 for the first."""
    rank: int
    total: int

    @property
    def is_last(self) -> bool:
        return self.rank == self.total


def _place(instrument: Instrument, answers: Answers, number: int) -> _Place | None:
    """None when there is no such item, or when it does not apply."""
    if not 1 <= number <= len(instrument.items):
        return None
    asked, item = instrument.asked(answers), instrument.items[number - 1]
    if item not in asked:
        return None
    rank = asked.index(item) + 1
    before = instrument.items.index(asked[rank - 2]) + 1 if rank > 1 else 0
    return _Place(item, before, rank, len(asked))


def item_step(
    request: LinkRequest,
    response: QuestionnaireResponse,
    number: int,
    way: Way,
    *,
    now: datetime,
) -> HttpResponse:
    instrument = instrument_of(response)
    place = _place(instrument, response.answers, number)
    if place is None:
        return redirect(way.step(first_open(response)))
    item = place.item
    skips = request.method == "POST" and "skip" in request.POST
    form = ItemForm(
        request.POST if request.method == "POST" and not skips else None,
        item=item,
        value=response.answers.get(item.link_id),
    )
    if request.method == "POST" and (skips or form.is_valid()):
        kept = keep_answer(
            response_id=response.pk,
            link_id=item.link_id,
            value=None if skips else form.value(),
            link=request.link,
            now=now,
        )
        turned = is_grave(kept) and not is_grave(response)
        if turned or bool(is_grave(kept) and _unread(request)):
            return redirect(way.help(number))
        return after_item(kept, number, way)
    if not form.errors and is_grave(response) and _unread(request):
        return redirect(way.help(max(number - 1, 1)))
    context = _context(response, instrument, place, way)
    status = 422 if form.errors else 200
    return page(request, "item", {**context, "form": form}, status=status)


def _context(
    response: QuestionnaireResponse, instrument: Instrument, place: _Place, way: Way
) -> dict[str, Any]:
    item = place.item
    return {
        "instrument": instrument,
        "item": item,
        "hint": gettext(NOTES[instrument.key]) if instrument.key in NOTES else "",
        "place_text": gettext("%(number)s of %(total)s")
        % {"number": place.rank, "total": place.total},
        "lead": item.lead,
        "number": place.rank,
        "total": place.total,
        "was_skipped": response.answers.get(item.link_id, 0) is None,
        "back_url": way.step(place.before) if place.before else way.back,
        "later_url": way.later,
        "is_last": place.is_last,
    }


def _unread(request: LinkRequest) -> list[UUID]:
    return unread_alerts(request.link.pk)


def crisis_text_was_read(request: LinkRequest, *, now: datetime) -> None:
    """“I am safe, go on”: kept, and not shown again for the same answer."""
    if waiting := _unread(request):
        read_crisis_text(alert_ids=waiting, link=request.link, now=now)


def after_item(response: QuestionnaireResponse, number: int, way: Way) -> HttpResponse:
    """The next item that applies; after the last the first left out; then the end."""
    instrument = instrument_of(response)
    asked = instrument.asked(response.answers)
    onward = [one for one in instrument.items[number:] if one in asked]
    if not onward:
        onward = [one for one in asked if one.link_id not in response.answers]
    if onward:
        return redirect(way.step(instrument.items.index(onward[0]) + 1))
    return way.finish(response)


def is_grave(response: QuestionnaireResponse) -> bool:
    """Whether the answers so far call for a clinician: item 9, or the C-SSRS screener."""
    if response.instrument == CSSRS:
        is_final = response.status == ResponseStatus.COMPLETED
        return level_of(response.answers, is_final=is_final) is not Level.NONE
    safety = safety_link_id(instrument_of(response))
    return safety is not None and response.answers.get(safety, 0) != 0
