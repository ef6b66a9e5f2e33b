"""Which questions share a screen: neighbors with the same group title."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from screening.questions.shape import Question


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen on the phone; ``title`` is empty when one question stands alone."""

    title: str
    questions: tuple[Question, ...]

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(question.field for question in self.questions)


def screens_of(questions: Iterable[Question]) -> tuple[Screen, ...]:
    made: list[Screen] = []
    for question in questions:
        if question.group and made and made[-1].title == question.group:
            made[-1] = Screen(question.group, (*made[-1].questions, question))
        else:
            made.append(Screen(question.group, (question,)))
    return tuple(made)
