"""AUDIT, ten items on alcohol, and AUDIT-C, its first three.

Source: Babor et al., WHO 2001; Bush et al. 1998; clinical reference 5.4.  AUDIT 0 to 40,
AUDIT-C 0 to 12 points, no unit.  Wording: ``packs/audit/`` and ``data/audit-c.json``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from screening.instruments.scoring import Score, ScoringRule, Severity, sum_score

KEY: Final = "audit"
SHORT_KEY: Final = "auditc"
WOMEN_FROM: Final = 3
MEN_FROM: Final = 4
"""AUDIT-C is positive from these totals (5.4)."""


SCORING: Final = ScoringRule(
    key=KEY,
    link_ids=tuple(f"audit-{number}" for number in range(1, 11)),
    unscored_link_ids=(),
    item_max=4,
    bands=(
        (0, Severity.ZONE_1),
        (8, Severity.ZONE_2),
        (16, Severity.ZONE_3),
        (20, Severity.ZONE_4),
    ),
    max_missing=0,
    total_loinc="75624-7",
    total_display="Alcohol Use Disorders Identification Test (AUDIT) total score",
    source="Babor 2001 (WHO)",
    values={"audit-9": (0, 2, 4), "audit-10": (0, 2, 4)},
)
SHORT: Final = ScoringRule(
    key=SHORT_KEY,
    link_ids=("auditc-1", "auditc-2", "auditc-3"),
    unscored_link_ids=(),
    item_max=4,
    bands=((0, Severity.NEGATIVE), (WOMEN_FROM, Severity.POSITIVE)),
    max_missing=0,
    total_loinc="75626-2",
    total_display="AUDIT-C total score",
    source="Bush 1998",
)


def asked(answers: Mapping[str, int | None]) -> tuple[str, ...]:
    """The items of AUDIT that apply: never drinking, or never much, leads on to 9 and 10."""
    first, *rest = SCORING.link_ids
    if answers.get(first) == 0:
        return (first, *SCORING.link_ids[8:])
    if answers.get(rest[0]) == 0 == answers.get(rest[1]):
        return (*SCORING.link_ids[:3], *SCORING.link_ids[8:])
    return SCORING.link_ids


def score(answers: Mapping[str, int | None]) -> Score:
    """Score AUDIT; one unanswered item that applies leaves it without a total."""
    return sum_score(SCORING, answers, asked=asked(answers))


def score_short(answers: Mapping[str, int | None], *, sex: str = "") -> Score:
    """Score AUDIT-C; ``sex`` male, else the lower bound of women counts (ours: the safer)."""
    items = (
        SHORT.link_ids[:1] if answers.get(SHORT.link_ids[0]) == 0 else SHORT.link_ids
    )
    summed = sum_score(SHORT, answers, asked=items)
    if summed.total is None:
        return summed
    bound = MEN_FROM if sex == "male" else WOMEN_FROM
    found = Severity.POSITIVE if summed.total >= bound else Severity.NEGATIVE
    return replace(summed, severity=found, meets_rule=found is Severity.POSITIVE)
