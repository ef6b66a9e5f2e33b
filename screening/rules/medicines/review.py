"""What a list of medicines means by the planned route (clinical reference 4.1 and 4.3)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from screening.rules.medicines.matching import Match, fold
from screening.rules.medicines.table import QT_CLASSES, QT_NAMES, classes
from screening.rules.medicines.types import Action, MedicineClass, Route, Severity

ADDITIVE_FROM: Final = 2
"""So many sedating medicines together are a review (4.3)."""
LORAZEPAM_LIMIT_MG: Final = 2.0
"""Above it a day: hard review (M-001)."""
SEVERITY_WORDS: Final = {
    Severity.NONE: "No interaction known",
    Severity.MINOR: "Minor",
    Severity.MODERATE: "Moderate: timing or hold",
    Severity.MAJOR: "Major: a prescriber decides",
    Severity.CONTRAINDICATED: "Not combined here",
}
SEVERITY_TONES: Final = {
    Severity.NONE: "quiet",
    Severity.MINOR: "quiet",
    Severity.MODERATE: "info",
    Severity.MAJOR: "warn",
    Severity.CONTRAINDICATED: "danger",
}
ACTION_WORDS: Final = {
    Action.CONTRA: "No dose while this is taken",
    Action.REVIEW: "Prescriber reviews",
    Action.REVIEW_BLOCK: "No dose before a prescriber has decided",
    Action.HOLD_DAY_OF: "Hold on the day, if the prescriber agrees",
    Action.HOLD_HOURS: "Hold before the dose, if the prescriber agrees",
    Action.TAKE_USUAL: "Take as usual",
    Action.TIMING_GAP: "Keep a gap in time",
    Action.REDUCE_DOSE: "Smaller dose of ketamine",
    Action.MONITOR: "Continue and watch",
    Action.ASK: "Ask",
    Action.NO_ACTION: "Nothing to do",
}
_PER_DAY: Final = (
    (r"\b(?:three times|3 times|3x|tid)\b", 3),
    (r"\b(?:twice|two times|2 times|2x|bid)\b", 2),
    (r"\b(?:four times|4 times|4x|qid)\b", 4),
)


@dataclass(frozen=True, slots=True)
class Judged:
    """One medicine by route: how grave, what to do, what must be written down."""

    class_ids: tuple[str, ...]
    severity: Severity
    actions: tuple[Action, ...]
    is_unknown: bool
    """No class, or a part of the name is on no list: a prescriber looks."""
    has_abrupt_stop_risk: bool
    is_cns_depressant: bool
    hold_before_h: int | None
    hold_after_h: int | None
    lengthens_qt: bool = False

    @property
    def wants_reason(self) -> bool:
        """A reasoned decision is written: every review, whatever is major or unknown."""
        reviews = {Action.REVIEW, Action.REVIEW_BLOCK, Action.CONTRA}
        is_review = bool(reviews & set(self.actions)) and self.severity > Severity.NONE
        return self.is_unknown or is_review or self.severity >= Severity.MAJOR

    @property
    def wants_prescriber(self) -> bool:
        return self.is_unknown or self.severity >= Severity.MAJOR


def judge_classes(
    class_ids: Sequence[str],
    route: Route,
    *,
    is_unknown: bool = False,
    ingredients: Sequence[str] = (),
) -> Judged:
    """The gravest of all classes; an unknown medicine counts as major."""
    found = [classes()[one] for one in class_ids]
    gravest = max((one.severity(route) for one in found), default=Severity.NONE)
    if is_unknown:
        gravest = max(gravest, Severity.MAJOR)
    return Judged(
        class_ids=tuple(class_ids),
        severity=gravest,
        actions=tuple(dict.fromkeys(one.action for one in found)),
        is_unknown=is_unknown,
        has_abrupt_stop_risk=any(one.has_abrupt_stop_risk for one in found),
        is_cns_depressant=any(one.is_cns_depressant for one in found),
        hold_before_h=_longest(one.hold_before_h for one in found),
        hold_after_h=_longest(one.hold_after_h for one in found),
        lengthens_qt=bool(QT_CLASSES & set(class_ids))
        or any(fold(name) in QT_NAMES for name in ingredients),
    )


def judge(match: Match, route: Route) -> Judged:
    """A typed name as it was matched, before anybody has looked at it."""
    return judge_classes(
        match.class_ids,
        route,
        is_unknown=not match.is_whole,
        ingredients=match.ingredients,
    )


def _longest(hours: Iterable[int | None]) -> int | None:
    known = [one for one in hours if one]
    return max(known) if known else None


@dataclass(frozen=True, slots=True)
class Whole:
    """All medicines of a patient together."""

    severity: Severity
    is_additive: bool
    """Two or more sedating medicines: review, SpO2 throughout."""
    class_ids: frozenset[str]
    qt_count: int

    @property
    def wants_prescriber(self) -> bool:
        return self.is_additive or self.severity >= Severity.MAJOR


def judge_all(judged: Sequence[Judged]) -> Whole:
    additive = sum(one.is_cns_depressant for one in judged) >= ADDITIVE_FROM
    gravest = max((one.severity for one in judged), default=Severity.NONE)
    if additive:
        gravest = max(gravest, Severity.MAJOR)
    return Whole(
        severity=gravest,
        is_additive=additive,
        class_ids=frozenset(name for one in judged for name in one.class_ids),
        qt_count=sum(one.lengthens_qt for one in judged),
    )


def daily_mg(dose: str) -> float | None:
    """Milligrams a day as written: “3 mg/d”, “1 mg three times a day”; None: not to be read."""
    text = dose.casefold().replace(",", ".")
    amounts = re.findall(r"(\d+(?:\.\d+)?)\s*mg", text)
    if len(amounts) != 1:
        return None
    times = next((count for words, count in _PER_DAY if re.search(words, text)), 1)
    return float(amounts[0]) * times


def benzodiazepine_words(name: str, dose: str) -> str:
    """What M-001 says of the amount a day; “as needed” is never worked out."""
    amount = daily_mg(f"{name} {dose}") if "lorazepam" in fold(name) else None
    if amount is None:
        return (
            "Work out the lorazepam equivalent. "
            f"Above {LORAZEPAM_LIMIT_MG:g} mg a day is a hard review."
        )
    if amount > LORAZEPAM_LIMIT_MG:
        return (
            f"Lorazepam {amount:g} mg a day is above {LORAZEPAM_LIMIT_MG:g} mg: "
            "hard review."
        )
    return f"Lorazepam {amount:g} mg a day, at most {LORAZEPAM_LIMIT_MG:g} mg."


def class_of(class_id: str) -> MedicineClass:
    return classes()[class_id]
