"""History parts of the packet: a question or a small group a screen, then all at a glance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kap.patients.links import LinkRequest
from screening.enums import PacketSection
from screening.forms.answer_words import answer_words
from screening.forms.packet import VersionForm
from screening.forms.questions import QuestionForm
from screening.models import IntakePacket
from screening.packet_parts import part_of
from screening.queries.answers import newest_answers
from screening.queries.packet_progress import known_to_conditions, progress_of
from screening.questions import (
    Question,
    Screen,
    asked,
    is_asked,
    of_section,
    screens,
)
from screening.services import finish_history
from screening.services.packets import (
    AnsweredElsewhere,
    save_screen,
    section_version,
)
from screening.views.packet_parts import Place
from screening.views.patient import page

EDIT = "edit"
"""In the address of a screen that was opened from the glance over all answers."""


@dataclass(frozen=True, slots=True)
class Story:
    """The part as it stands: what was said, and which screens that makes."""

    packet: IntakePacket
    place: Place
    draft: dict[str, Any]

    @property
    def section(self) -> PacketSection:
        return PacketSection(self.place.section)

    def asks(self, screen: Screen) -> tuple[Question, ...]:
        known = known_to_conditions(self.packet, self.draft)
        return tuple(one for one in screen.questions if is_asked(one, known))

    def shown(self) -> list[int]:
        """Numbers of the screens that apply."""
        return [
            number
            for number, screen in enumerate(screens(self.section), start=1)
            if self.asks(screen)
        ]

    def is_open(self, number: int) -> bool:
        screen = screens(self.section)[number - 1]
        return any(one.field not in self.draft for one in self.asks(screen))

    def first_open(self) -> int:
        """The first screen with a question that nobody came to; 0 when all are answered."""
        return next((number for number in self.shown() if self.is_open(number)), 0)

    def after(self, number: int) -> int:
        return next((later for later in self.shown() if later > number), 0)

    def before(self, number: int) -> int:
        earlier = [one for one in self.shown() if one < number]
        return earlier[-1] if earlier else 0

    def url(self, number: int) -> str:
        """A screen, or the glance over all for 0."""
        if not number:
            return reverse("screening:packet_review", args=[self.place.part])
        return reverse("screening:packet_step", args=[self.place.part, number])


def story_of(packet: IntakePacket, place: Place) -> Story:
    """A part that was done before begins with what was kept."""
    draft = dict(packet.drafts.get(place.section, {}))
    if place.section in packet.done and not draft:
        known = newest_answers(packet.episode_id)
        fields = {one.field for one in of_section(PacketSection(place.section))}
        draft = {name: row.value for name, row in known.items() if name in fields}
    return Story(packet, place, draft)


def step(request: LinkRequest, packet: IntakePacket, place: Place) -> HttpResponse:
    story = story_of(packet, place)
    if place.number not in story.shown():
        return redirect(story.url(story.first_open()))
    screen = screens(story.section)[place.number - 1]
    posted = request.POST if request.method == "POST" else None
    form = QuestionForm(posted, questions=story.asks(screen), answers=story.draft)
    if posted is not None and form.is_valid():
        return _keep(request, story, screen, form)
    return _show(request, story, screen, form)


def _keep(
    request: LinkRequest, story: Story, screen: Screen, form: QuestionForm
) -> HttpResponse:
    place = story.place
    seen = VersionForm(request.POST)
    try:
        packet = save_screen(
            packet_id=story.packet.pk,
            section=place.section,
            typed={**_untouched(story), **form.answers()},
            seen=seen.cleaned_data["version"] if seen.is_valid() else None,
            now=place.now,
        )
    except AnsweredElsewhere as newer:
        return _show(request, story, screen, form, newer=newer)
    packet.patient = story.packet.patient
    kept = story_of(packet, place)
    if EDIT in request.GET:
        return redirect(kept.url(kept.first_open()))
    return redirect(kept.url(kept.after(place.number) or kept.first_open()))


def _untouched(story: Story) -> dict[str, Any]:
    """A part that was finished earlier is taken up with all its answers."""
    return {} if story.packet.drafts.get(story.place.section) else story.draft


def _show(
    request: LinkRequest,
    story: Story,
    screen: Screen,
    form: QuestionForm,
    *,
    newer: AnsweredElsewhere | None = None,
) -> HttpResponse:
    place, packet = story.place, story.packet
    shown = story.shown()
    number = shown.index(place.number) + 1
    is_edit = EDIT in request.GET
    back = reverse("screening:packet")
    if is_edit:
        back = story.url(0)
    elif before := story.before(place.number):
        back = story.url(before)
    minutes = progress_of(packet).minutes
    version = newer.version if newer else section_version(packet, place.section)
    status = 409 if newer else 422 if form.errors else 200
    context = {
        "form": form,
        "rows": form.rows(),
        "heading": _(screen.title) if screen.title else "",
        "why": next((one.why for one in form.questions if one.why), ""),
        "number": number,
        "total": len(shown),
        "place_text": _("%(number)s of %(total)s · about %(minutes)s min left in all")
        % {"number": number, "total": len(shown), "minutes": minutes},
        "part_title": part_of(place.section).title,
        "version": version,
        "conflict": _conflict(form, newer) if newer else [],
        "conflict_at": timezone.localtime(newer.at) if newer else None,
        "back_url": back,
        "later_url": reverse("screening:packet_later"),
    }
    return page(request, "question", context, status=status)


def _conflict(form: QuestionForm, newer: AnsweredElsewhere) -> list[tuple[str, str]]:
    """What the other device said to each question of this screen."""
    return [
        (_(one.text), answer_words(one, newer.answers.get(one.field)))
        for one in form.questions
        if one.field in newer.answers
    ]


def review(request: LinkRequest, packet: IntakePacket, place: Place) -> HttpResponse:
    """All answers of the part, each with a way back; then the part is done."""
    story = story_of(packet, place)
    if missing := story.first_open():
        return redirect(story.url(missing))
    if request.method == "POST":
        finish_history(
            packet=packet,
            section=story.section,
            answers=story.draft,
            hand=place.hand,
            now=place.now,
        )
        return redirect("screening:packet")
    context = {
        "lines": answer_lines(packet, place),
        "part_title": part_of(place.section).title,
        "back_url": story.url(story.shown()[-1]),
        "later_url": reverse("screening:packet_later"),
        "place_text": part_of(place.section).title,
        "is_done": place.section in packet.done,
    }
    return page(request, "part_review", context)


@dataclass(frozen=True, slots=True)
class AnswerLine:
    text: str
    answer: str
    is_unsure: bool
    url: str


def answer_lines(packet: IntakePacket, place: Place) -> list[AnswerLine]:
    """Each question of the part that applies, with its answer in words."""
    story = story_of(packet, place)
    known = known_to_conditions(packet, story.draft)
    numbers = {
        field: number
        for number, screen in enumerate(screens(story.section), start=1)
        for field in screen.fields
    }
    return [
        AnswerLine(
            text=_(one.text),
            answer=answer_words(one, story.draft[one.field]),
            is_unsure=story.draft[one.field] is None,
            url=f"{story.url(numbers[one.field])}?{urlencode({EDIT: 1})}",
        )
        for one in asked(story.section, known)
        if one.field in story.draft
    ]
