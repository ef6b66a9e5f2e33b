"""The dose calculator: vectors D1 to D18 of clinical reference 2.7, and its words."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from sessions.rules.dose import calculate
from sessions.rules.dose_policy import DEFAULT_DOSE_POLICY as POLICY
from sessions.rules.dose_types import (
    Dose,
    DoseLevel,
    DoseRefused,
    DoseRequest,
    Indication,
    Route,
)
from sessions.rules.dose_units import half_up, lb_to_kg, plain, with_unit
from sessions.rules.dose_weight import (
    adjusted_weight_kg,
    body_mass_index,
    ideal_weight_kg,
)

L = DoseLevel
NB = "\u00a0"


def work_out(**values) -> Dose:
    return calculate(DoseRequest(**values), POLICY)


def iv(**values) -> Dose:
    usual = {
        "route": Route.IV,
        "weight_kg": Decimal(70),
        "infusion_min": Decimal(40),
        "strength_mg_per_ml": Decimal(50),
    }
    if not {"dose_mg", "volume_ml"}.intersection(values):
        usual["mg_per_kg"] = Decimal("0.5")
    return work_out(**{**usual, **values})


def levels(dose: Dose) -> dict[str, DoseLevel]:
    return {check.code: check.level for check in dose.breaches}


def sentence(dose: Dose, code: str) -> str:
    return next(check.sentence for check in dose.checks if check.code == code)


def test_d1_the_founding_dose():
    dose = iv()

    assert (dose.dose_mg, dose.volume_ml) == (Decimal(35), Decimal("0.70"))
    assert (dose.mg_per_min, dose.mg_per_kg_min) == (
        Decimal("0.875"),
        Decimal("0.0125"),
    )
    assert dose.mg_per_kg == Decimal("0.5")
    assert dose.level is L.OK
    assert dose.order_text == f"35{NB}mg = 0.7{NB}mL of 50{NB}mg/mL"
    assert dose.sum_text == f"0.5{NB}mg/kg \u00d7 70{NB}kg = 35{NB}mg"


def test_d2_another_strength():
    assert iv(strength_mg_per_ml=Decimal(10)).volume_ml == Decimal("3.5")


def test_d3_limits_see_the_dose_after_rounding():
    dose = iv(weight_kg=Decimal("82.5"))

    assert dose.exact_mg == Decimal("41.25")
    assert (dose.dose_mg, dose.volume_ml) == (Decimal("41.5"), Decimal("0.83"))
    assert half_up(dose.mg_per_kg or Decimal(0), Decimal("0.001")) == Decimal("0.503")
    assert dose.level is L.OK
    assert dose.sum_text == (
        f"0.5{NB}mg/kg \u00d7 82.5{NB}kg = 41.3{NB}mg. Given as 41.5{NB}mg = "
        f"0.83{NB}mL of 50{NB}mg/mL (0.503{NB}mg/kg)"
    )
    assert sentence(dose, "rate").endswith(", rounding left aside.")


def test_d3_in_a_first_session_offers_the_volume_below():
    dose = iv(weight_kg=Decimal("82.5"), is_first_session=True)

    assert levels(dose) == {"mg-per-kg": L.SOFT}
    assert sentence(dose, "mg-per-kg") == (
        f"Dose 0.503{NB}mg/kg is above 0.5{NB}mg/kg for a first session. "
        f"A reason is needed. 41{NB}mg = 0.82{NB}mL of 50{NB}mg/mL would do "
        f"(0.497{NB}mg/kg)."
    )


@pytest.mark.parametrize(
    "weight_kg",
    [
        pytest.param(Decimal(70), id="rounded-down"),
        pytest.param(Decimal("40.5"), id="rounded-up-and-too-high-before"),
    ],
)
def test_a_dose_too_high_before_rounding_is_offered_no_lower_volume(weight_kg):
    dose = iv(mg_per_kg=Decimal("0.8"), weight_kg=weight_kg)

    assert sentence(dose, "mg-per-kg").endswith("A reason is needed.")


def test_a_smallest_volume_has_no_volume_below():
    dose = iv(
        weight_kg=Decimal("1.2"),
        mg_per_kg=Decimal("0.8"),
        strength_mg_per_ml=Decimal(100),
    )

    assert dose.volume_ml == Decimal("0.01")
    assert "would do" not in sentence(dose, "mg-per-kg")


def test_d5_above_1_mg_per_kg_stops():
    dose = iv(
        mg_per_kg=Decimal("1.1"), strength_mg_per_ml=None, infusion_min=Decimal(100)
    )

    assert dose.dose_mg == Decimal(77)
    assert levels(dose)["mg-per-kg"] is L.HARD
    assert sentence(dose, "mg-per-kg") == (
        f"Dose 1.1{NB}mg/kg is above 1{NB}mg/kg. "
        "It stops, unless a second prescriber signs."
    )


def test_d6_fifteen_minutes_break_time_and_rate():
    dose = iv(infusion_min=Decimal(15))

    assert dose.mg_per_kg_min == Decimal("0.0333")
    assert levels(dose) == {"infusion-time": L.HARD, "rate": L.HARD}
    assert dose.level is L.HARD


def test_d7_pounds_typed_as_kilograms():
    dose = iv(weight_kg=Decimal(154), previous_weight_kg=Decimal(70))

    assert levels(dose) == {"weight-change": L.SOFT}
    assert sentence(dose, "weight-change") == (
        f"Weight 154{NB}kg differs by 120{NB}% from 70{NB}kg. Confirm kg or lb: "
        f"154{NB}lb is 69.9{NB}kg."
    )


def test_d8_intramuscular():
    dose = work_out(
        route=Route.IM,
        weight_kg=Decimal(80),
        mg_per_kg=Decimal(1),
        strength_mg_per_ml=Decimal(50),
    )

    assert (dose.dose_mg, dose.volume_ml) == (Decimal(80), Decimal("1.6"))
    assert dose.level is L.OK


def test_d11_scored_lozenges():
    dose = work_out(
        route=Route.SL,
        dose_mg=Decimal(250),
        unit_mg=Decimal(100),
        weight_kg=Decimal(70),
    )

    assert dose.units == Decimal("2.5")
    assert dose.level is L.OK
    assert dose.order_text == f"250{NB}mg = 2.5 lozenges of 100{NB}mg"
    assert dose.sum_text == f"250{NB}mg (3.571{NB}mg/kg)"


def test_lozenges_are_counted_in_quarters():
    dose = work_out(
        route=Route.SL,
        dose_mg=Decimal(115),
        unit_mg=Decimal(100),
        weight_kg=Decimal(70),
    )

    assert (dose.units, dose.dose_mg) == (Decimal("1.25"), Decimal(125))


@pytest.mark.parametrize("seed_range_end", [Decimal(50), Decimal(100)])
def test_d13_the_seed_range_is_not_deliverable(seed_range_end):
    dose = work_out(route=Route.IN_ESK, dose_mg=seed_range_end)

    assert dose.level is L.ABSOLUTE
    assert "is not a multiple of 28" in sentence(dose, "devices")


def test_d14_a_first_dose_of_84_needs_a_reason():
    dose = work_out(route=Route.IN_ESK, dose_mg=Decimal(84), is_first_session=True)

    assert levels(dose) == {"first-dose": L.SOFT}
    assert dose.order_text == f"84{NB}mg = 3 devices of 28{NB}mg"
    assert dose.sum_text == f"84{NB}mg"


def test_d17_a_usual_size_prompts_nothing():
    dose = iv(height_cm=Decimal(175), sex="male")

    assert body_mass_index(Decimal(70), Decimal(175)) == Decimal("22.9")
    assert dose.dose_mg == Decimal(35)
    assert dose.level is L.OK


def test_d18_100_mg_per_ml_goes_iv_only_diluted():
    assert levels(iv(strength_mg_per_ml=Decimal(100))) == {"dilution": L.HARD}
    assert iv(strength_mg_per_ml=Decimal(100), is_diluted=True).level is L.OK
    im = work_out(
        route=Route.IM,
        weight_kg=Decimal(80),
        mg_per_kg=Decimal("0.5"),
        strength_mg_per_ml=Decimal(100),
    )
    assert im.level is L.OK


@pytest.mark.parametrize(
    ("values", "level"),
    [
        pytest.param({"dose_mg": Decimal(56)}, L.OK, id="56"),
        pytest.param({"dose_mg": Decimal(84)}, L.OK, id="84"),
        pytest.param({"dose_mg": Decimal(112)}, L.HARD, id="112"),
        pytest.param({"dose_mg": Decimal(28)}, L.SOFT, id="28-age-not-known"),
        pytest.param({"dose_mg": Decimal(28), "age_years": 64}, L.SOFT, id="28-at-64"),
        pytest.param({"dose_mg": Decimal(28), "age_years": 65}, L.OK, id="28-at-65"),
        pytest.param(
            {"dose_mg": Decimal(56), "is_first_session": True}, L.OK, id="first-56-trd"
        ),
        pytest.param(
            {
                "dose_mg": Decimal(84),
                "is_first_session": True,
                "indication": Indication.MDD_SI,
            },
            L.OK,
            id="first-84-mdd-si",
        ),
        pytest.param(
            {
                "dose_mg": Decimal(56),
                "is_first_session": True,
                "indication": Indication.MDD_SI,
            },
            L.SOFT,
            id="first-56-mdd-si",
        ),
        pytest.param(
            {"dose_mg": Decimal(56), "minutes_since_last": Decimal("4.9")},
            L.SOFT,
            id="gap-4.9",
        ),
        pytest.param(
            {"dose_mg": Decimal(56), "minutes_since_last": Decimal(5)}, L.OK, id="gap-5"
        ),
        pytest.param(
            {"dose_mg": Decimal(56), "stock_mg": Decimal(28)}, L.HARD, id="stock"
        ),
    ],
)
def test_esketamine(values, level):
    assert work_out(route=Route.IN_ESK, **values).level is level


def test_a_dose_may_be_given_in_millilitres():
    dose = iv(volume_ml=Decimal("0.7"))

    assert dose.dose_mg == Decimal(35)
    assert dose.sum_text == f"35{NB}mg (0.5{NB}mg/kg)"


def test_a_dose_without_a_product_is_rounded_to_a_tenth():
    dose = iv(mg_per_kg=None, dose_mg=Decimal("41.25"), strength_mg_per_ml=None)

    assert dose.dose_mg == Decimal("41.3")
    assert dose.order_text == f"41.3{NB}mg"
    assert dose.volume_ml is None


def test_the_calculator_agrees_with_itself_on_its_own_result():
    first = iv(weight_kg=Decimal("82.5"))
    again = iv(weight_kg=Decimal("82.5"), dose_mg=first.dose_mg)

    assert (again.dose_mg, again.volume_ml) == (first.dose_mg, first.volume_ml)
    assert again.level is first.level is L.OK


def test_pump_rate_of_a_bag():
    assert iv(bag_ml=Decimal(100)).bag_ml_per_h == Decimal(150)
    assert iv().bag_ml_per_h is None


def test_breaches_come_gravest_first():
    dose = iv(mg_per_kg=Decimal("0.7"), infusion_min=Decimal(19), is_first_session=True)

    assert [check.level for check in dose.breaches] == [L.HARD, L.HARD, L.SOFT]


def test_every_check_has_a_source_and_a_sentence():
    dose = iv(
        previous_mg_per_kg=Decimal("0.4"), height_cm=Decimal(160), stock_mg=Decimal(1)
    )

    assert all(check.source and check.sentence.endswith(".") for check in dose.checks)


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({"route": Route.SL}, id="no-dose"),
        pytest.param(
            {"route": Route.SL, "dose_mg": Decimal(1), "mg_per_kg": Decimal(1)},
            id="two-doses",
        ),
        pytest.param({"route": Route.SL, "dose_mg": Decimal(0)}, id="zero"),
        pytest.param({"route": Route.SL, "dose_mg": Decimal(-5)}, id="negative"),
        pytest.param({"route": Route.SL, "dose_mg": Decimal("NaN")}, id="not-a-number"),
        pytest.param(
            {"route": Route.SL, "dose_mg": Decimal("Infinity")}, id="infinite"
        ),
        pytest.param(
            {"route": Route.SL, "mg_per_kg": Decimal(2)}, id="per-kg-no-weight"
        ),
        pytest.param({"route": Route.IM, "dose_mg": Decimal(40)}, id="im-no-weight"),
        pytest.param(
            {"route": Route.IV, "dose_mg": Decimal(35), "weight_kg": Decimal(70)},
            id="iv-no-time",
        ),
        pytest.param(
            {"route": Route.IM, "volume_ml": Decimal(1), "weight_kg": Decimal(70)},
            id="volume-no-product",
        ),
        pytest.param(
            {"route": Route.IN_ESK, "mg_per_kg": Decimal(1), "weight_kg": Decimal(70)},
            id="esketamine-per-kg",
        ),
        pytest.param(
            {
                "route": Route.IM,
                "dose_mg": Decimal("0.1"),
                "weight_kg": Decimal(70),
                "strength_mg_per_ml": Decimal(100),
            },
            id="too-small-to-draw",
        ),
    ],
)
def test_what_cannot_be_worked_out_is_refused_in_a_sentence(values):
    with pytest.raises(DoseRefused, match=r"\.$"):
        work_out(**values)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param(Decimal("35.0"), "35", id="no-trailing-zero"),
        pytest.param(Decimal("0.70"), "0.7", id="leading-zero"),
        pytest.param(Decimal(100), "100", id="hundreds-stay"),
        pytest.param(Decimal("0.0005"), "0.001", id="half-up"),
        pytest.param(Decimal("0.00049"), "0", id="below-half"),
        pytest.param(7, "7", id="whole"),
    ],
)
def test_how_a_number_reads(value, text):
    assert plain(value) == text


def test_a_number_never_parts_from_its_unit():
    assert with_unit(Decimal("1.50"), "mg") == "1.5\u00a0mg"


def test_pounds_are_kilograms():
    assert lb_to_kg(Decimal(154)) == Decimal("69.9")


@pytest.mark.parametrize(
    ("sex", "ideal", "adjusted"),
    [
        pytest.param("male", Decimal("70.6"), Decimal("82.4"), id="male"),
        pytest.param("female", Decimal("66.1"), Decimal("79.7"), id="female"),
        pytest.param("", None, None, id="not-known"),
    ],
)
def test_ideal_and_adjusted_weight(sex, ideal, adjusted):
    assert ideal_weight_kg(Decimal(175), sex) == ideal
    assert (
        adjusted_weight_kg(Decimal(100), Decimal(175), sex, POLICY.weight) == adjusted
    )


def test_a_policy_of_its_own_is_followed():
    home = replace(POLICY, sl=replace(POLICY.sl, home_enabled=True))
    request = DoseRequest(
        route=Route.SL, dose_mg=Decimal(200), weight_kg=Decimal(70), is_at_home=True
    )

    assert calculate(request, POLICY).level is L.ABSOLUTE
    assert calculate(request, home).level is L.OK
    assert calculate(replace(request, is_first_session=True), home).level is L.ABSOLUTE
    assert calculate(replace(request, dose_mg=Decimal("300.1")), home).level is L.HARD


def test_without_a_limit_of_its_own_a_first_dose_is_not_halved():
    limits = replace(POLICY.iv.mg_per_kg, soft_first=None)
    policy = replace(POLICY, iv=replace(POLICY.iv, mg_per_kg=limits))
    request = DoseRequest(
        route=Route.IV,
        mg_per_kg=Decimal("0.5"),
        weight_kg=Decimal(70),
        infusion_min=Decimal(40),
        is_first_session=True,
        age_years=70,
    )

    assert calculate(request, policy).level is L.OK
    assert calculate(request, POLICY).level is L.SOFT
