"""The gates before a dose: each state, both sides of each edge, who may override."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sessions.rules.dose_types import Route
from sessions.rules.readiness import GATES, assess_readiness, holding
from sessions.rules.readiness_policy import DEFAULT_READINESS_POLICY as POLICY
from sessions.rules.readiness_types import (
    ConsentFacts,
    EligibilityFacts,
    GateState,
    MedicineList,
    Owner,
    ReadinessFacts,
)
from sessions.rules.spacing import SpacingFinding, SpacingLevel
from sessions.rules.vitals_before import BeforeDose, BeforeState

S = GateState
NB = "\u00a0"
ZONE = ZoneInfo("America/New_York")
DOSE_AT = datetime(2026, 11, 23, 13, tzinfo=ZONE)
TODAY = DOSE_AT.date()
PRESCRIBER = (Owner.PRESCRIBER,)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def clock(hour: int, minute: int = 0) -> datetime:
    return DOSE_AT.replace(hour=hour, minute=minute)


def vitals(state: BeforeState) -> BeforeDose:
    return BeforeDose(
        state=state, sentence="BP.", findings=(), pressure=None, recheck_at=None
    )


ELIGIBLE = EligibilityFacts(
    decision="eligible", verdict="eligible_with_caution", signed_on=ago(26)
)
SIGNED = ConsentFacts(title="Treatment consent", signed_on=ago(20))
READY = ReadinessFacts(
    route=Route.IM,
    dose_at=DOSE_AT,
    today=TODAY,
    zone=ZONE,
    eligibility=ELIGIBLE,
    consents=(SIGNED,),
    preparations_done=1,
    phq9_on=ago(3),
    self_harm_open=False,
    medicines_checked_on=TODAY,
    medicines_changed=False,
    substances_24h=False,
    fasting_asked=True,
    last_solid_food_at=clock(7),
    last_clear_liquid_at=clock(10, 30),
    escort_name="Pepper, sister",
    escort_phone="555 0188",
    escort_confirmed_on=TODAY,
    weight_on=TODAY,
    vitals=vitals(BeforeState.IN_RANGE),
    order_signed=True,
    therapist_present=True,
    monitor_present=True,
    identifiers_confirmed=True,
    dose_read_back=True,
    read_back_by=frozenset({"kit", "nora"}),
)
NOTHING = ReadinessFacts(route=Route.IM, dose_at=DOSE_AT, today=TODAY, zone=ZONE)


def gate(code: str, **changes):
    return GATES[code](replace(READY, **changes), POLICY)


def test_all_gates_open_the_way():
    results = assess_readiness(READY, POLICY)

    assert [result.code for result in results] == list(GATES)
    assert {result.state for result in results} == {S.DONE}
    assert holding(results) == ()


def test_what_nobody_has_said_is_never_a_yes():
    results = assess_readiness(NOTHING, POLICY)

    done = {result.code for result in results if result.state is S.DONE}
    assert done == {"G-06"}
    assert "G-08" not in {result.code for result in holding(results)}


def test_every_gate_says_something_and_names_an_owner():
    for facts in (READY, NOTHING):
        for result in assess_readiness(facts, POLICY):
            assert result.sentence.endswith(".")
            assert result.owner in Owner
            assert result.source


@pytest.mark.parametrize(
    ("facts", "state", "overridable"),
    [
        pytest.param(None, S.OPEN, (), id="no-decision"),
        pytest.param(ELIGIBLE, S.DONE, PRESCRIBER, id="eligible"),
        pytest.param(
            replace(ELIGIBLE, signed_on=ago(90)), S.DONE, PRESCRIBER, id="90-days"
        ),
        pytest.param(
            replace(ELIGIBLE, signed_on=ago(91)), S.OPEN, PRESCRIBER, id="91-days"
        ),
        pytest.param(
            replace(ELIGIBLE, changed_since=True), S.OPEN, PRESCRIBER, id="changed"
        ),
        pytest.param(
            replace(ELIGIBLE, decision="not-eligible"), S.BLOCKED, (), id="not-eligible"
        ),
        pytest.param(
            replace(ELIGIBLE, decision="deferred"), S.BLOCKED, (), id="deferred"
        ),
        pytest.param(
            replace(ELIGIBLE, verdict="incomplete"), S.BLOCKED, (), id="incomplete"
        ),
        pytest.param(
            replace(ELIGIBLE, verdict="exclude"), S.BLOCKED, (), id="excluded"
        ),
        pytest.param(
            replace(ELIGIBLE, verdict="exclude", exclusion_overridden=True),
            S.DONE,
            PRESCRIBER,
            id="exclusion-overridden",
        ),
        pytest.param(
            replace(ELIGIBLE, verdict="needs_review"), S.DONE, PRESCRIBER, id="reviewed"
        ),
    ],
)
def test_g02_eligibility(facts, state, overridable):
    result = gate("G-02", eligibility=facts)

    assert (result.state, result.overridable_by) == (state, overridable)


NEWER = replace(SIGNED, newer_edition_on=ago(30))


@pytest.mark.parametrize(
    ("consents", "state", "overridable"),
    [
        pytest.param((), S.UNKNOWN, (), id="no-texts"),
        pytest.param((SIGNED,), S.DONE, (), id="signed"),
        pytest.param((replace(SIGNED, signed_on=None),), S.OPEN, (), id="not-signed"),
        pytest.param(
            (replace(SIGNED, is_withdrawn=True),), S.BLOCKED, (), id="withdrawn"
        ),
        pytest.param((NEWER,), S.DONE, (), id="grace-day-30"),
        pytest.param(
            (replace(NEWER, newer_edition_on=ago(31)),),
            S.OPEN,
            PRESCRIBER,
            id="grace-is-over",
        ),
        pytest.param(
            (replace(NEWER, change_is_material=True),), S.OPEN, (), id="material-change"
        ),
        pytest.param(
            (
                SIGNED,
                replace(SIGNED, is_withdrawn=True),
                replace(SIGNED, signed_on=None),
            ),
            S.BLOCKED,
            (),
            id="one-withdrawn-of-three",
        ),
        pytest.param(
            (
                replace(NEWER, newer_edition_on=ago(31)),
                replace(SIGNED, signed_on=None),
            ),
            S.OPEN,
            (),
            id="one-overdue-one-unsigned",
        ),
    ],
)
def test_g03_consent(consents, state, overridable):
    result = gate("G-03", consents=consents)

    assert (result.state, result.overridable_by) == (state, overridable)


def test_g03_names_what_is_missing():
    result = gate(
        "G-03", consents=(SIGNED, replace(SIGNED, title="Video", signed_on=None))
    )

    assert result.sentence == "Video: not signed."


@pytest.mark.parametrize(
    ("done", "state"),
    [pytest.param(0, S.OPEN, id="none"), pytest.param(1, S.DONE, id="one")],
)
def test_g04_preparation(done, state):
    result = gate("G-04", preparations_done=done)

    assert result.state is state
    assert result.sentence == f"{done} of 1 done."
    assert result.overridable_by == (Owner.PRESCRIBER, Owner.THERAPIST)


def found(level: SpacingLevel) -> SpacingFinding:
    return SpacingFinding(
        code="SP", level=level, sentence=f"{level} gap.", source="s", earliest_at=None
    )


@pytest.mark.parametrize(
    ("findings", "state", "holds", "sentence"),
    [
        pytest.param([], S.DONE, False, "Far enough from the last dose.", id="well"),
        pytest.param(
            [found(SpacingLevel.SOFT)], S.OPEN, False, "soft gap.", id="soft-warns"
        ),
        pytest.param(
            [found(SpacingLevel.SOFT), found(SpacingLevel.HARD)],
            S.OPEN,
            True,
            "hard gap.",
            id="hard-holds",
        ),
    ],
)
def test_g06_spacing(findings, state, holds, sentence):
    result = gate("G-06", spacing=findings)

    assert (result.state, result.holds_the_dose) == (state, holds)
    assert result.sentence == sentence


@pytest.mark.parametrize(
    ("changes", "state", "holds"),
    [
        pytest.param({}, S.DONE, False, id="3-days"),
        pytest.param({"phq9_on": ago(7)}, S.DONE, False, id="7-days"),
        pytest.param({"phq9_on": ago(8)}, S.OPEN, False, id="8-days-warns"),
        pytest.param({"phq9_on": None}, S.UNKNOWN, False, id="never"),
        pytest.param({"self_harm_open": None}, S.UNKNOWN, False, id="item-9-not-asked"),
        pytest.param({"self_harm_open": True}, S.BLOCKED, True, id="item-9-open"),
        pytest.param(
            {"self_harm_open": True, "phq9_on": None},
            S.BLOCKED,
            True,
            id="open-no-phq9",
        ),
    ],
)
def test_g08_measures(changes, state, holds):
    result = gate("G-08", **changes)

    assert (result.state, result.holds_the_dose) == (state, holds)
    assert result.overridable_by == ()


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        pytest.param({}, S.DONE, id="asked-today"),
        pytest.param({"medicines_checked_on": ago(1)}, S.UNKNOWN, id="asked-yesterday"),
        pytest.param({"medicines_changed": None}, S.UNKNOWN, id="changes-not-asked"),
        pytest.param({"substances_24h": None}, S.UNKNOWN, id="substances-not-asked"),
        pytest.param({"substances_24h": True}, S.OPEN, id="substances"),
        pytest.param({"medicines_changed": True}, S.OPEN, id="changed"),
    ],
)
def test_g09_medicines(changes, state):
    result = gate("G-09", **changes)

    assert (result.state, result.overridable_by) == (state, PRESCRIBER)


@pytest.mark.parametrize(
    ("on_list", "changed", "state", "by"),
    [
        ("settled", False, S.DONE, PRESCRIBER),
        ("settled", True, S.OPEN, PRESCRIBER),
        ("new", False, S.OPEN, PRESCRIBER),
        ("holds", False, S.OPEN, PRESCRIBER),
        ("incomplete", False, S.OPEN, PRESCRIBER),
        ("prescriber", False, S.OPEN, PRESCRIBER),
        ("pass", False, S.DONE, PRESCRIBER),
        ("pass", True, S.DONE, PRESCRIBER),
        ("block", False, S.BLOCKED, ()),
    ],
)
def test_g09_asks_for_the_list_as_it_stands_today(on_list, changed, state, by):
    result = gate(
        "G-09", medicine_list=MedicineList(on_list), medicines_changed=changed
    )

    assert (result.state, result.overridable_by) == (state, by)


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        pytest.param({}, S.DONE, id="confirmed-today"),
        pytest.param({"escort_name": ""}, S.OPEN, id="no-name"),
        pytest.param({"escort_phone": ""}, S.OPEN, id="no-phone"),
        pytest.param({"escort_confirmed_on": ago(1)}, S.OPEN, id="confirmed-yesterday"),
        pytest.param({"escort_confirmed_on": None}, S.OPEN, id="not-confirmed"),
    ],
)
def test_g11_escort(changes, state):
    result = gate("G-11", **changes)

    assert (result.state, result.overridable_by) == (state, ())


@pytest.mark.parametrize(
    ("route", "measured", "state"),
    [
        pytest.param(Route.IV, TODAY, S.DONE, id="iv-today"),
        pytest.param(Route.IV, ago(1), S.OPEN, id="iv-yesterday"),
        pytest.param(Route.IM, ago(1), S.OPEN, id="im-yesterday"),
        pytest.param(Route.IM, None, S.UNKNOWN, id="im-never"),
        pytest.param(Route.SL, ago(30), S.DONE, id="sl-30-days"),
        pytest.param(Route.SL, ago(31), S.OPEN, id="sl-31-days"),
        pytest.param(Route.IN_ESK, None, S.NOT_NEEDED, id="esketamine"),
    ],
)
def test_g12_weight(route, measured, state):
    result = gate("G-12", route=route, weight_on=measured)

    assert (result.state, result.overridable_by) == (state, ())
    assert result.holds_the_dose is (state not in {S.DONE, S.NOT_NEEDED})


def test_g12_says_what_it_takes():
    assert gate("G-12", weight_on=date(2025, 12, 1)).sentence == (
        f"Measured 1{NB}Dec{NB}2025; it takes today's."
    )
    assert gate("G-12", route=Route.SL, weight_on=ago(31)).sentence == (
        f"Measured 23{NB}Oct; it takes one of the last 30{NB}days."
    )


@pytest.mark.parametrize(
    ("before", "state", "overridable"),
    [
        pytest.param(None, S.UNKNOWN, (), id="never"),
        pytest.param(vitals(BeforeState.NEEDED), S.UNKNOWN, (), id="incomplete"),
        pytest.param(vitals(BeforeState.IN_RANGE), S.DONE, (), id="in-range"),
        pytest.param(vitals(BeforeState.RECHECK), S.OPEN, PRESCRIBER, id="recheck"),
        pytest.param(vitals(BeforeState.SOFT_HOLD), S.OPEN, PRESCRIBER, id="soft"),
        pytest.param(vitals(BeforeState.HARD_HOLD), S.BLOCKED, (), id="hard"),
    ],
)
def test_g14_vitals(before, state, overridable):
    result = gate("G-14", vitals=before)

    assert (result.state, result.overridable_by) == (state, overridable)


@pytest.mark.parametrize(
    ("changes", "state", "sentence"),
    [
        pytest.param({}, S.DONE, "Signed.", id="signed"),
        pytest.param(
            {"order_signed": False}, S.OPEN, "The order is not signed.", id="unsigned"
        ),
        pytest.param(
            {"order_lacks": ("rescue orders", "most for today")},
            S.OPEN,
            "The order lacks: rescue orders, most for today.",
            id="incomplete",
        ),
    ],
)
def test_g15_order(changes, state, sentence):
    result = gate("G-15", **changes)

    assert (result.state, result.sentence) == (state, sentence)
    assert result.overridable_by == ()


@pytest.mark.parametrize(
    ("therapist", "monitor", "state", "owner"),
    [
        pytest.param(True, True, S.DONE, Owner.THERAPIST, id="both"),
        pytest.param(None, True, S.UNKNOWN, Owner.THERAPIST, id="therapist-not-known"),
        pytest.param(True, None, S.UNKNOWN, Owner.THERAPIST, id="monitor-not-known"),
        pytest.param(False, True, S.OPEN, Owner.THERAPIST, id="no-therapist"),
        pytest.param(True, False, S.OPEN, Owner.NURSE, id="no-monitor"),
    ],
)
def test_g17_presence(therapist, monitor, state, owner):
    result = gate("G-17", therapist_present=therapist, monitor_present=monitor)

    assert (result.state, result.owner) == (state, owner)


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        pytest.param({}, S.DONE, id="done"),
        pytest.param({"identifiers_confirmed": None}, S.OPEN, id="identity"),
        pytest.param({"dose_read_back": False}, S.OPEN, id="read-back"),
        pytest.param({"read_back_by": frozenset({"kit"})}, S.OPEN, id="one-person"),
    ],
)
def test_g19_time_out(changes, state):
    result = gate("G-19", **changes)

    assert (result.state, result.owner) == (state, Owner.TWO_PEOPLE)


def test_an_override_counts_only_where_it_may():
    facts = replace(READY, preparations_done=0, escort_name="")
    results = assess_readiness(facts, POLICY)

    assert [one.code for one in holding(results)] == ["G-04", "G-11"]
    assert [one.code for one in holding(results, {"G-04", "G-11"})] == ["G-11"]
