"""Policies survive the way into an edition and back; nonsense is refused by name."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal

import pytest

from sessions.rules.discharge_policy import DEFAULT_DISCHARGE_POLICY
from sessions.rules.dose_policy import DEFAULT_DOSE_POLICY, DosePolicy
from sessions.rules.dose_types import Route
from sessions.rules.monitoring_policy import DEFAULT_MONITORING_POLICY, MonitoringPolicy
from sessions.rules.policy_json import PolicyRefused, from_json, to_json
from sessions.rules.readiness_policy import DEFAULT_READINESS_POLICY, ReadinessPolicy
from sessions.rules.spacing_policy import DEFAULT_SPACING_POLICY, SpacingPolicy
from sessions.rules.vitals_policy import DEFAULT_VITALS_POLICY, VitalsPolicy


@pytest.mark.parametrize(
    "policy",
    [
        pytest.param(policy, id=type(policy).__name__)
        for policy in (
            DEFAULT_DOSE_POLICY,
            DEFAULT_VITALS_POLICY,
            DEFAULT_MONITORING_POLICY,
            DEFAULT_DISCHARGE_POLICY,
            DEFAULT_READINESS_POLICY,
            DEFAULT_SPACING_POLICY,
        )
    ],
)
def test_a_shipped_policy_goes_there_and_back(policy):
    stored = json.loads(json.dumps(to_json(policy)))

    assert from_json(type(policy), stored) == policy


def test_what_is_left_out_keeps_its_default():
    policy = from_json(SpacingPolicy, {"max_per_7_days": 3})

    assert policy.max_per_7_days == 3
    assert policy.min_hours == DEFAULT_SPACING_POLICY.min_hours


def test_figures_read_as_people_write_them():
    assert to_json(Decimal("0.50")) == "0.50"
    assert to_json(timedelta(hours=2)) == 120
    assert to_json(frozenset({Route.SL, Route.IM})) == ["im", "sl"]


def test_a_route_without_weight_stays_without():
    policy = from_json(
        ReadinessPolicy, {"weight_max_age_days": {"iv": 0, "in_esk": None}}
    )

    assert policy.weight_max_age_days == {Route.IV: 0, Route.IN_ESK: None}


def test_routes_that_only_warn():
    policy = from_json(ReadinessPolicy, {"fasting_warns_only": ["sl"]})

    assert policy.fasting_warns_only == frozenset({Route.SL})


def threshold(**values):
    row = {"level": "red", "side": "from", "value": 180, **values}
    return {"during": {"systolic_mmhg": [row]}}


def test_a_threshold_keeps_the_kind_of_its_number():
    whole = from_json(VitalsPolicy, threshold())
    tenth = from_json(VitalsPolicy, threshold(value="37.8"))

    assert type(whole.during["systolic_mmhg"][0].value) is int
    assert tenth.during["systolic_mmhg"][0].value == Decimal("37.8")


@pytest.mark.parametrize(
    ("kind", "body", "where"),
    [
        pytest.param(SpacingPolicy, {"min_days": 2}, "min_days", id="unknown-figure"),
        pytest.param(SpacingPolicy, {"min_hours": "48"}, "min_hours", id="text"),
        pytest.param(SpacingPolicy, {"min_hours": True}, "min_hours", id="yes"),
        pytest.param(SpacingPolicy, {"min_hours": None}, "min_hours", id="none"),
        pytest.param(DosePolicy, {"mg_step": 0.1}, "mg_step", id="float"),
        pytest.param(DosePolicy, {"mg_step": "ten"}, "mg_step", id="no-number"),
        pytest.param(DosePolicy, {"mg_step": "NaN"}, "mg_step", id="not-a-number"),
        pytest.param(
            DosePolicy, {"iv": {"dose": 1}}, "DosePolicy.iv has no", id="nested-unknown"
        ),
        pytest.param(DosePolicy, {"iv": 5}, "DosePolicy.iv cannot", id="no-object"),
        pytest.param(
            DosePolicy, {"iv": {"mg_per_kg": {}}}, "mg_per_kg", id="no-source"
        ),
        pytest.param(
            DosePolicy, {"in_esk": {"allowed_mg": "56"}}, "allowed_mg", id="no-list"
        ),
        pytest.param(VitalsPolicy, threshold(level="pink"), "level", id="unknown-code"),
        pytest.param(VitalsPolicy, threshold(value=None), "value", id="threshold-none"),
        pytest.param(VitalsPolicy, {"during": []}, "during", id="no-mapping"),
        pytest.param(
            VitalsPolicy, {"recheck_wait": "5"}, "recheck_wait", id="duration-as-text"
        ),
        pytest.param(
            MonitoringPolicy, {"points": {"oral": {}}}, "points", id="unknown-route"
        ),
        pytest.param(
            ReadinessPolicy,
            {"weight_max_age_days": {"iv": "0"}},
            "weight_max_age_days.iv",
            id="count-as-text",
        ),
    ],
)
def test_an_edition_that_does_not_fit_is_refused_by_name(kind, body, where):
    with pytest.raises(PolicyRefused, match=where):
        from_json(kind, body)
