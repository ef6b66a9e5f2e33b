"""PCL-5: twenty items on post-traumatic stress over the past month, or the past week.

Source: Weathers et al. 2013, National Center for PTSD; change: Marx et al. 2022; clinical
reference 5.3.  Total 0 to 80 points, no unit.  Wording: ``data/pcl-5.json``.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from screening.instruments.change import ChangeRules
from screening.instruments.scoring import (
    Flag,
    Score,
    ScoreStatus,
    ScoringRule,
    Severity,
    Subscale,
    check_answers,
    half_up,
)

KEY: Final = "pcl5"
WEEK_KEY: Final = "pcl5week"
CUT_POINT: Final = 33
"""Default; a clinic may choose 31 (5.3)."""
PRESENT_FROM: Final = 2
""""Moderately" counts an item as present."""
MOST_MISSING: Final = 2
MOST_MISSING_IN_CLUSTER: Final = 1
RISK_ITEM: Final = "pcl5-16"
RISK_FROM: Final = 3


def _ids(first: int, last: int) -> tuple[str, ...]:
    return tuple(f"pcl5-{number}" for number in range(first, last + 1))


CLUSTERS: Final = MappingProxyType(
    {
        "B": ("Re-experiencing", _ids(1, 5)),
        "C": ("Avoidance", _ids(6, 7)),
        "D": ("Thoughts and mood", _ids(8, 14)),
        "E": ("Arousal", _ids(15, 20)),
    }
)
NEEDED: Final = MappingProxyType({"B": 1, "C": 1, "D": 2, "E": 2})
"""Items present in each cluster for a provisional diagnosis (5.3)."""

SCORING: Final = ScoringRule(
    key=KEY,
    link_ids=_ids(1, 20),
    unscored_link_ids=(),
    item_max=4,
    bands=((0, Severity.BELOW_CUT), (CUT_POINT, Severity.AT_CUT)),
    max_missing=MOST_MISSING,
    total_loinc="101698-9",
    total_display="PTSD checklist for DSM-5 (PCL-5) total score",
    source="National Center for PTSD; missing answers ID",
)
CHANGE: Final = ChangeRules(
    key=KEY,
    response_percent=50,
    reliable_points=15,
    deterioration_points=15,
    caseness_gte=CUT_POINT,
    significant_end_lte=28,
    source="Marx 2022: reliable 15 points, clinically significant to 28 or less; response ID",
)


def score(answers: Mapping[str, int | None]) -> Score:
    """Score answers by link id; an absent key or None is an unanswered item."""
    check_answers(SCORING, answers)
    missing = tuple(key for key in SCORING.link_ids if answers.get(key) is None)
    if not _may_prorate(missing):
        return _result(ScoreStatus.INVALID, None, missing, (), answers)
    exact = {key: _cluster(ids, answers) for key, (_, ids) in CLUSTERS.items()}
    subscales = tuple(
        Subscale(key, CLUSTERS[key][0], _one_decimal(value), 4 * len(CLUSTERS[key][1]))
        for key, value in exact.items()
    )
    status = ScoreStatus.PRORATED if missing else ScoreStatus.COMPLETE
    total = half_up(sum(exact.values(), Fraction(0)))
    return _result(status, total, missing, subscales, answers)


def _result(
    status: ScoreStatus,
    total: int | None,
    missing: tuple[str, ...],
    subscales: tuple[Subscale, ...],
    answers: Mapping[str, int | None],
) -> Score:
    return Score(
        key=KEY,
        status=status,
        total=total,
        severity=None if total is None else SCORING.severity(total),
        maximum=SCORING.maximum,
        missing=missing,
        total_loinc=SCORING.total_loinc,
        subscales=subscales,
        flags=_flags(answers),
        meets_rule=provisional(answers),
    )


def _may_prorate(missing: tuple[str, ...]) -> bool:
    by_cluster = [len({*ids} & {*missing}) for _, ids in CLUSTERS.values()]
    return len(missing) <= MOST_MISSING and max(by_cluster) <= MOST_MISSING_IN_CLUSTER


def _cluster(ids: tuple[str, ...], answers: Mapping[str, int | None]) -> Fraction:
    """The sum of a cluster; a gap counts as the mean of the rest of the cluster."""
    given = [value for key in ids if (value := answers.get(key)) is not None]
    return Fraction(sum(given) * len(ids), len(given))


def _one_decimal(value: Fraction) -> Decimal:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(Decimal("0.1"), ROUND_HALF_UP).normalize()


def provisional(answers: Mapping[str, int | None]) -> bool | None:
    """The DSM-5 rule by symptoms; None while unanswered items could change it.

    A provisional finding for the clinician, no diagnosis.
    """
    at_least = _meets(answers, if_missing=0)
    at_most = _meets(answers, if_missing=SCORING.item_max)
    return at_least if at_least is at_most else None


def _meets(answers: Mapping[str, int | None], *, if_missing: int) -> bool:
    return all(
        sum(_value(answers, key, if_missing) >= PRESENT_FROM for key in ids)
        >= NEEDED[name]
        for name, (_, ids) in CLUSTERS.items()
    )


def _value(answers: Mapping[str, int | None], key: str, if_missing: int) -> int:
    value = answers.get(key)
    return if_missing if value is None else value


def _flags(answers: Mapping[str, int | None]) -> tuple[Flag, ...]:
    if (answers.get(RISK_ITEM) or 0) >= RISK_FROM:
        return (Flag(RISK_ITEM, "Taking risks: note what you did about it"),)
    return ()
