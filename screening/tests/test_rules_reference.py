"""The shipped edition beside the clinical reference: 3.6 line by line, 3.2 field by field."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from screening.rules.eligibility_policy import DEFAULT_RULES, default_rule_set
from screening.rules.fact_words import LABELS
from screening.rules.facts import FIELD_NAMES, MISSING
from screening.rules.findings import FindingState
from screening.rules.rule_set import parse_rule_set, placeholders, rule_set_of
from screening.tests.rule_facts import OURS, REQUIRED, SOMETIMES, judge

LINES = [
    json.loads(line)
    for line in (Path(__file__).parent / "data" / "eligibility_rules.jsonl")
    .read_text()
    .splitlines()
]
SHIPPED = {entry["id"]: entry for entry in DEFAULT_RULES["rules"]}
NOT_IN_THE_REFERENCE = ["E-CV-01b", "E-CV-03b", "E-CV-05b"]


def test_the_reference_has_84_rules_and_each_ships():
    known = {line["id"] for line in LINES}

    assert len(LINES) == len(known) == 84
    assert len(SHIPPED) == len(DEFAULT_RULES["rules"]) == 87
    assert known <= set(SHIPPED)
    assert sorted(set(SHIPPED) - known) == NOT_IN_THE_REFERENCE


@pytest.mark.parametrize("line", LINES, ids=lambda line: line["id"])
def test_a_shipped_rule_says_what_the_reference_says(line):
    shipped = SHIPPED[line["id"]]
    flags = {"locked": False, "seed": False}

    assert {**flags, **line} == {
        key: shipped.get(key, False) for key in ("id", "when", "rac", "esk", *flags)
    }


@pytest.mark.parametrize("code", NOT_IN_THE_REFERENCE)
def test_a_rule_beyond_the_reference_is_marked_ours(code):
    rule = SHIPPED[code]

    assert "ours" in rule["tags"]
    assert "ID" in rule["source"]
    assert not rule.get("locked")


def test_nothing_else_is_marked_ours():
    assert [
        code for code, rule in SHIPPED.items() if "ours" in rule.get("tags", ())
    ] == [
        entry["id"]
        for entry in DEFAULT_RULES["rules"]
        if entry["id"] in NOT_IN_THE_REFERENCE
    ]


def test_what_is_required_is_the_last_column_of_3_2():
    needs = [need for rule in default_rule_set().rules for need in rule.requires]
    always = {need.field for need in needs if need.when is None}
    sometimes = {need.field for need in needs if need.when is not None}
    by_inf_01 = {"phq9_baseline", "gad7_baseline"}

    assert always | by_inf_01 == {*REQUIRED, *OURS}
    assert sometimes == set(SOMETIMES)


@pytest.mark.parametrize("field", [*REQUIRED, *OURS])
def test_a_required_question_without_an_answer_is_never_no(field):
    evaluation = judge(**{field: MISSING})

    assert (evaluation.racemic, evaluation.esketamine) == ("incomplete", "incomplete")
    assert evaluation.unanswered
    asked = {name for found in evaluation.unanswered for name in found.unanswered}
    assert asked == {LABELS[field]}


@pytest.mark.parametrize(("field", "under"), SOMETIMES.items(), ids=SOMETIMES)
def test_a_question_is_required_of_those_whom_it_concerns(field, under):
    evaluation = judge(**{**under, field: MISSING})

    assert evaluation.racemic == "incomplete"
    asked = {name for found in evaluation.findings for name in found.unanswered}
    assert asked == {LABELS[field]}


OPTIONAL = sorted(FIELD_NAMES - {*REQUIRED, *OURS, *SOMETIMES})
SETTLED_BY_OTHERS = {
    "has_housing_phone": "no home route is asked for",
    "home_route_requested": "there is a home and a phone",
    "cpap_used": "there is no sleep apnea",
    "ecg_date": "there is no risk for the heart",
    "cvd_risk_factor_count": "an ECG is on file",
    "qt_drug_count": "an ECG is on file",
    "lft_date": "there is no risk for the liver",
    "dosings_12m": "liver tests are on file",
    "tsh": "there are no symptoms",
}


@pytest.mark.parametrize("field", OPTIONAL)
def test_a_question_that_is_not_required_stays_open_without_holding_up(field):
    evaluation = judge(**{field: MISSING})
    looking = [rule.id for rule in default_rule_set().rules if field in rule.fields]

    if field in SETTLED_BY_OTHERS:
        looking = []
    assert evaluation.racemic == "eligible"
    assert [
        found.code for found in evaluation.findings if LABELS[field] in found.not_asked
    ] == looking
    assert all(
        found.state in {FindingState.PASSED, FindingState.NOT_ASKED}
        for found in evaluation.findings
    )


def test_every_field_of_a_rule_has_a_label_and_every_field_is_in_some_rule():
    looked_at = {field for rule in default_rule_set().rules for field in rule.fields}

    assert looked_at == FIELD_NAMES == set(LABELS)
    assert len(set(LABELS.values())) == len(LABELS)


@pytest.mark.parametrize("entry", DEFAULT_RULES["rules"], ids=lambda entry: entry["id"])
def test_a_rule_has_all_its_words(entry):
    for name in ("domain", "title", "hit", "passed", "why", "next_step", "source"):
        assert entry[name].strip(), name
    for name in ("hit", "passed", "why", "next_step", "suggestion"):
        text = entry.get(name, "Is there.")
        assert text[-1] == ".", (name, text)
        assert text[0].isupper() or text[0] in "{2e", (name, text)
        assert "  " not in text
    fields = {name.removesuffix("_limit") for name in placeholders(entry["hit"])}
    rule = next(rule for rule in default_rule_set().rules if rule.id == entry["id"])
    assert fields <= set(rule.fields)


def test_the_six_exclusions_of_the_founding_protocol_are_tagged():
    six = {"E-SUD-01", "E-PSY-01", "E-CV-01", "E-OB-01", "E-CV-04", "E-ALL-02"}

    assert all("seed" in SHIPPED[code]["tags"] for code in six)
    assert all(("seed" in rule.tags) is rule.seed for rule in default_rule_set().rules)


def test_an_edition_is_read_once():
    first = rule_set_of("an-edition", DEFAULT_RULES)

    assert rule_set_of("an-edition", {}) is first
    assert first == parse_rule_set(DEFAULT_RULES)


def test_only_so_many_editions_are_kept_in_memory():
    small = {**DEFAULT_RULES, "rules": []}
    first = rule_set_of("the-first", DEFAULT_RULES)

    for number in range(64):
        rule_set_of(number, small)

    assert rule_set_of("the-first", small) is not first
