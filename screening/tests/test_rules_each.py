"""Each rule over a healthy person: it fires alone, and not on the other side of a limit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from screening.rules.conditions import holds
from screening.rules.eligibility import Verdict
from screening.rules.eligibility_policy import default_rule_set
from screening.rules.findings import FindingState
from screening.rules.rule_set import Outcome
from screening.tests.rule_cases import CASES
from screening.tests.rule_facts import HEALTHY, TODAY, codes, judge

RULES = {rule.id: rule for rule in default_rule_set().rules}
VERDICT = {
    Outcome.EXCLUDE: Verdict.EXCLUDE,
    Outcome.REVIEW: Verdict.NEEDS_REVIEW,
    Outcome.CAUTION: Verdict.ELIGIBLE_WITH_CAUTION,
    Outcome.PATHWAY: Verdict.ELIGIBLE_WITH_CAUTION,
    Outcome.PATHWAY_AND_REVIEW: Verdict.NEEDS_REVIEW,
    Outcome.INFO: Verdict.ELIGIBLE,
    Outcome.INCOMPLETE: Verdict.INCOMPLETE,
}
FIRES = [
    pytest.param(code, changes, case.companions, id=f"{code}-{number}")
    for code, case in CASES.items()
    for number, changes in enumerate(case.fires)
]
STAYS = [
    pytest.param(code, changes, id=f"{code}-{number}")
    for code, case in CASES.items()
    for number, changes in enumerate(case.stays)
]


def test_every_rule_has_cases():
    assert list(CASES) == list(RULES)


def test_the_healthy_person_is_eligible_and_nothing_is_open():
    evaluation = judge()

    assert (evaluation.racemic, evaluation.esketamine) == ("eligible", "eligible")
    assert codes(evaluation.passed) == list(RULES)
    assert all(found.not_asked == () for found in evaluation.findings)


@pytest.mark.parametrize(("code", "changes", "companions"), FIRES)
def test_a_rule_fires_alone(code, changes, companions):
    rule = RULES[code]
    evaluation = judge(**changes)

    if code == "E-INF-01":
        assert codes(evaluation.unanswered) == ["E-INF-01"]
        assert not evaluation.hits
        assert evaluation.racemic == "incomplete"
        return
    fired = codes(evaluation.hits)
    assert code in fired
    assert set(fired) - {code} <= set(companions)
    if fired == [code]:
        assert evaluation.racemic is VERDICT[rule.racemic]
        assert evaluation.esketamine is VERDICT[rule.esketamine]
    assert evaluation.safety_pathway is (code in {"E-SI-01", "E-SI-02", "E-SI-03"})
    found = evaluation.finding(code)
    assert found.state is FindingState.HIT
    assert found.statement
    assert "None" not in found.statement
    assert "{" not in found.statement
    assert found.suggestion == rule.suggestion


@pytest.mark.parametrize("code", CASES)
def test_a_rule_fires_quite_alone_at_least_once(code):
    case = CASES[code]

    fired = [codes(judge(**changes).hits) for changes in case.fires]

    assert case.never_alone or code == "E-INF-01" or [code] in fired


@pytest.mark.parametrize(("code", "changes"), STAYS)
def test_a_rule_does_not_fire_on_the_other_side(code, changes):
    found = judge(**changes).finding(code)

    assert found.state is FindingState.PASSED


SIDES = {
    "gte": lambda limit, step: ([limit], [limit - step]),
    "gt": lambda limit, step: ([limit + step], [limit]),
    "lt": lambda limit, step: ([limit - step], [limit]),
    "between": lambda limit, step: (
        [limit[0], limit[1]],
        [limit[0] - step, limit[1] + step],
    ),
    "within_days": lambda limit, _: ([_ago(limit)], [_ago(limit + 1)]),
    "older_than_days": lambda limit, _: ([_ago(limit + 1)], [_ago(limit)]),
    "in": lambda limit, _: (list(limit), []),
    "contains_any": lambda limit, _: ([frozenset({code}) for code in limit], []),
}
"""Values on either side of a limit: those that meet it, those that just do not."""
NO_LIMIT = {"eq", "ne", "missing", "not_true", "not_empty"}


def _step(test: Any) -> Any:
    tenths = {"bmi", "alt_x_uln", "tsh", "temp_c", "potassium", "egfr", "hb_g_dl"}
    fine = {*tenths, "bp_sys_mean", "bp_dia_mean"}
    return Decimal("0.1") if test.field in fine else 1


def _ago(days: int) -> date:
    return TODAY - timedelta(days=days)


EDGES = [
    pytest.param(rule.id, test, id=f"{rule.id}-{test.field}-{test.operator}")
    for rule in RULES.values()
    for test in rule.tests
]


@pytest.mark.parametrize(("code", "test"), EDGES)
def test_both_sides_of_every_limit(code, test):
    meets: list[Any] = []
    misses: list[Any] = []
    if test.operator not in NO_LIMIT:
        meets, misses = SIDES[test.operator](test.value, _step(test))

    assert all(holds(test, _with(test.field, value), TODAY) for value in meets)
    assert not any(holds(test, _with(test.field, value), TODAY) for value in misses)
    case = CASES[code]
    for value in meets:
        assert _is_among(value, test.field, case.fires), (test, value)
    for value in misses:
        assert _is_among(value, test.field, case.stays), (test, value)


def _with(field: str, value: Any) -> Any:
    return replace(HEALTHY, **{field: value})


def _is_among(value: Any, field: str, many: list[dict[str, Any]]) -> bool:
    if isinstance(value, frozenset):
        return any(value <= changes.get(field, frozenset()) for changes in many)
    return any(changes.get(field) == value for changes in many)


@pytest.mark.parametrize(("code", "test"), EDGES)
def test_every_comparison_decides_a_case(code, test):
    """Some case fires that would not fire if this comparison were not there."""
    case = CASES[code]

    assert any(holds(test, _facts(changes), TODAY) for changes in case.fires), (
        "no case meets it"
    )


def _facts(changes: dict[str, Any]) -> Any:
    return replace(HEALTHY, **changes)
