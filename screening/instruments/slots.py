"""Questionnaires whose text may not ship: an empty place each, and how they are scored.

Clinical reference 5.7, 5.10 to 5.12 and 5.15.  A clinic that holds the licence loads its own
file into the place; the questions are taken in the order of the publication.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import Final

from screening.instruments.definition import Answers, Instrument
from screening.instruments.scoring import ScoreStatus, Severity, Subscale


@dataclass(frozen=True, slots=True)
class Result:
    """What a slot's own scoring says."""

    total: int | Decimal | None
    status: ScoreStatus = ScoreStatus.COMPLETE
    severity: Severity | None = None
    subscales: tuple[Subscale, ...] = ()
    meets_rule: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One empty place."""

    key: str
    title: str
    about: str
    licence: str
    questions: int
    """How many scored questions the file must hold."""
    item_max: int
    own: Callable[[Sequence[int]], Result]
    """How its publication scores it."""


def total(values: Sequence[int]) -> Result:
    """The sum of the points."""
    return Result(sum(values))


def mean(values: Sequence[int]) -> Result:
    """The mean of the points, to two decimals."""
    exact = Decimal(sum(values)) / len(values)
    return Result(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))


def unscored(_values: Sequence[int]) -> Result:
    """The answers are kept and shown; no total is published here."""
    return Result(None)


MDQ_SYMPTOMS: Final = 13
MDQ_YES_FROM: Final = 7
MDQ_PROBLEM_FROM: Final = 2
"""Moderate; 0 no, 1 minor, 2 moderate, 3 serious problem."""


def mdq(values: Sequence[int]) -> Result:
    """Positive: 7 of 13 symptoms, at the same time, with a moderate or serious problem."""
    symptoms, together = sum(values[:MDQ_SYMPTOMS]), values[MDQ_SYMPTOMS]
    positive = (
        symptoms >= MDQ_YES_FROM
        and together == 1
        and values[MDQ_SYMPTOMS + 1] >= MDQ_PROBLEM_FROM
    )
    return Result(
        symptoms,
        severity=Severity.POSITIVE if positive else Severity.NEGATIVE,
        meets_rule=positive,
    )


MEQ_PARTS: Final = MappingProxyType(
    {
        "mystical": (4, 5, 6, 9, 14, 15, 16, 18, 20, 21, 23, 24, 25, 26, 28),
        "positive mood": (2, 8, 12, 17, 27, 30),
        "transcendence": (1, 7, 11, 13, 19, 22),
        "ineffability": (3, 10, 29),
    }
)
MEQ_ITEM_MAX: Final = 5
MEQ_COMPLETE_PERCENT: Final = 60


def meq30(values: Sequence[int]) -> Result:
    """The four parts; complete when each reaches 60 % of its maximum."""
    parts = tuple(
        Subscale(
            key=name,
            label=name.capitalize(),
            total=Decimal(sum(values[number - 1] for number in numbers)),
            maximum=MEQ_ITEM_MAX * len(numbers),
        )
        for name, numbers in MEQ_PARTS.items()
    )
    complete = all(100 * p.total >= MEQ_COMPLETE_PERCENT * p.maximum for p in parts)
    return Result(sum(values), subscales=parts, meets_rule=complete)


ASRM_FROM: Final = 6


def asrm(values: Sequence[int]) -> Result:
    """6 or more may mean mania or hypomania."""
    points = sum(values)
    found = Severity.POSITIVE if points >= ASRM_FROM else Severity.NEGATIVE
    return Result(points, severity=found, meets_rule=found is Severity.POSITIVE)


SLOTS: Final = MappingProxyType(
    {
        slot.key: slot
        for slot in (
            Slot(
                key="mdq",
                title="MDQ",
                about="Mood Disorder Questionnaire: 13 symptoms, together, how much of a problem",
                licence="© Hirschfeld 2000; copyright retained",
                questions=15,
                item_max=3,
                own=mdq,
            ),
            Slot(
                key="asrm",
                title="ASRM",
                about="Altman Self-Rating Mania Scale: 5 items",
                licence="© Altman 1997; clinicians may reproduce it, ask for software",
                questions=5,
                item_max=4,
                own=asrm,
            ),
            Slot(
                key="cadss-6",
                title="CADSS-6",
                about="Dissociation, 6 of the 23 items of the CADSS",
                licence="© Bremner; ask the author",
                questions=6,
                item_max=4,
                own=total,
            ),
            Slot(
                key="cadss-23",
                title="CADSS",
                about="Clinician-Administered Dissociative States Scale: 23 items",
                licence="© Bremner; ask the author",
                questions=23,
                item_max=4,
                own=total,
            ),
            Slot(
                key="meq-30",
                title="MEQ-30",
                about="Mystical Experience Questionnaire: 30 items. Never a clinical trigger.",
                licence="Barrett, Johnson and Griffiths 2015; confirm the reuse",
                questions=30,
                item_max=5,
                own=meq30,
            ),
            Slot(
                key="whodas-12",
                title="WHODAS 2.0",
                about="Disability, 12 items",
                licence="© WHO; electronic use needs WHO's permission",
                questions=12,
                item_max=4,
                own=total,
            ),
            Slot(
                key="bpi-sf",
                title="BPI short form",
                about="Brief Pain Inventory: 11 items rated 0 to 10",
                licence="© Charles S. Cleeland; ask MD Anderson Cancer Center",
                questions=11,
                item_max=10,
                own=unscored,
            ),
            Slot(
                key="ebi",
                title="EBI",
                about="Emotional Breakthrough Inventory: 6 items. Never a clinical trigger.",
                licence="Roseman et al. 2019, © Sage",
                questions=6,
                item_max=100,
                own=mean,
            ),
            Slot(
                key="piq",
                title="PIQ",
                about="Psychological Insight Questionnaire: 23 items. Never a clinical trigger.",
                licence="Davis et al.; ask the authors",
                questions=23,
                item_max=5,
                own=mean,
            ),
        )
    }
)


def fault(slot: Slot, instrument: Instrument) -> str:
    """Why a file does not fit the place, in a sentence; empty when it does."""
    scored = instrument.scored_items
    if len(scored) != slot.questions:
        return (
            f"{slot.title} has {slot.questions} questions with points;"
            f" this file has {len(scored)}."
        )
    if any(item.gates for item in scored):
        return f"{slot.title} asks every question; this file leaves some out by rule."
    high = next((item for item in scored if item.most > slot.item_max), None)
    if high is not None:
        return f"Item {high.link_id} gives more than {slot.item_max} points."
    return ""


def score(instrument: Instrument, answers: Answers, missing: Sequence[str]) -> Result:
    """The slot's own scoring; every question is needed."""
    slot = SLOTS[instrument.key]
    if missing:
        return Result(None, ScoreStatus.INVALID)
    points = [item.points(answers[item.link_id]) for item in instrument.scored_items]
    values = [int(p or 0) for p in points]
    return slot.own(values)
