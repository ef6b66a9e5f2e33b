"""The shipped questionnaires: wording, codes, loading."""

from __future__ import annotations

import pytest

from screening.instruments import (
    UnknownInstrument,
    all_instruments,
    change_rules,
    change_rules_if_any,
    load,
    score,
    scoring,
)
from screening.instruments.loader import is_shipped, licence_note, questionnaire

FREQUENCY = [
    (0, "LA6568-5", "Not at all"),
    (1, "LA6569-3", "Several days"),
    (2, "LA6570-1", "More than half the days"),
    (3, "LA6571-9", "Nearly every day"),
]
DIFFICULTY = [
    (0, "LA6572-7", "Not difficult at all"),
    (1, "LA6573-5", "Somewhat difficult"),
    (2, "LA6575-0", "Very difficult"),
    (3, "LA6574-3", "Extremely difficult"),
]
STEM = (
    "Over the last 2 weeks, how often have you been bothered by any of the "
    "following problems?"
)
LOINC = {
    "phq9": [
        "44250-9",
        "44255-8",
        "44259-0",
        "44254-1",
        "44251-7",
        "44258-2",
        "44252-5",
        "44253-3",
        "44260-8",
        "69722-7",
    ],
    "gad7": [
        "69725-0",
        "68509-9",
        "69733-4",
        "69734-2",
        "69735-9",
        "69689-8",
        "69736-7",
        "69722-7",
    ],
}
BOTH = pytest.mark.parametrize("key", ["phq9", "gad7"])


def loinc_check_digit(code: str) -> int:
    """Mod 10 (Luhn) check digit, as LOINC defines it."""
    body = code.rpartition("-")[0][::-1]
    doubled = "".join(
        str(int(digit) * (2 if position % 2 == 0 else 1))
        for position, digit in enumerate(body)
    )
    return -sum(int(digit) for digit in doubled) % 10


FREE = ["auditc", "gad7", "pcl5", "pcl5week", "peg", "phq9"]
PACKS = {"audit": "audit", "cssrs": "c-ssrs", "dast10": "dast-10", "who5": "who-5"}


def test_the_free_ones_ship_and_the_licensed_ones_come_in_packs():
    assert [i.key for i in all_instruments() if not i.pack] == FREE
    assert {i.key: i.pack for i in all_instruments() if i.pack} == PACKS


@pytest.mark.parametrize("key", [*FREE, *PACKS])
def test_every_instrument_that_ships_can_be_scored(key):
    known, rule = load(key), scoring(key)
    assert tuple(item.link_id for item in known.scored_items) == rule.link_ids
    for item in known.scored_items:
        values = sorted(option.value for option in item.options)
        assert values == sorted(rule.allowed(item.link_id))
        assert [option.points for option in item.options] == [
            option.value for option in item.options
        ]


@pytest.mark.parametrize("key", [*FREE, *PACKS])
def test_every_instrument_is_fhir_r4_and_says_its_licence(key):
    from fhir.resources.R4B.questionnaire import Questionnaire

    assert Questionnaire.model_validate(questionnaire(key))
    assert len(load(key).licence) > 20
    assert load(key).items[0].required


@pytest.mark.parametrize("key", [*FREE, *PACKS])
def test_codes_of_items_and_totals_have_a_right_check_digit(key):
    known = load(key)
    codes = [item.loinc for item in known.items if item.loinc]
    codes += [
        c for c in (known.panel_loinc, scoring(key).total_loinc) if c[:3] != "kap"
    ]
    assert [
        code for code in codes if code and loinc_check_digit(code) != int(code[-1])
    ] == []


@pytest.mark.parametrize("pack", PACKS.values())
def test_a_pack_has_a_note_on_its_licence(pack):
    assert "Not covered by the licence of this project" in licence_note(pack)


@pytest.mark.parametrize(("key", "fhir_id"), [("phq9", "phq-9"), ("gad7", "gad-7")])
def test_the_fhir_id_names_the_same_instrument(key, fhir_id):
    assert load(fhir_id) is load(key)
    assert scoring(fhir_id) is scoring(key)


def test_load_gives_the_official_words():
    phq9 = load("phq9")

    assert phq9.title == "PHQ-9"
    assert phq9.stem == STEM
    assert phq9.item("phq9-9").text == (
        "Thoughts that you would be better off dead or of hurting yourself in some way"
    )
    assert load("gad7").stem == STEM
    assert load("gad7").item("gad7-7").text == (
        "Feeling afraid, as if something awful might happen"
    )


@BOTH
def test_item_codes_are_those_of_the_reference(key):
    assert [item.loinc for item in load(key).items] == LOINC[key]


@BOTH
def test_every_loinc_code_has_a_right_check_digit(key):
    codes = [item.loinc for item in load(key).items]
    codes += [load(key).panel_loinc, scoring(key).total_loinc]

    assert [code for code in codes if loinc_check_digit(code) != int(code[-1])] == []


@BOTH
def test_items_offer_the_official_answers(key):
    for item in load(key).items:
        offered = [(option.value, option.code, option.text) for option in item.options]
        assert offered == (FREQUENCY if item.scored else DIFFICULTY)


@BOTH
def test_only_the_difficulty_item_is_unscored_and_may_be_left_open(key):
    instrument = load(key)

    unscored = [item.link_id for item in instrument.items if not item.scored]
    open_ones = [item.link_id for item in instrument.items if not item.required]

    assert unscored == open_ones == [f"{key}-difficulty"]
    assert tuple(item.link_id for item in instrument.scored_items) == (
        scoring(key).link_ids
    )


@BOTH
def test_licence_line_is_shown(key):
    assert "No permission required" in load(key).licence
    assert "LOINC" in load(key).licence


@BOTH
def test_questionnaire_is_fhir_r4_and_a_fresh_copy(key):
    document = questionnaire(key)
    document["item"].clear()

    fresh = questionnaire(key)

    assert fresh["resourceType"] == "Questionnaire"
    assert fresh["status"] == "active"
    assert len(fresh["item"]) == 2


def test_option_finds_an_answer_by_its_value():
    item = load("phq9").item("phq9-1")

    assert [getattr(item.option(value), "text", None) for value in (3, 4)] == [
        "Nearly every day",
        None,
    ]


def test_item_that_is_not_there_is_a_key_error():
    with pytest.raises(KeyError):
        load("phq9").item("phq9-11")


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(load, id="load"),
        pytest.param(questionnaire, id="questionnaire"),
        pytest.param(scoring, id="scoring"),
        pytest.param(change_rules, id="change"),
        pytest.param(change_rules_if_any, id="change-if-any"),
        pytest.param(lambda key: score(key, {}), id="score"),
    ],
)
def test_an_unknown_key_is_refused_in_a_sentence(ask):
    with pytest.raises(UnknownInstrument, match="'hamd'"):
        ask("hamd")


def test_an_instrument_without_rules_of_change_says_so():
    assert change_rules_if_any("audit") is None
    with pytest.raises(UnknownInstrument, match="No rules of change"):
        change_rules("audit")


def test_a_key_of_the_clinics_own_is_not_shipped():
    assert is_shipped("phq-9")
    assert is_shipped("phq9")
    assert not is_shipped("mdq")


def test_pcl5_says_its_time_and_its_instruction_once():
    month, week = load("pcl-5"), load("pcl-5-week")
    assert (month.recall, week.recall) == ("past month", "past week")
    assert "choose one of the answers" in month.items[0].note
    assert month.items[1].note == ""
    assert week.stem == "In the past week, how much were you bothered by:"
    assert [i.text for i in month.items] == [i.text for i in week.items]


def test_audit_c_is_the_beginning_of_audit():
    short, long = load("audit-c"), load("audit")
    assert [i.text for i in short.items] == [i.text for i in long.items[:3]]


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ({}, {1, 9, 10}),
        ({1: 0}, {1, 9, 10}),
        ({1: 0, 2: 4, 3: 4}, {1, 9, 10}),
        ({1: 2, 2: 0, 3: 0}, {1, 2, 3, 9, 10}),
        ({1: 2, 2: 1, 3: 0}, set(range(1, 11))),
        ({1: 2, 2: 0, 3: 1}, set(range(1, 11))),
    ],
)
def test_audit_leaves_out_what_does_not_apply(given, asked):
    answers = {f"audit-{number}": value for number, value in given.items()}
    found = {item.link_id for item in load("audit").asked(answers)}
    assert found == {f"audit-{number}" for number in asked}


def test_answers_to_questions_that_no_longer_apply_do_not_stand():
    answers = {"cssrs-1": 1, "cssrs-2": 0, "cssrs-5": 1, "cssrs-6": 0}
    assert load("c-ssrs").standing(answers) == {
        "cssrs-1": 1,
        "cssrs-2": 0,
        "cssrs-6": 0,
    }


def test_item_3_of_dast_gives_its_point_to_no():
    item = load("dast-10").item("dast10-3")
    assert {o.text: o.points for o in item.options} == {"Yes": 0, "No": 1}
    assert load("dast-10").item("dast10-1").points(1) == 1
    assert item.points(None) is None
    assert (item.words(0), item.words(None), item.words("typed")) == (
        "Yes",
        "",
        "typed",
    )
