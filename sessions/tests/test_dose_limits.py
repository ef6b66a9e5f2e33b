"""Every dose limit of clinical reference 2.9, both sides of each edge."""

from __future__ import annotations

from decimal import Decimal

import pytest

from sessions.rules.dose import calculate
from sessions.rules.dose_policy import DEFAULT_DOSE_POLICY as POLICY
from sessions.rules.dose_types import DoseLevel, DoseRequest, Route, Site

OK, SOFT, HARD, ABSOLUTE = DoseLevel
FIRST = {"is_first_session": True}


def level_of(code: str, request: DoseRequest) -> DoseLevel:
    checks = calculate(request, POLICY).checks
    return next((check.level for check in checks if check.code == code), OK)


def iv(**values) -> DoseRequest:
    usual = {"weight_kg": Decimal(100), "infusion_min": Decimal(100)}
    return DoseRequest(route=Route.IV, **{**usual, **values})


def im(**values) -> DoseRequest:
    return DoseRequest(route=Route.IM, **{"weight_kg": Decimal(100), **values})


def sl(**values) -> DoseRequest:
    return DoseRequest(route=Route.SL, **{"weight_kg": Decimal(100), **values})


@pytest.mark.parametrize(
    ("mg_per_kg", "first", "level"),
    [
        pytest.param("0.099", {}, SOFT, id="below-0.1"),
        pytest.param("0.1", {}, OK, id="at-0.1"),
        pytest.param("0.5", FIRST, OK, id="first-at-0.5"),
        pytest.param("0.501", FIRST, SOFT, id="first-above-0.5"),
        pytest.param("0.501", {}, OK, id="later-above-0.5"),
        pytest.param("0.75", {}, OK, id="at-0.75"),
        pytest.param("0.751", {}, SOFT, id="above-0.75"),
        pytest.param("1.0", {}, SOFT, id="at-1.0"),
        pytest.param("1.001", {}, HARD, id="above-1.0"),
        pytest.param("1.5", {}, HARD, id="at-1.5"),
        pytest.param("1.501", {}, ABSOLUTE, id="above-1.5"),
    ],
)
def test_iv_mg_per_kg(mg_per_kg, first, level):
    assert level_of("mg-per-kg", iv(mg_per_kg=Decimal(mg_per_kg), **first)) is level


@pytest.mark.parametrize(
    ("minutes", "level"),
    [
        pytest.param("9.9", ABSOLUTE, id="below-10"),
        pytest.param("10", HARD, id="at-10"),
        pytest.param("19.9", HARD, id="below-20"),
        pytest.param("20", SOFT, id="at-20"),
        pytest.param("39.9", SOFT, id="below-40"),
        pytest.param("40", OK, id="at-40"),
        pytest.param("100", OK, id="at-100"),
        pytest.param("100.1", SOFT, id="above-100"),
    ],
)
def test_iv_infusion_time(minutes, level):
    request = iv(mg_per_kg=Decimal("0.1"), infusion_min=Decimal(minutes))

    assert level_of("infusion-time", request) is level


@pytest.mark.parametrize(
    ("mg_per_kg", "minutes", "level"),
    [
        pytest.param("0.5", 40, OK, id="at-0.0125"),
        pytest.param("0.5", 39, SOFT, id="39-min-0.01282"),
        pytest.param("1.0", 40, SOFT, id="at-0.025"),
        pytest.param("1.001", 40, HARD, id="above-0.025"),
        pytest.param("1.0", 20, HARD, id="at-0.05"),
        pytest.param("1.001", 20, ABSOLUTE, id="above-0.05"),
    ],
)
def test_iv_rate(mg_per_kg, minutes, level):
    request = iv(mg_per_kg=Decimal(mg_per_kg), infusion_min=Decimal(minutes))

    assert level_of("rate", request) is level


@pytest.mark.parametrize(
    ("product", "level"),
    [
        pytest.param(
            {"strength_mg_per_ml": Decimal(50)}, OK, id="rounded-up-in-the-syringe"
        ),
        pytest.param({}, OK, id="rounded-up-to-0.1-mg"),
    ],
)
def test_iv_soft_rate_forgives_what_rounding_adds(product, level):
    request = iv(
        mg_per_kg=Decimal("0.5"),
        weight_kg=Decimal("82.5"),
        infusion_min=Decimal(40),
        **product,
    )

    assert level_of("rate", request) is level


@pytest.mark.parametrize(
    ("weight", "level"),
    [
        pytest.param("40.2", SOFT, id="rounded-down"),
        pytest.param("40.4", HARD, id="rounded-up"),
    ],
)
def test_iv_hard_rate_forgives_nothing(weight, level):
    request = iv(
        mg_per_kg=Decimal(1),
        weight_kg=Decimal(weight),
        infusion_min=Decimal(40),
        strength_mg_per_ml=Decimal(50),
    )

    assert level_of("rate", request) is level


@pytest.mark.parametrize(
    ("total", "level"),
    [
        pytest.param("100", OK, id="at-100"),
        pytest.param("100.1", SOFT, id="above-100"),
        pytest.param("150", SOFT, id="at-150"),
        pytest.param("150.1", HARD, id="above-150"),
        pytest.param("200", HARD, id="at-200"),
        pytest.param("200.1", ABSOLUTE, id="above-200"),
    ],
)
def test_iv_total(total, level):
    assert level_of("session-mg", iv(dose_mg=Decimal(total))) is level


@pytest.mark.parametrize("request_of", [iv, im])
@pytest.mark.parametrize(
    ("mg_per_kg", "previous", "level"),
    [
        pytest.param("0.75", "0.5", OK, id="step-0.25"),
        pytest.param("0.751", "0.5", SOFT, id="step-0.251"),
        pytest.param("0.4", "0.75", OK, id="step-down"),
        pytest.param("0.7", None, OK, id="no-dose-before"),
    ],
)
def test_step_per_kg(request_of, mg_per_kg, previous, level):
    before = None if previous is None else Decimal(previous)
    request = request_of(mg_per_kg=Decimal(mg_per_kg), previous_mg_per_kg=before)

    assert level_of("step", request) is level


@pytest.mark.parametrize(
    ("mg_per_kg", "first", "level"),
    [
        pytest.param("0.75", FIRST, OK, id="first-at-0.75"),
        pytest.param("0.751", FIRST, SOFT, id="first-above-0.75"),
        pytest.param("0.751", {}, OK, id="later-above-0.75"),
        pytest.param("1.2", {}, OK, id="at-1.2"),
        pytest.param("1.201", {}, SOFT, id="above-1.2"),
        pytest.param("1.5", {}, SOFT, id="at-1.5"),
        pytest.param("1.501", {}, HARD, id="above-1.5"),
        pytest.param("2.0", {}, HARD, id="at-2.0"),
        pytest.param("2.001", {}, ABSOLUTE, id="above-2.0"),
    ],
)
def test_im_mg_per_kg(mg_per_kg, first, level):
    request = im(mg_per_kg=Decimal(mg_per_kg), **first)

    assert level_of("mg-per-kg", request) is level


@pytest.mark.parametrize(
    ("dose", "before", "level"),
    [
        pytest.param("60", "60", OK, id="at-1.2"),
        pytest.param("60.1", "60", SOFT, id="above-1.2"),
        pytest.param("90.1", "60", HARD, id="above-1.5"),
        pytest.param("140.1", "60", ABSOLUTE, id="above-2.0"),
    ],
)
def test_im_session_total_counts_what_was_given_before(dose, before, level):
    request = im(dose_mg=Decimal(dose), given_before_mg=Decimal(before))

    assert level_of("session-mg-per-kg", request) is level


@pytest.mark.parametrize(
    ("dose", "level"),
    [
        pytest.param("120", OK, id="at-120"),
        pytest.param("144", SOFT, id="144"),
        pytest.param("150", SOFT, id="at-150"),
        pytest.param("150.1", HARD, id="above-150"),
        pytest.param("200", HARD, id="at-200"),
        pytest.param("200.1", ABSOLUTE, id="above-200"),
    ],
)
def test_im_session_total_mg(dose, level):
    request = im(dose_mg=Decimal(dose), weight_kg=Decimal(120))

    assert level_of("session-mg", request) is level


@pytest.mark.parametrize(
    ("minutes", "level"),
    [
        pytest.param("4.9", HARD, id="below-5"),
        pytest.param("5", SOFT, id="at-5"),
        pytest.param("9.9", SOFT, id="below-10"),
        pytest.param("10", OK, id="at-10"),
    ],
)
def test_im_booster_gap(minutes, level):
    request = im(dose_mg=Decimal(20), minutes_since_last=Decimal(minutes))

    assert level_of("booster-gap", request) is level


@pytest.mark.parametrize(
    ("site", "dose", "level"),
    [
        pytest.param(Site.DELTOID, "20", OK, id="deltoid-2-ml"),
        pytest.param(Site.DELTOID, "21", SOFT, id="deltoid-2.1-ml"),
        pytest.param(Site.DELTOID, "30", SOFT, id="deltoid-3-ml"),
        pytest.param(Site.DELTOID, "31", HARD, id="deltoid-3.1-ml"),
        pytest.param(Site.OTHER, "50", OK, id="other-5-ml"),
        pytest.param(Site.OTHER, "51", HARD, id="other-5.1-ml"),
    ],
)
def test_im_volume(site, dose, level):
    request = im(dose_mg=Decimal(dose), strength_mg_per_ml=Decimal(10), site=site)

    assert level_of("volume", request) is level


@pytest.mark.parametrize(
    ("dose", "first", "level"),
    [
        pytest.param("49.9", {}, SOFT, id="below-50"),
        pytest.param("50", {}, OK, id="at-50"),
        pytest.param("150", FIRST, OK, id="first-at-150"),
        pytest.param("150.1", FIRST, SOFT, id="first-above-150"),
        pytest.param("300", {}, OK, id="at-300"),
        pytest.param("300.5", {}, SOFT, id="300.5"),
        pytest.param("400", {}, SOFT, id="at-400"),
        pytest.param("401", {}, HARD, id="401"),
        pytest.param("600", {}, HARD, id="at-600"),
        pytest.param("600.1", {}, ABSOLUTE, id="above-600"),
    ],
)
def test_sl_mg(dose, first, level):
    assert level_of("mg", sl(dose_mg=Decimal(dose), **first)) is level


@pytest.mark.parametrize(
    ("dose", "level"),
    [
        pytest.param("250", OK, id="at-5"),
        pytest.param("250.1", SOFT, id="above-5"),
        pytest.param("350", SOFT, id="at-7"),
        pytest.param("350.1", HARD, id="above-7"),
        pytest.param("500", HARD, id="at-10"),
        pytest.param("500.1", ABSOLUTE, id="above-10"),
    ],
)
def test_sl_mg_per_kg(dose, level):
    request = sl(dose_mg=Decimal(dose), weight_kg=Decimal(50))

    assert level_of("mg-per-kg", request) is level


def test_sl_without_a_weight_says_what_was_not_tested():
    request = sl(dose_mg=Decimal(100), weight_kg=None)

    assert level_of("mg-per-kg", request) is SOFT
    assert calculate(request, POLICY).mg_per_kg is None


@pytest.mark.parametrize(
    ("dose", "previous", "level"),
    [
        pytest.param("200", "100", OK, id="step-100"),
        pytest.param("200.1", "100", SOFT, id="step-100.1"),
    ],
)
def test_sl_step(dose, previous, level):
    request = sl(dose_mg=Decimal(dose), previous_dose_mg=Decimal(previous))

    assert level_of("step", request) is level


@pytest.mark.parametrize(
    ("weight", "level"),
    [
        pytest.param("39.9", SOFT, id="below-40"),
        pytest.param("40", OK, id="at-40"),
        pytest.param("200", OK, id="at-200"),
        pytest.param("200.1", SOFT, id="above-200"),
    ],
)
def test_weight_range(weight, level):
    assert (
        level_of("weight", iv(dose_mg=Decimal(20), weight_kg=Decimal(weight))) is level
    )


@pytest.mark.parametrize(
    ("weight", "level"),
    [
        pytest.param("77", OK, id="plus-10-percent"),
        pytest.param("77.1", SOFT, id="more-than-plus-10"),
        pytest.param("63", OK, id="minus-10-percent"),
        pytest.param("62.9", SOFT, id="more-than-minus-10"),
    ],
)
def test_weight_change(weight, level):
    request = iv(
        dose_mg=Decimal(20), weight_kg=Decimal(weight), previous_weight_kg=Decimal(70)
    )

    assert level_of("weight-change", request) is level


@pytest.mark.parametrize(
    ("weight", "sex", "level", "words"),
    [
        pytest.param("86.2", "male", OK, "", id="bmi-29.8"),
        pytest.param("86.7", "male", SOFT, "Adjusted body weight is", id="bmi-30"),
        pytest.param("90", "", SOFT, "Think of an adjusted", id="sex-not-known"),
    ],
)
def test_size(weight, sex, level, words):
    request = iv(
        dose_mg=Decimal(20), weight_kg=Decimal(weight), height_cm=Decimal(170), sex=sex
    )
    checks = {check.code: check for check in calculate(request, POLICY).checks}

    assert level_of("bmi", request) is level
    assert words in (checks["bmi"].sentence if "bmi" in checks else "")


@pytest.mark.parametrize(
    ("volume", "level"),
    [
        pytest.param("0.04", SOFT, id="below-0.05"),
        pytest.param("0.05", OK, id="at-0.05"),
    ],
)
def test_small_volume(volume, level):
    request = im(volume_ml=Decimal(volume), strength_mg_per_ml=Decimal(100))

    assert level_of("small-volume", request) is level


@pytest.mark.parametrize(
    ("stock", "level"),
    [
        pytest.param("34.9", HARD, id="less-than-the-dose"),
        pytest.param("35", OK, id="just-enough"),
        pytest.param(None, OK, id="not-counted"),
    ],
)
def test_stock(stock, level):
    held = None if stock is None else Decimal(stock)

    assert level_of("stock", iv(dose_mg=Decimal(35), stock_mg=held)) is level


@pytest.mark.parametrize(
    ("request_", "level"),
    [
        pytest.param(
            iv(mg_per_kg=Decimal("0.25"), age_years=65, **FIRST), OK, id="iv-half"
        ),
        pytest.param(
            iv(mg_per_kg=Decimal("0.26"), age_years=65, **FIRST), SOFT, id="iv-more"
        ),
        pytest.param(
            iv(mg_per_kg=Decimal("0.5"), age_years=64, **FIRST), OK, id="iv-64"
        ),
        pytest.param(
            iv(mg_per_kg=Decimal("0.5"), age_years=65), OK, id="iv-later-session"
        ),
        pytest.param(iv(mg_per_kg=Decimal("0.5"), **FIRST), OK, id="iv-age-not-known"),
        pytest.param(
            im(mg_per_kg=Decimal("0.375"), age_years=70, **FIRST), OK, id="im-half"
        ),
        pytest.param(
            im(mg_per_kg=Decimal("0.4"), age_years=70, **FIRST), SOFT, id="im-more"
        ),
        pytest.param(sl(dose_mg=Decimal(75), age_years=70, **FIRST), OK, id="sl-half"),
        pytest.param(
            sl(dose_mg=Decimal(76), age_years=70, **FIRST), SOFT, id="sl-more"
        ),
    ],
)
def test_a_first_dose_from_65_years_is_halved(request_, level):
    assert level_of("age", request_) is level
