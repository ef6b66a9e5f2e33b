from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from screening.consent_texts import SHIPPED
from screening.consents import KINDS, TREATMENT
from screening.enums import ConsentStatus as S
from screening.enums_consent import CONSENT_TRANSITIONS, LIVE, OPEN
from screening.rules.consent_check import ELEMENT_NAMES, missing_elements, problems
from screening.rules.consent_conditions import (
    ConditionRefused,
    applies,
    check_condition,
    elements_of,
    sections_for,
)
from screening.rules.consent_initials import expected, initials_match
from screening.rules.consent_signing import (
    UnderEffect,
    needs_reason_for_haste,
    next_role,
    not_answered,
    not_understood,
    roles_in_order,
    why_not_now,
)
from screening.rules.consent_standing import (
    Edition,
    Signed,
    State,
    Trigger,
    add_months,
    consent_standing,
    renewal_due_on,
)
from screening.rules.consent_text import (
    carried_over,
    changed_parts,
    frozen_html,
    missing_acknowledgements,
    signed_content,
)
from screening.rules.consent_words import trigger_words

NOW = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)
DENVER = ZoneInfo("America/Denver")
TEXTS = {text.kind: text for text in SHIPPED}


def section(key, **more):
    return {"id": key, "title": key.title(), "body": f"About {key}.", **more}


ASKS = section(
    "understood",
    ack="teach_back",
    teach_back=[
        {
            "id": "a",
            "about": "what",
            "question": "A?",
            "choices": ["x", "y"],
            "right": 1,
        },
        {
            "id": "b",
            "about": "home",
            "question": "B?",
            "choices": ["x", "y"],
            "right": 0,
        },
    ],
)


@pytest.mark.parametrize(
    ("condition", "facts", "answer"),
    [
        (None, {}, True),
        (["route", "eq", "im"], {"route": "im"}, True),
        (["route", "eq", "im"], {"route": "iv"}, False),
        (["route", "eq", "im"], {}, False),
        (["route", "not_eq", "in_esk"], {}, True),
        (["route", "not_eq", "in_esk"], {"route": "in_esk"}, False),
        (["route", "in", ["im", "iv"]], {"route": "iv"}, True),
        (["route", "in", ["im", "iv"]], {"route": "sl"}, False),
        (["route", "in", ["im", "iv"]], {}, False),
        (["can_be_pregnant", "not_false", True], {}, True),
        (["can_be_pregnant", "not_false", True], {"can_be_pregnant": True}, True),
        (["can_be_pregnant", "not_false", True], {"can_be_pregnant": False}, False),
        (["state", "known", True], {"state": "TX"}, True),
        (["state", "known", False], {}, True),
        ({"all": [["home", "eq", True], ["route", "eq", "sl"]]}, {"home": True}, False),
        ({"any": [["home", "eq", True], ["route", "eq", "sl"]]}, {"home": True}, True),
    ],
)
def test_a_part_applies_when_its_condition_holds(condition, facts, answer):
    check_condition(condition)
    assert applies(condition, facts) is answer


@pytest.mark.parametrize(
    "condition",
    [["mood", "eq", 1], ["route", "like", "x"], {"all": []}, "route", ["route", "eq"]],
)
def test_a_condition_that_cannot_be_read_is_refused(condition):
    with pytest.raises(ConditionRefused):
        check_condition(condition)


def test_a_condition_of_a_wrong_shape_is_refused_when_asked_too():
    with pytest.raises(ConditionRefused):
        applies("route", {})


def test_a_question_goes_with_the_part_it_is_about():
    home = section("home", applies_when=["home", "eq", True])
    sections = [section("what"), home, ASKS]
    kept = sections_for(sections, {})
    assert [item["id"] for item in kept[-1]["teach_back"]] == ["a"]
    assert len(sections_for(sections, {"home": True})[-1]["teach_back"]) == 2
    alone = sections_for([ASKS], {})
    assert alone[0]["ack"] == "none"


@pytest.mark.parametrize(
    "facts",
    [
        {"route": "im", "can_be_pregnant": True},
        {"route": "sl", "compounded": True, "home": True, "can_be_pregnant": False},
        {"route": "in_esk", "telehealth": True},
        {"group": True},
        {},
    ],
)
def test_every_element_that_applies_is_in_the_treatment_text(facts):
    held = elements_of(sections_for(TEXTS[TREATMENT].sections, facts))
    not_here = {"C-30"}  # what a state asks for: only the clinic knows
    if facts.get("route") == "in_esk":
        not_here |= {"C-03"}
    else:
        not_here |= {"C-24"}
    if facts.get("can_be_pregnant") is False:
        not_here |= {"C-10"}
    for fact, code in (("home", "C-22"), ("telehealth", "C-23"), ("group", "C-19")):
        if not facts.get(fact):
            not_here |= {code}
    assert held == set(ELEMENT_NAMES) - not_here


def test_each_kind_has_a_shipped_text_that_may_be_published():
    assert set(TEXTS) == set(KINDS)
    for text in SHIPPED:
        assert problems(text.sections) == [], text.kind
        assert missing_elements(text.sections, KINDS[text.kind].elements) == []


def test_the_three_questions_on_understanding_are_asked():
    parts = sections_for(TEXTS[TREATMENT].sections, {"route": "im"})
    asked = [item["id"] for one in parts for item in one.get("teach_back", ())]
    assert asked == ["off-label", "driving", "crisis"]


def syllables(word):
    groups, before = 0, False
    for sign in word.lower():
        is_vowel = sign in "aeiouy"
        groups += is_vowel and not before
        before = is_vowel
    silent = word.lower().endswith("e") and groups > 1
    return max(1, groups - silent)


@pytest.mark.parametrize("text", SHIPPED, ids=lambda text: text.kind)
def test_a_text_reads_at_about_eighth_grade(text):
    body = " ".join(one["body"] for one in text.sections)
    for mark in (":", ";", "?", "!"):
        body = body.replace(mark, ".")
    sentences = [one for one in body.split(".") if one.split()]
    words = body.replace(".", " ").split()
    grade = (
        0.39 * len(words) / len(sentences)
        + 11.8 * sum(map(syllables, words)) / len(words)
        - 15.59
    )
    assert grade < 9, f"{text.kind}: {grade:.1f}"


@pytest.mark.parametrize(
    ("sections", "words"),
    [
        ([], "at least one part"),
        ({}, "at least one part"),
        (["x"], "not a part"),
        ([section("A b")], "small letters"),
        ([section("a"), section("a")], "stands twice"),
        ([section("a", body=" ")], "the body is empty"),
        ([section("a", ack="wink")], "ack is one of"),
        ([section("a", ack="teach_back")], "questions on understanding need"),
        ([section("a", elements=["C-33"])], "no element is called C-33"),
        ([section("a", applies_when=["mood", "eq", 1])], "No fact is called"),
        (
            [section("a", ack="teach_back", teach_back=["x"])],
            "has an id and a question",
        ),
        (
            [
                section(
                    "a",
                    ack="teach_back",
                    teach_back=[
                        {"id": "q", "question": "?", "choices": ["x"], "right": 0}
                    ],
                )
            ],
            "two or more choices",
        ),
    ],
)
def test_what_keeps_a_text_from_being_published_is_said(sections, words):
    assert words in " ".join(problems(sections))


def test_missing_elements_have_their_names():
    assert missing_elements([section("a", elements=["C-06"])], ["C-06", "C-13"]) == [
        "C-13 no driving, and the escort"
    ]


@pytest.mark.parametrize(
    ("typed", "name", "fits"),
    [
        ("JT", "Juniper Testwell", True),
        ("j.t.", "Juniper Testwell", True),
        (" J T ", "Juniper Testwell", True),
        ("JMT", "Juniper May Testwell", True),
        ("JT", "Juniper May Testwell", True),
        ("JXT", "Juniper May Testwell", False),
        ("TJ", "Juniper Testwell", False),
        ("J", "Juniper Testwell", False),
        ("", "Juniper Testwell", False),
        ("12", "Juniper Testwell", False),
        ("ÉO", "Élise Œuvre", False),
        ("EZ", "Élise Zürn", True),
        ("M", "Mononym", True),
        ("JT", "", False),
    ],
)
def test_initials_are_compared_by_their_letters(typed, name, fits):
    assert initials_match(typed, name) is fits


def test_the_name_a_person_goes_by_counts_too():
    assert initials_match("AT", "Juniper Testwell", "Ash Testwell")
    assert expected("Juniper May Testwell") == "JT"
    assert expected("Mononym") == "M"


SIGNED = Signed(2, date(2026, 6, 1), {"route": "im", "product": "k50"}, "e1")
SMALL = Edition(3, is_material=False, effective_from=date(2026, 11, 1))
MATERIAL = Edition(4, is_material=True, effective_from=date(2026, 11, 10))
ON = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("more", "state", "triggers"),
    [
        ({}, State.CURRENT, ()),
        ({"editions": [SMALL]}, State.GRACE, (Trigger.SMALL_EDITION,)),
        (
            {"editions": [SMALL], "on": date(2026, 12, 1)},
            State.GRACE,
            (Trigger.SMALL_EDITION,),
        ),
        (
            {"editions": [SMALL], "on": date(2026, 12, 2)},
            State.OVERDUE,
            (Trigger.SMALL_EDITION,),
        ),
        ({"editions": [SMALL, MATERIAL]}, State.RENEW, (Trigger.EDITION,)),
        ({"editions": [MATERIAL], "on": date(2026, 11, 9)}, State.CURRENT, ()),
        ({"editions": [Edition(2, True, date(2026, 1, 1))]}, State.CURRENT, ()),
        ({"facts": {"route": "iv"}}, State.RENEW, (Trigger.ROUTE,)),
        ({"facts": {"route": None}}, State.CURRENT, ()),
        ({"facts": {"product": "k100"}}, State.RENEW, (Trigger.PRODUCT,)),
        ({"facts": {"home": True}}, State.RENEW, (Trigger.HOME,)),
        ({"facts": {"indication": "ptsd"}}, State.CURRENT, ()),
        ({"episode": "e2"}, State.RENEW, (Trigger.EPISODE,)),
        ({"episode": "e1"}, State.CURRENT, ()),
        ({"on": date(2027, 6, 1)}, State.CURRENT, ()),
        ({"on": date(2027, 6, 2)}, State.RENEW, (Trigger.AGE,)),
    ],
)
def test_a_signed_consent_stands_until_something_asks_for_it_anew(
    more, state, triggers
):
    standing = consent_standing(SIGNED, **{"on": ON, **more})
    assert (standing.state, standing.triggers) == (state, triggers)
    assert standing.counts is (state in (State.CURRENT, State.GRACE))


def test_another_indication_is_a_reason_when_both_are_known():
    signed = Signed(2, date(2026, 6, 1), {"indication": "mdd"})
    standing = consent_standing(signed, on=ON, facts={"indication": "ptsd"})
    assert standing.triggers == (Trigger.INDICATION,)
    assert trigger_words(standing.triggers) == "the reason for treatment changed"


@pytest.mark.parametrize(
    ("route", "counts"), [("im", True), ("iv", True), ("sl", False), ("in_esk", False)]
)
def test_a_route_with_parts_of_its_own_asks_for_them_when_none_was_known(route, counts):
    signed = Signed(2, date(2026, 6, 1), {})
    assert consent_standing(signed, on=ON, facts={"route": route}).counts is counts


def test_nothing_signed_stands_nowhere():
    assert consent_standing(None, on=ON).state is State.NONE


def test_a_renewal_is_planned_thirty_days_before_the_year_is_over():
    standing = consent_standing(SIGNED, on=ON)
    assert standing.until == date(2027, 6, 1)
    assert renewal_due_on(standing) == date(2027, 5, 2)
    assert renewal_due_on(consent_standing(None, on=ON)) is None


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
    ],
)
def test_months_end_on_their_last_day(day, months, then):
    assert add_months(day, months) == then


@pytest.mark.parametrize(
    ("effect", "words"),
    [
        ({}, ""),
        ({"dose_started_at": NOW - timedelta(hours=2)}, "A dose was given today"),
        ({"dose_started_at": NOW - timedelta(hours=9)}, ""),  # yesterday in Denver
        ({"dose_started_at": NOW + timedelta(hours=1)}, ""),
        ({"sedative_said_at": NOW - timedelta(hours=1)}, "calming medicine"),
        ({"sedative_said_at": NOW - timedelta(days=1)}, ""),
        ({"lowest_moaas_at": NOW - timedelta(hours=1)}, "not fully awake"),
    ],
)
def test_nothing_is_signed_on_the_day_of_a_dose_or_a_sedative(effect, words):
    said = why_not_now(UnderEffect(**effect), now=NOW, zone=DENVER)
    assert said.startswith(words) or words in said
    assert bool(said) is bool(words)


@pytest.mark.parametrize(
    ("hours", "is_first", "asks"),
    [(24, True, False), (23.9, True, True), (-1, True, True), (1, False, False)],
)
def test_a_first_consent_within_a_day_of_the_dose_needs_a_reason(hours, is_first, asks):
    first = NOW + timedelta(hours=hours)
    found = needs_reason_for_haste(
        signed_at=NOW, first_dose_at=first, is_first=is_first
    )
    assert found is asks
    assert not needs_reason_for_haste(
        signed_at=NOW, first_dose_at=None, is_first=is_first
    )


@pytest.mark.parametrize(
    ("more", "roles"),
    [
        ({}, ["patient", "clinician"]),
        ({"needs_clinician": False}, ["patient"]),
        ({"needs_clinician": False, "needs_escort": True}, ["patient", "escort"]),
        ({"has_interpreter": True}, ["patient", "clinician", "interpreter"]),
        ({"has_witness": True}, ["patient", "clinician", "witness"]),
        ({"has_representative": True}, ["representative", "patient", "clinician"]),
        (
            {"has_representative": True, "patient_assents": False},
            ["representative", "clinician"],
        ),
    ],
)
def test_who_signs_stands_in_order(more, roles):
    assert roles_in_order(**{"needs_clinician": True, **more}) == roles
    assert next_role(roles, []) == roles[0]
    assert next_role(roles, roles[:1]) == (roles[1] if len(roles) > 1 else None)
    assert next_role(roles, roles) is None


def test_answers_on_understanding():
    wrong, right = {"is_right": False}, {"is_right": True}
    assert not_answered([ASKS], {}) == ["A?", "B?"]
    assert not_answered([ASKS], {"a": [wrong], "b": [right]}) == []
    assert not_understood([ASKS], {"a": [wrong], "b": [right]}) == ["A?"]
    assert not_understood([ASKS], {"a": [wrong, right]}) == ["B?"]


MAY = {
    (S.PROPOSED, S.PARTIAL),
    (S.PROPOSED, S.ACTIVE),
    (S.PROPOSED, S.REJECTED),
    (S.PROPOSED, S.INACTIVE),
    (S.PARTIAL, S.ACTIVE),
    (S.PARTIAL, S.REJECTED),
    (S.PARTIAL, S.INACTIVE),
    (S.ACTIVE, S.INACTIVE),
}


@pytest.mark.parametrize("before", S)
@pytest.mark.parametrize("after", S)
def test_every_pair_of_statuses_is_decided(before, after):
    assert (after in CONSENT_TRANSITIONS[before]) is ((before, after) in MAY)


def test_live_and_open_are_what_may_still_move():
    assert {status for status in S if CONSENT_TRANSITIONS[status]} == LIVE
    assert OPEN < LIVE


def test_what_was_read_in_unchanged_parts_is_kept():
    old = [section("a"), section("b"), section("c")]
    new = [section("a"), section("b", body="Other words."), section("d")]
    read, given = carried_over(old, new, ["a", "b"], {"a": "JT", "b": "JT"})
    assert (read, given) == (["a"], {"a": "JT"})
    assert changed_parts(old, new) == ["B", "D"]


def test_the_frozen_text_says_what_was_agreed_and_what_was_not():
    sections = [
        section("a", ack="initials"),
        section("b", ack="checkbox", required=False),
    ]
    text = frozen_html(
        title="T<",
        edition=1,
        sections=sections,
        acknowledgements={"a": "JT"},
        about="To X",
    )
    assert "T&lt;" in text
    assert "Agreed: JT" in text
    assert "Not agreed" in text
    assert "To X" in text
    assert signed_content(text, "") == text
    assert signed_content(text, "I <saw> it").endswith("<p>I &lt;saw&gt; it</p>")
    missing = missing_acknowledgements(sections, ["a", "b"], {})
    assert missing == ["A"]
