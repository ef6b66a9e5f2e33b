"""The language of conditions, the reading of editions, and facts as JSON."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from screening.rules.conditions import (
    OPERATORS,
    RuleRefused,
    holds,
    parse_condition,
    truth,
    undecided,
    witnesses,
)
from screening.rules.eligibility_policy import DEFAULT_RULES
from screening.rules.fact_words import label, plain_words, words
from screening.rules.facts import MISSING, FactRefused, Facts
from screening.rules.rule_set import parse_rule_set

TODAY = date(2026, 11, 23)

CASES = [
    ("cannabis_use", "eq", "daily", "daily", "weekly"),
    ("sex_for_audit", "ne", "male", "other", "male"),
    ("spo2", "lt", 92, 91, 92),
    ("spo2", "lte", 92, 92, 93),
    ("bmi", "gt", 35, Decimal("35.1"), 35),
    ("egfr", "gte", 30, 30, Decimal("29.9")),
    ("qtc_ms", "between", [450, 499], 450, 449),
    ("qtc_ms", "between", [450, 499], 499, 500),
    ("si_level", "in", ["plan", "intent"], "plan", "passive"),
    ("gi_dx", "contains_any", ["severe_gerd"], frozenset({"severe_gerd"}), frozenset()),
    ("cvd", "not_empty", None, frozenset({"pacemaker"}), frozenset()),
    ("ecg_date", "missing", None, None, TODAY),
    ("osa", "not_true", None, False, True),
    ("surgery_date", "within_days", 14, TODAY - timedelta(14), TODAY - timedelta(15)),
    (
        "ecg_date",
        "older_than_days",
        365,
        TODAY - timedelta(366),
        TODAY - timedelta(365),
    ),
]


@pytest.mark.parametrize(
    ("field", "operator", "limit", "yes", "no"),
    [pytest.param(*case, id=f"{case[1]}-{case[0]}-{case[3]}") for case in CASES],
)
def test_comparison(field, operator, limit, yes, no):
    condition = parse_condition([field, operator, limit])

    assert holds(condition, replace(Facts(), **{field: yes}), TODAY)
    assert not holds(condition, replace(Facts(), **{field: no}), TODAY)
    assert holds(condition, Facts(), TODAY) is (operator in {"missing", "not_true"})


def test_every_operator_has_a_case():
    assert {case[1] for case in CASES} == OPERATORS


@pytest.mark.parametrize("operator", ["within_days", "older_than_days"])
def test_a_date_that_does_not_exist_compares_with_nothing(operator):
    condition = parse_condition(["ecg_date", operator, 1])

    assert not holds(condition, Facts(ecg_date=None), TODAY)
    assert truth(condition, Facts(ecg_date=None), TODAY) is False
    assert truth(condition, Facts(), TODAY) is None


def test_a_tenth_is_a_tenth():
    condition = parse_condition(["tsh", "lt", 0.1])

    assert holds(condition, Facts(tsh=Decimal("0.09")), TODAY)
    assert not holds(condition, Facts(tsh=Decimal("0.1")), TODAY)


@pytest.mark.parametrize(
    ("condition", "facts", "answer", "open_fields"),
    [
        pytest.param(
            {"all": [["osa", "eq", True], ["hr", "gt", 110]]},
            {},
            None,
            ("osa", "hr"),
            id="both-open",
        ),
        pytest.param(
            {"all": [["osa", "eq", True], ["hr", "gt", 110]]},
            {"osa": True},
            None,
            ("hr",),
            id="one-left",
        ),
        pytest.param(
            {"all": [["osa", "eq", True], ["hr", "gt", 110]]},
            {"hr": 70},
            False,
            (),
            id="settled-by-one",
        ),
        pytest.param(
            {"any": [["osa", "eq", True], ["hr", "gt", 110]]},
            {"hr": 70},
            None,
            ("osa",),
            id="any-one-left",
        ),
        pytest.param(
            {"any": [["osa", "eq", True], ["hr", "gt", 110]]},
            {"hr": 120},
            True,
            (),
            id="any-settled",
        ),
        pytest.param(
            {"all": [["osa", "not_true", None], ["hr", "gt", 110]]},
            {},
            None,
            ("hr",),
            id="not-true-needs-none",
        ),
        pytest.param(
            {"any": [["ecg_date", "missing", None], ["hr", "gt", 110]]},
            {},
            True,
            (),
            id="missing-counts",
        ),
    ],
)
def test_what_is_missing_leaves_a_condition_open_only_when_it_matters(
    condition, facts, answer, open_fields
):
    read = parse_condition(condition)

    assert truth(read, Facts(**facts), TODAY) is answer
    assert undecided(read, Facts(**facts), TODAY) == open_fields


def test_nested_conditions_name_their_witnesses():
    condition = parse_condition(
        {
            "all": [
                {"any": [["spo2", "lt", 92], ["home_o2", "eq", True]]},
                ["hr", "gt", 110],
            ]
        }
    )
    facts = Facts(spo2=98, home_o2=True, hr=120)

    assert holds(condition, facts, TODAY)
    assert witnesses(condition, facts, TODAY) == ("home_o2", "hr")
    assert not holds(condition, replace(facts, hr=110), TODAY)


@pytest.mark.parametrize(
    "node",
    [
        pytest.param({"none": [["hr", "gt", 1]]}, id="unknown-joint"),
        pytest.param({"all": []}, id="empty"),
        pytest.param({"any": []}, id="empty-any"),
        pytest.param({"all": [["hr", "gt", 1]], "any": [["hr", "gt", 1]]}, id="both"),
        pytest.param({"any": [["hr", "gt", 1]], "all": []}, id="both-one-empty"),
        pytest.param(["hr", "gt"], id="too-short"),
        pytest.param(["pulse", "gt", 1], id="unknown-field"),
        pytest.param(["hr", "above", 1], id="unknown-operator"),
        pytest.param("hr > 1", id="text"),
        pytest.param(["hr", "contains_any", ["x"]], id="a-number-has-no-members"),
        pytest.param(["cvd", "gt", 5], id="codes-have-no-order"),
        pytest.param(["osa", "gt", True], id="yes-has-no-order"),
        pytest.param(["osa", "eq", "yes"], id="yes-as-text"),
        pytest.param(["hr", "gt", True], id="number-as-yes"),
        pytest.param(["hr", "gt", "110"], id="number-as-text"),
        pytest.param(["pregnant", "in", "yes"], id="no-list"),
        pytest.param(["pregnant", "in", []], id="empty-list"),
        pytest.param(["pregnant", "in", [1]], id="list-of-another-kind"),
        pytest.param(["hr", "between", [1]], id="one-limit"),
        pytest.param(["ecg_date", "within_days", "30"], id="days-as-text"),
        pytest.param(["ecg_date", "gt", 30], id="date-as-number"),
    ],
)
def test_a_condition_that_cannot_be_read_is_refused(node):
    with pytest.raises(RuleRefused):
        parse_condition(node)


def edition(**changes):
    rule = {**DEFAULT_RULES["rules"][0], **changes}
    return {**DEFAULT_RULES, "rules": [rule]}


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(edition(rac="Z"), id="unknown-outcome"),
        pytest.param(edition(when=["hr", "above", 1]), id="bad-condition"),
        pytest.param(edition(requires=["pulse"]), id="unknown-requirement"),
        pytest.param(edition(hit="Age {years}."), id="unknown-placeholder"),
        pytest.param(
            {**DEFAULT_RULES, "rules": [{"id": "E-AGE-01"}]}, id="nothing-but-an-id"
        ),
    ],
)
def test_a_rule_that_cannot_be_read_is_refused_by_name(document):
    with pytest.raises(RuleRefused, match="E-AGE-01"):
        parse_rule_set(document)


def test_a_doubled_rule_is_refused():
    rules = [DEFAULT_RULES["rules"][0]] * 2

    with pytest.raises(RuleRefused, match=r"twice: E-AGE-01\."):
        parse_rule_set({**DEFAULT_RULES, "rules": rules})


def test_a_limit_that_the_rule_does_not_set_is_none():
    rule = parse_rule_set(DEFAULT_RULES).rules[0]

    assert rule.limit("age_years") == 18
    assert rule.limit("hr") is None


FACTS = Facts(
    age_years=45,
    capacity=True,
    bp_sys_mean=Decimal("139.50"),
    weight_kg=70,
    cvd=frozenset({"pacemaker", "cad_stable"}),
    mi_date=None,
    hcg_date=date(2026, 11, 1),
    pregnant="no",
)


def test_facts_keep_what_was_answered_and_nothing_else():
    stored = FACTS.as_json()

    assert stored == {
        "age_years": 45,
        "capacity": True,
        "bp_sys_mean": "139.5",
        "weight_kg": 70,
        "cvd": ["cad_stable", "pacemaker"],
        "mi_date": None,
        "hcg_date": "2026-11-01",
        "pregnant": "no",
    }
    assert Facts.from_json(stored) == FACTS


def test_the_digest_is_that_of_the_answers():
    assert FACTS.digest() == Facts.from_json(FACTS.as_json()).digest()
    assert FACTS.digest() != replace(FACTS, mi_date=MISSING).digest()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("pulse", 1, id="unknown"),
        pytest.param("age_years", "45", id="count-as-text"),
        pytest.param("age_years", True, id="count-as-yes"),
        pytest.param("capacity", 1, id="yes-as-count"),
        pytest.param("weight_kg", 70.5, id="float"),
        pytest.param("weight_kg", "seventy", id="no-number"),
        pytest.param("hcg_date", "yesterday", id="no-date"),
        pytest.param("hcg_date", 5, id="date-as-count"),
        pytest.param("cvd", "pacemaker", id="codes-as-text"),
        pytest.param("pregnant", None, id="word-as-none"),
    ],
)
def test_a_stored_answer_that_does_not_fit_is_refused(name, value):
    with pytest.raises(FactRefused, match=name):
        Facts.from_json({name: value})


def test_missing_is_not_true():
    assert not MISSING


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        pytest.param("age_years", MISSING, "not answered", id="missing"),
        pytest.param("mi_date", None, "none", id="none"),
        pytest.param("capacity", True, "yes", id="yes"),
        pytest.param("capacity", False, "no", id="no"),
        pytest.param("cvd", frozenset(), "none", id="no-codes"),
        pytest.param(
            "cvd",
            frozenset({"pacemaker", "cad_stable"}),
            "pacemaker, stable coronary disease",
            id="codes",
        ),
        pytest.param("hcg_date", date(2026, 10, 4), "4 Oct 2026", id="date"),
        pytest.param("bp_sys_mean", Decimal("140.0"), "140\u00a0mmHg", id="unit"),
        pytest.param("pregnant", "na", "not applicable", id="word"),
        pytest.param("dast10_score", 7, "7", id="count"),
    ],
)
def test_answers_in_words(field, value, text):
    assert words(field, value) == text


def test_labels_fall_back_to_the_field_name():
    assert label("phq9_item9") == "PHQ-9 item 9"
    assert label("tail_length") == "Tail length"
    assert plain_words(Decimal(100)) == "100"
