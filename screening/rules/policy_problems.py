"""What speaks against a set of rules: locked rules, limits, bands that do not meet.

Clinical reference 3.3 (column "configurable"), 3.4 and 3.5 items 4 and 7.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from screening.rules.conditions import RuleRefused
from screening.rules.fact_words import label
from screening.rules.policy_edit import OUTCOME_WORD, Entry, Limit, Number, limits
from screening.rules.rule_set import Outcome, parse_rule_set

_STRENGTH: Final = {
    Outcome.INFO: 0,
    Outcome.CAUTION: 1,
    Outcome.REVIEW: 2,
    Outcome.EXCLUDE: 3,
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a set of rules is refused: ``part`` is a limit's place, a key of the rule, or ''."""

    code: str
    part: str
    sentence: str


def problems(body: Mapping[str, Any], shipped: Mapping[str, Any]) -> list[Problem]:
    """Everything that speaks against these rules; empty when they may be signed."""
    found = [*_unreadable(body)]
    if found:
        return found
    entries = {entry["id"]: entry for entry in body["rules"]}
    for entry in shipped["rules"]:
        if entry.get("locked"):
            found += _locked(entry, entries.get(entry["id"]))
    for entry in entries.values():
        found += [*_reversed(entry), *_pressures(entry)]
    return [*found, *_bands(entries)]


def problems_of_rule(
    entry: Entry, body: Mapping[str, Any], shipped: Mapping[str, Any]
) -> list[Problem]:
    """What speaks against one rule alone; bands with other rules are looked at later."""
    alone = {**body, "rules": [entry]}
    found = [*_unreadable(alone)]
    if found:
        return found
    for one in shipped["rules"]:
        if one["id"] == entry["id"] and one.get("locked"):
            found += _locked(one, entry)
    return [*found, *_reversed(entry), *_pressures(entry)]


def _unreadable(body: Mapping[str, Any]) -> Iterator[Problem]:
    for entry in body.get("rules", ()):
        alone = {**body, "rules": [entry]}
        try:
            parse_rule_set(alone)
        except (RuleRefused, KeyError, ValueError, TypeError) as error:
            yield Problem(str(entry.get("id", "")), _part(entry), str(error))
    ids = [entry.get("id") for entry in body.get("rules", ())]
    if not ids or len(set(ids)) != len(ids):
        yield Problem("", "", "Each rule must be there once.")


def _part(entry: Entry) -> str:
    """Which text of a rule cannot be read; empty when it is something else."""
    for part in ("hit", "passed"):
        plain = {**entry, part: "x"}
        try:
            parse_rule_set({"version": "", "title": "", "source": "", "rules": [plain]})
        except (RuleRefused, KeyError, ValueError, TypeError):
            continue
        return part
    return ""


def _locked(shipped: Entry, own: Entry | None) -> Iterator[Problem]:
    code = shipped["id"]
    if own is None:
        yield Problem(code, "", f"Rule {code} is locked and must be there.")
        return
    if not own.get("enabled", True):
        yield Problem(code, "enabled", "This rule is locked: it cannot be turned off.")
    if not own.get("locked"):
        yield Problem(code, "", "This rule is locked and stays locked.")
    for side in ("rac", "esk"):
        if _is_weaker(Outcome(own[side]), Outcome(shipped[side])):
            word = OUTCOME_WORD[Outcome(shipped[side])]
            sentence = f"This rule is locked: it cannot be weaker than “{word}”."
            yield Problem(code, side, sentence)
    if own["when"] != shipped["when"] or own.get("requires") != shipped.get("requires"):
        moved = [
            mine.place
            for mine, theirs in zip(limits(own), limits(shipped), strict=False)
            if mine.value != theirs.value
        ]
        part = str(moved[0]) if moved else ""
        yield Problem(
            code, part, "This rule is locked: its condition stays as shipped."
        )


def _is_weaker(own: Outcome, shipped: Outcome) -> bool:
    if own == shipped:
        return False
    ranked = own in _STRENGTH and shipped in _STRENGTH
    return not ranked or _STRENGTH[own] < _STRENGTH[shipped]


def _reversed(entry: Entry) -> Iterator[Problem]:
    """A range whose ends are the wrong way round can never be true."""
    lower: dict[str, Number] = {}
    for limit in limits(entry):
        if limit.value < 0:
            yield Problem(
                entry["id"], str(limit.place), "A limit cannot be below zero."
            )
        if limit.side == "from" or limit.operator in ("gte", "gt"):
            lower[limit.field] = limit.value
        start = lower.get(limit.field)
        if start is not None and _is_empty(start, limit, entry):
            sentence = f"The upper limit must be above {start}."
            yield Problem(entry["id"], str(limit.place), sentence)


def _is_empty(start: Number, end: Limit, entry: Entry) -> bool:
    if end.side == "to":
        return end.value < start
    is_upper = end.operator in ("lt", "lte") and "all" in entry["when"]
    return is_upper and end.value <= start


SYSTOLIC: Final = (140, 180)
DIASTOLIC: Final = (90, 100)
"""Where the limit of uncontrolled pressure may lie, in mmHg (3.3, E-CV-01)."""


def _pressures(entry: Entry) -> Iterator[Problem]:
    if entry["id"] != "E-CV-01":
        return
    for limit in limits(entry):
        low, high = SYSTOLIC if limit.field == "bp_sys_mean" else DIASTOLIC
        if not low <= limit.value <= high:
            sentence = f"Between {low} and {high} mmHg; {limit.value} is outside."
            yield Problem("E-CV-01", str(limit.place), sentence)


BANDS: Final = (
    ("E-CV-03", "E-CV-02", "bp_sys_mean"),
    ("E-CV-03", "E-CV-02", "bp_dia_mean"),
    ("E-CV-02", "E-CV-01", "bp_sys_mean"),
    ("E-CV-02", "E-CV-01", "bp_dia_mean"),
    ("E-CV-10", "E-CV-10b", "stroke_tia_date"),
    ("E-CV-11b", "E-CV-11", "qtc_ms"),
    ("E-HEP-02", "E-HEP-01", "alt_x_uln"),
    ("E-NEU-02", "E-NEU-03", "last_seizure_date"),
    ("E-SUD-02", "E-SUD-02b", "sud_remission_days"),
    ("E-SUD-02b", "E-SUD-03", "sud_remission_days"),
    ("E-SUD-05", "E-SUD-01", "audit_score"),
    ("E-SUD-06", "E-SUD-01", "dast10_score"),
)
"""Pairs of rules that share one scale: where the first ends, the second begins."""


def _bands(entries: Mapping[str, Entry]) -> Iterator[Problem]:
    for lower, upper, field in BANDS:
        first, second = entries.get(lower), entries.get(upper)
        if not first or not second:
            continue
        if not (first.get("enabled", True) and second.get("enabled", True)):
            continue
        starts = [one for one in limits(second) if one.field == field and _begins(one)]
        for end in limits(first):
            if end.field == field and _ends(end) and starts:
                yield from _touch(lower, end, upper, starts[0])


def _begins(limit: Limit) -> bool:
    return limit.side == "from" or limit.operator in ("gte", "gt", "older_than_days")


def _ends(limit: Limit) -> bool:
    return limit.side == "to" or limit.operator in ("lt", "within_days")


def _touch(lower: str, end: Limit, upper: str, start: Limit) -> Iterator[Problem]:
    """An inclusive end is followed by the next whole number, all others by themselves."""
    step = 1 if end.side == "to" and start.operator != "gt" else 0
    wanted = end.value + step
    if start.value == wanted:
        return
    kind = "overlaps with" if start.value < wanted else "leaves a hole before"
    sentence = (
        f"{label(end.field)} {end.value} of rule {lower} {kind} {start.value} of rule"
        f" {upper}. Change both."
    )
    yield Problem(lower, str(end.place), sentence)
    yield Problem(upper, str(start.place), sentence)
