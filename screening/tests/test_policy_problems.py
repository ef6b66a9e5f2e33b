from __future__ import annotations

import copy

import pytest

from screening.rules.eligibility_policy import DEFAULT_RULES
from screening.rules.policy_edit import changed_codes, changes, limits, with_limits
from screening.rules.policy_problems import problems


def changed(*edits, **rules):
    """The shipped rules with some keys of some rules replaced, and numbers by place."""
    body = copy.deepcopy(DEFAULT_RULES)
    for code, keys in edits:
        entry = next(one for one in body["rules"] if one["id"] == code)
        numbers = {place: value for place, value in keys.items() if type(place) is int}
        entry.update(with_limits(entry, numbers))
        entry.update({key: value for key, value in keys.items() if type(key) is str})
    return body


def test_the_shipped_rules_may_be_signed():
    assert problems(DEFAULT_RULES, DEFAULT_RULES) == []


@pytest.mark.parametrize(
    ("edits", "code", "part", "words"),
    [
        pytest.param([("E-OB-01", {"enabled": False})], "E-OB-01", "enabled", "turned off", id="locked-off"),
        pytest.param([("E-OB-01", {"rac": "R"})], "E-OB-01", "rac", "weaker", id="locked-weaker"),
        pytest.param([("E-OB-01", {"locked": False})], "E-OB-01", "", "stays locked", id="unlocked"),
        pytest.param([("E-CV-06", {0: 20})], "E-CV-06", "0", "as shipped", id="locked-limit"),
        pytest.param([("E-SI-01", {"rac": "I"})], "E-SI-01", "rac", "weaker", id="pathway-lost"),
        pytest.param([("E-CV-01", {0: 185}), ("E-CV-02", {2: 185})], "E-CV-01", "0", "Between 140 and 180", id="pressure-high"),
        pytest.param([("E-CV-01", {1: 89}), ("E-CV-02", {3: 89})], "E-CV-01", "1", "Between 90 and 100", id="pressure-low"),
        pytest.param([("E-CV-01", {0: 165})], "E-CV-02", "2", "leaves a hole", id="hole"),
        pytest.param([("E-CV-01", {0: 155})], "E-CV-01", "0", "overlaps", id="overlap"),
        pytest.param([("E-SUD-06", {0: 6, 1: 5})], "E-SUD-06", "1", "must be above 6", id="reversed"),
        pytest.param([("E-AGE-01", {"when": {"all": [["shoe_size", "lt", 1]]}})], "E-AGE-01", "", "shoe_size", id="unknown-field"),
        pytest.param([("E-AGE-01", {"hit": "{shoe}"})], "E-AGE-01", "hit", "shoe", id="unknown-name-in-words"),
    ],
)  # fmt: skip
def test_what_contradicts_is_said_beside_its_field(edits, code, part, words):
    found = problems(changed(*edits), DEFAULT_RULES)

    assert any(
        one.code == code and one.part == part and words in one.sentence for one in found
    ), found


@pytest.mark.parametrize(
    "edits",
    [
        pytest.param([("E-CV-01", {0: 170}), ("E-CV-02", {2: 170})], id="both-bands"),
        pytest.param([("E-CV-02", {"enabled": False})], id="unlocked-off"),
        pytest.param([("E-AGE-02", {0: 70})], id="age"),
        pytest.param([("E-OB-01", {"why": "Other words."})], id="words-of-a-locked-rule"),
        pytest.param([("E-PSY-02", {"rac": "X"})], id="stronger"),
    ],
)  # fmt: skip
def test_what_a_clinic_may_change(edits):
    assert problems(changed(*edits), DEFAULT_RULES) == []


def test_a_locked_rule_that_is_gone_is_named():
    body = copy.deepcopy(DEFAULT_RULES)
    body["rules"] = [one for one in body["rules"] if one["id"] != "E-OB-01"]

    assert "must be there" in problems(body, DEFAULT_RULES)[0].sentence


def test_numbers_come_back_as_they_went():
    for entry in DEFAULT_RULES["rules"]:
        numbers = {limit.place: limit.value for limit in limits(entry)}
        assert with_limits(entry, numbers) == entry


def test_changes_are_listed_old_and_new():
    body = changed(
        ("E-AGE-02", {0: 70, "why": "Ours."}), ("E-CV-12", {"enabled": False})
    )

    rows = [
        (one.code, one.what, one.old, one.new) for one in changes(DEFAULT_RULES, body)
    ]

    assert ("E-AGE-02", "Age: at least", "65 years", "70 years") in rows
    assert ("E-CV-12", "enabled", "yes", "no") in rows
    assert changed_codes(DEFAULT_RULES, body) == {"E-AGE-02", "E-CV-12"}
