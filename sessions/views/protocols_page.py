"""A protocol's visits as lines of words."""

from __future__ import annotations

from dataclasses import dataclass

from sessions.rules.protocol_types import ProtocolBody, Relation
from sessions.rules.protocol_words import length_words, need_words


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    phase: str
    length: str
    gaps: tuple[str, ...]
    needs: tuple[str, ...]
    asks: str
    hangs: str


def rows_of(body: ProtocolBody) -> list[Row]:
    labels = {step.key: step.label for step in body.steps}
    return [
        Row(
            label=step.label,
            phase=step.kind.replace("follow-up", "followup"),
            length=length_words(step.minutes),
            gaps=tuple(_gap(relation, labels) for relation in step.relations),
            needs=tuple(need_words(need) for need in step.needs),
            asks=", ".join(
                [
                    *(["by video too"] if step.may_be_video else []),
                    *step.room_features,
                    *step.devices,
                ]
            ),
            hangs=", ".join([*step.measures, *step.reminders]),
        )
        for step in body.steps
    ]


def _gap(relation: Relation, labels: dict[str, str]) -> str:
    least, most = length_words(relation.least_min), length_words(relation.most_min)
    word = "the end of " if relation.from_end else ""
    span = f"{least or 'any time'} to {most or 'any time'}"
    wished = (
        f", {length_words(relation.ideal_min)} wished"
        if relation.ideal_min is not None
        else ""
    )
    return f"{span} after {word}{labels.get(relation.to, relation.to)}{wished}"
