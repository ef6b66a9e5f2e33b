"""The preparation visit as rules, pages, the chart and the dosing room read it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from screening.course_facts import facts_of
from screening.models import IntentionChange, PreparationRecord
from screening.rules import preparation as rules
from screening.rules.preparation import Talked


def talked_of(row: PreparationRecord) -> Talked:
    """The facts of a record, with what the course says of the integration visits."""
    course = facts_of(row.episode_id, since=row.held_at)
    texts = {
        name: value for name, value in row.detail.items() if isinstance(value, str)
    }
    said = {
        code: (str(value.get("back", "")), str(value.get("words", "")))
        for code, value in row.detail.items()
        if isinstance(value, dict)
    }
    return Talked(
        route=row.route,
        ticked=frozenset(row.covered),
        intention=row.intention,
        touch=row.touch,
        stop_signal=row.stop_signal,
        music=row.music,
        eye_shades=row.eye_shades,
        grounding=row.grounding,
        detail=texts,
        said_back=said,
        integration_booked=bool(course.integration_at),
    )


def with_intention() -> QuerySet[PreparationRecord]:
    """Records with ``said_intention``: the newest words, changed after signing or not."""
    newest = IntentionChange.objects.filter(record=OuterRef("pk")).order_by(
        "-changed_at"
    )
    return PreparationRecord.objects.annotate(
        said_intention=Coalesce(Subquery(newest.values("text")[:1]), "intention")
    )


@dataclass(frozen=True, slots=True)
class Agreed:
    """What was agreed for the room: of the newest signed preparation."""

    record_id: UUID
    intention: str
    touch: str
    stop_signal: str
    music: str
    grounding: str
    triggers: str
    eye_shades: bool | None
    lyrics: str
    light: str
    warmth: str
    personal: str

    @property
    def room_words(self) -> str:
        """Light, warmth and eye shades in one line."""
        shades = {True: "eye shades", False: "no eye shades", None: ""}[self.eye_shades]
        said = [self.light.lower(), self.warmth.lower(), shades]
        return ", ".join(word for word in said if word)

    @property
    def music_words(self) -> str:
        words = {"yes": "words are fine", "no": "without words"}.get(self.lyrics, "")
        return ", ".join(word for word in (self.music, words) if word)


def agreed(episode_id: UUID | None) -> Agreed | None:
    """One query."""
    row = (
        with_intention()
        .filter(episode=episode_id, signed_at__isnull=False)
        .order_by("-held_at")
        .first()
    )
    if row is None:
        return None
    detail = {key: str(value) for key, value in row.detail.items()}
    return Agreed(
        record_id=row.pk,
        intention=str(getattr(row, "said_intention")),  # noqa: B009 -- an annotation
        touch=str(row.get_touch_display()),
        stop_signal=row.stop_signal,
        music=row.music,
        grounding=row.grounding,
        triggers=detail.get("triggers", ""),
        eye_shades=row.eye_shades,
        lyrics=detail.get("lyrics", ""),
        light=rules.LIGHT.get(detail.get("light", ""), ""),
        warmth=rules.WARMTH.get(detail.get("warmth", ""), ""),
        personal=detail.get("personal", ""),
    )
