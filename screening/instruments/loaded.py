"""Scores a questionnaire that a clinic loaded itself: by its answers' points, or by its slot.

Points are the ``ordinalValue`` or ``itemWeight`` of the file.  One unanswered scored question
that applies leaves it without a total (ours: nothing is known of its publication's rule).
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from screening.instruments import slots
from screening.instruments.definition import Answer, Answers, Instrument, Item
from screening.instruments.scoring import AnswerRefused, Score, ScoreStatus

NONE: Final = "none"
SUM: Final = "sum"
MEAN: Final = "mean"
OWN: Final = "own"
LONGEST_TEXT: Final = 2000


def code_of(key: str) -> str:
    """The code its score is kept under."""
    return f"kap-{key}"


def score(instrument: Instrument, answers: Answers) -> Score:
    """Check and score; AnswerRefused for what the questionnaire does not offer."""
    for link_id, value in answers.items():
        _check(instrument, link_id, value)
    asked = [item for item in instrument.asked(answers) if item.scored]
    missing = tuple(i.link_id for i in asked if answers.get(i.link_id) is None)
    if instrument.kind == NONE:
        return _result(instrument, None, missing, ScoreStatus.COMPLETE)
    if instrument.kind == OWN:
        own = slots.score(instrument, answers, missing)
        return _result(instrument, own.total, missing, own.status, own)
    if missing or not asked:
        return _result(instrument, None, missing, ScoreStatus.INVALID)
    points = [item.points(answers[item.link_id]) or Decimal(0) for item in asked]
    total = sum(points, Decimal(0))
    if instrument.kind == MEAN:
        total = (total / len(points)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return _result(instrument, total, missing, ScoreStatus.COMPLETE)


def maximum(instrument: Instrument) -> int:
    """The highest total; 0 when there is none."""
    most = [item.most for item in instrument.scored_items]
    if instrument.kind == MEAN:
        return int(max(most, default=Decimal(0)))
    return int(sum(most, Decimal(0))) if instrument.kind in {SUM, OWN} else 0


def _result(
    instrument: Instrument,
    total: int | Decimal | None,
    missing: tuple[str, ...],
    status: ScoreStatus,
    own: slots.Result | None = None,
) -> Score:
    return Score(
        key=instrument.key,
        status=status,
        total=total,
        severity=own.severity if own else None,
        maximum=maximum(instrument),
        missing=missing,
        total_loinc=code_of(instrument.key),
        subscales=own.subscales if own else (),
        meets_rule=own.meets_rule if own else None,
    )


def _check(instrument: Instrument, link_id: str, value: Answer) -> None:
    try:
        item = instrument.item(link_id)
    except KeyError:
        raise AnswerRefused(f"{instrument.key} has no item {link_id!r}.") from None
    if value is not None and not _fits(item, value):
        raise AnswerRefused(f"{link_id}: this answer is not possible.")


def _fits(item: Item, value: int | str) -> bool:
    if item.options:
        return item.option(value) is not None
    if item.kind == "integer":
        return isinstance(value, int)
    if item.kind == "decimal":
        return _is_decimal(value)
    return isinstance(value, str) and len(value) <= LONGEST_TEXT


def _is_decimal(value: int | str) -> bool:
    try:
        return Decimal(value).is_finite()
    except ArithmeticError:
        return False
