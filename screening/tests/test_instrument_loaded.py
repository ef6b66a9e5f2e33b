"""Questionnaires a clinic loads: reading, conditions, points, and the places of licensed ones."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from screening.instruments import AnswerRefused, ScoreStatus, Severity, loaded, slots
from screening.instruments.definition import Condition, Gate, Instrument
from screening.instruments.reading import ITEM_WEIGHT, ORDINAL_VALUE, parse

S = ScoreStatus


def option(words, points=None, url=ORDINAL_VALUE, **more):
    extension = [] if points is None else [{"url": url, "valueDecimal": points}]
    return {
        "valueCoding": {"code": words.lower(), "display": words, "extension": extension}
    }


def question(link_id, *options, kind="choice", **more):
    node = {"linkId": link_id, "text": f"Question {link_id}?", "type": kind, **more}
    return {**node, "answerOption": list(options)} if options else node


def made(*items, kind="sum", key="own") -> Instrument:
    document = {"name": key, "version": "1", "title": "Own", "item": list(items)}
    return replace(parse(document), kind=kind)


NO_YES = (option("No", 0), option("Yes", 1))


def test_points_come_from_ordinal_value_or_item_weight_of_option_or_coding():
    on_entry = {
        "valueString": "Much",
        "extension": [{"url": ITEM_WEIGHT, "valueDecimal": 4}],
    }
    own = made(question("a", option("Some", 2, ITEM_WEIGHT), on_entry))
    assert [(o.value, o.text, o.points) for o in own.items[0].options] == [
        (2, "Some", Decimal(2)),
        (4, "Much", Decimal(4)),
    ]


def test_options_without_or_with_equal_points_are_kept_by_their_place():
    own = made(
        question("a", option("Red"), option("Blue")),
        question("b", option("One", 1), option("Uno", 1)),
        question("c", option("Half", 0.5), option("Whole", 1)),
        question("d", {"valueInteger": 7}),
    )
    assert [[o.value for o in item.options] for item in own.items] == [
        [0, 1],
        [0, 1],
        [0, 1],
        [0],
    ]
    assert [item.scored for item in own.items] == [False, True, True, False]
    assert own.items[3].options[0].text == "7"


def test_a_yes_or_no_question_scores_by_its_own_weight():
    weight = [{"url": ITEM_WEIGHT, "valueDecimal": 2}]
    own = made(
        question("a", kind="boolean", extension=weight), question("b", kind="boolean")
    )
    assert [o.points for o in own.items[0].options] == [2, 0]
    assert [item.scored for item in own.items] == [True, False]


def test_groups_displays_and_nested_questions_give_their_words():
    own = made(
        {"linkId": "d", "type": "display", "text": "Read this."},
        {
            "linkId": "g",
            "type": "group",
            "text": "Last week:",
            "item": [
                {
                    "linkId": "h",
                    "type": "group",
                    "text": "At home:",
                    "item": [question("a")],
                },
                question("b", item=[question("c")], kind="string"),
            ],
        },
        {"linkId": "e", "type": "group"},
        {"linkId": "f", "type": "display", "text": "The end."},
    )
    assert [(i.link_id, i.lead, i.note) for i in own.items] == [
        ("a", "Last week:\nAt home:", "Read this."),
        ("b", "Last week:", ""),
        ("c", "Last week:", ""),
    ]


@pytest.mark.parametrize(
    ("operator", "value", "given", "holds"),
    [
        ("exists", 1, 0, True),
        ("exists", 1, None, False),
        ("exists", 0, None, True),
        ("=", 1, None, False),
        ("!=", 1, None, False),
        ("=", 1, 1, True),
        ("=", "x", "y", False),
        ("!=", 1, 2, True),
        (">", 2, 3, True),
        (">", 3, 3, False),
        (">=", 3, 3, True),
        (">=", Decimal("3.5"), "3.4", False),
        ("<", 3, 2, True),
        ("<", 3, 3, False),
        ("<=", 3, 3, True),
        ("<=", 3, 4, False),
    ],
)
def test_conditions(operator, value, given, holds):
    answers = {} if given is None else {"a": given}
    assert Condition("a", operator, value).holds(answers) is holds


def test_a_gate_wants_all_or_any():
    both = (Condition("a", "=", 1), Condition("b", "=", 1))
    assert not Gate(both).holds({"a": 1, "b": 0})
    assert Gate(both, is_any=True).holds({"a": 1, "b": 0})


@pytest.mark.parametrize(
    ("when", "answer", "asked"),
    [
        ({"operator": "=", "answerCoding": {"code": "yes"}}, 1, True),
        ({"operator": "=", "answerCoding": {"code": "yes"}}, 0, False),
        ({"operator": "exists", "answerBoolean": True}, 0, True),
    ],
)
def test_a_condition_on_a_choice_is_read_as_its_option(when, answer, asked):
    own = made(
        question("a", *NO_YES),
        question("b", *NO_YES, enableWhen=[{"question": "a", **when}]),
    )
    assert ("b" in [i.link_id for i in own.asked({"a": answer})]) is asked


def test_conditions_on_yes_or_no_and_on_numbers():
    own = made(
        question("a", kind="boolean"),
        question("n", kind="integer"),
        question("b", kind="string", enableWhen=[
            {"question": "a", "operator": "=", "answerBoolean": True},
            {"question": "n", "operator": ">", "answerInteger": 3},
        ], enableBehavior="any"),
    )  # fmt: skip
    assert len(own.asked({"a": 0, "n": 3})) == 2
    assert len(own.asked({"a": 1, "n": 3})) == 3
    assert len(own.asked({"a": 0, "n": 4})) == 3


TWO = (question("a", option("Some", 1), option("Much", 2)), question("b", *NO_YES))


@pytest.mark.parametrize(
    ("kind", "answers", "total", "status"),
    [
        ("sum", {"a": 2, "b": 1}, 3, S.COMPLETE),
        ("mean", {"a": 2, "b": 1}, Decimal("1.50"), S.COMPLETE),
        ("none", {"a": 2, "b": 1}, None, S.COMPLETE),
        ("sum", {"a": 2}, None, S.INVALID),
        ("mean", {"a": None, "b": 0}, None, S.INVALID),
    ],
)
def test_a_loaded_questionnaire_is_scored_as_the_admin_chose(
    kind, answers, total, status
):
    found = loaded.score(made(*TWO, kind=kind), answers)
    assert (found.total, found.status, found.severity) == (total, status, None)
    assert found.total_loinc == "kap-own"


@pytest.mark.parametrize(("kind", "most"), [("sum", 3), ("mean", 2), ("none", 0)])
def test_the_highest_total_is_known(kind, most):
    assert loaded.maximum(made(*TWO, kind=kind)) == most


def test_without_points_there_is_no_total():
    assert (
        loaded.score(made(question("a", kind="string")), {"a": "words"}).total is None
    )


@pytest.mark.parametrize(
    ("kind", "value", "fits"),
    [
        ("choice", 1, True),
        ("choice", 9, False),
        ("boolean", 1, True),
        ("boolean", 2, False),
        ("integer", 12, True),
        ("integer", "12", False),
        ("decimal", "1.5", True),
        ("decimal", "NaN", False),
        ("decimal", "much", False),
        ("string", "words", True),
        ("text", 5, False),
        ("text", "x" * 2001, False),
        ("text", None, True),
    ],
)
def test_what_an_answer_may_be(kind, value, fits):
    own = made(question("a", *(NO_YES if kind == "choice" else ()), kind=kind))
    if fits:
        assert loaded.score(own, {"a": value})
    else:
        with pytest.raises(AnswerRefused):
            loaded.score(own, {"a": value})


def test_an_answer_to_no_question_is_refused():
    with pytest.raises(AnswerRefused, match="no item"):
        loaded.score(made(*TWO), {"z": 1})


def of_slot(key, *items):
    return made(*items, key=key, kind="own")


def scale(count, most):
    return [
        question(str(n), *(option(str(v), v) for v in range(most + 1)))
        for n in range(1, count + 1)
    ]


MDQ = of_slot(
    "mdq",
    *[question(str(n), *NO_YES) for n in range(1, 15)],
    question(
        "15", *(option(w, v) for v, w in enumerate(("None", "Minor", "Some", "Big")))
    ),
)


@pytest.mark.parametrize(
    ("symptoms", "together", "problem", "positive"),
    [
        (8, 0, 2, False),
        (7, 1, 2, True),
        (6, 1, 2, False),
        (7, 1, 1, False),
        (13, 1, 3, True),
    ],
)
def test_mdq(symptoms, together, problem, positive):
    answers = {str(n): int(n <= symptoms) for n in range(1, 14)}
    found = loaded.score(MDQ, {**answers, "14": together, "15": problem})
    assert found.meets_rule is positive
    assert found.total == symptoms
    assert found.severity is (Severity.POSITIVE if positive else Severity.NEGATIVE)


def test_meq_60_percent_exactly_is_complete():
    meq = of_slot("meq-30", *scale(30, 5))
    found = loaded.score(meq, {str(n): 3 for n in range(1, 31)})
    assert [(int(p.total or 0), p.maximum) for p in found.subscales] == [
        (45, 75),
        (18, 30),
        (18, 30),
        (9, 15),
    ]
    assert found.meets_rule is True
    less = {**{str(n): 3 for n in range(1, 31)}, "4": 2}
    assert loaded.score(meq, less).meets_rule is False


@pytest.mark.parametrize(
    ("key", "count", "most", "value", "total"),
    [
        ("cadss-6", 6, 4, 4, 24),
        ("cadss-6", 6, 4, 0, 0),
        ("whodas-12", 12, 4, 4, 48),
        ("ebi", 6, 100, 50, 50),
        ("piq", 23, 5, 5, 5),
        ("asrm", 5, 4, 1, 5),
        ("bpi-sf", 11, 10, 3, None),
    ],
)
def test_other_places(key, count, most, value, total):
    own = of_slot(key, *scale(count, most))
    assert slots.fault(slots.SLOTS[key], own) == ""
    found = loaded.score(own, {str(n): value for n in range(1, count + 1)})
    assert found.total == total
    assert loaded.score(own, {}).status is S.INVALID


def test_asrm_from_6():
    own = of_slot("asrm", *scale(5, 4))
    found = loaded.score(own, {"1": 2, "2": 1, "3": 1, "4": 1, "5": 1})
    assert found.severity is Severity.POSITIVE


def test_a_file_that_does_not_fit_its_place_is_refused_in_a_sentence():
    slot = slots.SLOTS["cadss-6"]
    gate = [{"question": "1", "operator": "exists", "answerBoolean": True}]
    gated = [{**node, "enableWhen": gate} for node in scale(6, 4)]
    assert "6 questions" in slots.fault(slot, of_slot("cadss-6", *scale(5, 4)))
    assert "more than 4 points" in slots.fault(slot, of_slot("cadss-6", *scale(6, 5)))
    assert "leaves some out" in slots.fault(slot, of_slot("cadss-6", *gated))
