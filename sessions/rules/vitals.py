"""What does a reading during or after a dose mean, and who must hear of it?

Clinical reference 6.3 and 6.4.  The rule holds no threshold of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from sessions.rules.dose_units import NBSP, with_unit
from sessions.rules.vitals_policy import Table, VitalsPolicy
from sessions.rules.vitals_types import (
    Reading,
    Side,
    Threshold,
    VitalFinding,
    VitalLevel,
)

_NAMES: Final = {
    "systolic_mmhg": ("Systolic", "mmHg"),
    "diastolic_mmhg": ("Diastolic", "mmHg"),
    "heart_rate_bpm": ("Pulse", "/min"),
    "spo2_percent": ("SpO\u2082", "%"),
    "respiratory_rate_per_min": ("Breaths", "/min"),
    "temperature_c": ("Temperature", "°C"),
    "sedation_moaas": ("Awake scale (MOAA/S)", ""),
    "nausea_0_10": ("Nausea", "of 10"),
    "distress_0_10": ("Distress", "of 10"),
}
_RELATION: Final = {
    Side.ABOVE: "is above",
    Side.FROM: "has reached",
    Side.BELOW: "is below",
    Side.DOWN_TO: "is down to",
}
_EMERGENCY_ACTION: Final = "Stop. Call 911. Prescriber to the chair."
_PRESSURE_ACTION: Final = "Recheck the cuff in 2 to 3 min. Look for pain and anxiety."


def name_of(code: str) -> str:
    """What a value is called on the screen."""
    return _NAMES[code][0]


def amount(code: str, value: Decimal | int) -> str:
    """A value with its unit: “84/min”, “98 %”, “142 mmHg”."""
    unit = _NAMES[code][1]
    text = with_unit(value, unit, places=1).rstrip(NBSP)
    return text.replace(f"{NBSP}/", "/")


def pressure_text(systolic: Decimal | int, diastolic: Decimal | int) -> str:
    """“BP 142/88 mmHg”."""
    upper = with_unit(systolic, "", places=1).rstrip(NBSP)
    return f"BP {upper}/{with_unit(diastolic, 'mmHg', places=1)}"


def by_table(reading: Reading, table: Table, source: str) -> Iterator[VitalFinding]:
    """For each value the gravest threshold of the table that it breaks."""
    for code, thresholds in table.items():
        value = getattr(reading, code)
        if value is None:
            continue
        breached = [one for one in thresholds if one.side.breached(value, one.value)]
        if breached:
            yield _finding(code, value, _gravest(breached), source)


def _gravest(thresholds: Sequence[Threshold]) -> Threshold:
    """The gravest level; of one level the first, which the table puts first."""
    return max(thresholds, key=lambda threshold: threshold.level.rank)


def _finding(
    code: str, value: Decimal | int, threshold: Threshold, source: str
) -> VitalFinding:
    limit = amount(code, threshold.value)
    relation = _RELATION[threshold.side]
    if threshold.side is Side.DOWN_TO and value == threshold.value:
        sentence = f"{name_of(code)} {relation} {limit}."
    elif threshold.side is Side.DOWN_TO:
        sentence = f"{name_of(code)} {amount(code, value)} is below {limit}."
    else:
        sentence = f"{name_of(code)} {amount(code, value)} {relation} {limit}."
    return VitalFinding(threshold.level, code, sentence, threshold.action, source)


def classify(
    reading: Reading, baseline: Reading | None, policy: VitalsPolicy
) -> tuple[VitalFinding, ...]:
    """Judge a reading during or after a dose against its baseline, gravest first."""
    findings = [*by_table(reading, policy.during, policy.source)]
    known = {finding.code for finding in findings}
    if baseline is not None:
        changes = _changes(reading, baseline, policy)
        findings += [change for change in changes if change.code not in known]
    findings += _events(reading, policy)
    if reading.has_symptoms:
        findings += _with_symptoms(reading, findings, policy)
    return tuple(sorted(findings, key=lambda finding: -finding.level.rank))


def _changes(
    reading: Reading, baseline: Reading, policy: VitalsPolicy
) -> Iterator[VitalFinding]:
    """Rise and fall of pressure against the reading before the dose."""
    rises = (
        ("systolic_mmhg", policy.systolic_rise_amber_mmhg),
        ("diastolic_mmhg", policy.diastolic_rise_amber_mmhg),
    )
    for code, limit in rises:
        now, before = getattr(reading, code), getattr(baseline, code)
        if now is not None and before is not None and now - before >= limit:
            yield _amber(
                code,
                f"{name_of(code)} {amount(code, now)} is {amount(code, now - before)} "
                f"above the baseline; the limit is {amount(code, limit)}.",
                policy,
            )
    yield from _drop(reading, baseline, policy)


def _drop(
    reading: Reading, baseline: Reading, policy: VitalsPolicy
) -> Iterator[VitalFinding]:
    now, before = reading.systolic_mmhg, baseline.systolic_mmhg
    percent = policy.systolic_drop_amber_percent
    if now is None or before is None or 100 * (before - now) < percent * before:
        return
    code = "systolic_mmhg"
    yield _amber(
        code,
        f"Systolic {amount(code, now)} is {with_unit(percent, '%')} or more below the "
        f"baseline of {amount(code, before)}.",
        policy,
    )


def _amber(code: str, sentence: str, policy: VitalsPolicy) -> VitalFinding:
    return VitalFinding(
        VitalLevel.AMBER, code, sentence, _PRESSURE_ACTION, policy.source
    )


def _events(reading: Reading, policy: VitalsPolicy) -> Iterator[VitalFinding]:
    """What no single number tells: apnoea, vomiting when drowsy, lasting distress."""
    if reading.apnoea_s >= policy.apnoea_emergency_s:
        yield VitalFinding(
            VitalLevel.EMERGENCY,
            "apnoea_s",
            f"No breath for {with_unit(reading.apnoea_s, 's')}.",
            _EMERGENCY_ACTION,
            policy.source,
        )
    awake = reading.sedation_moaas
    is_drowsy = awake is not None and awake <= policy.vomiting_red_at_moaas
    if reading.has_vomited and is_drowsy:
        yield VitalFinding(
            VitalLevel.RED,
            "has_vomited",
            f"Vomiting while drowsy (MOAA/S {awake}): vomit may be breathed in.",
            "Left side. Suction. Prescriber to the chair.",
            policy.source,
        )
    distress = policy.during["distress_0_10"][0]
    value = reading.distress_0_10
    lasts = reading.distress_min >= policy.distress_red_after_min
    if value is not None and value >= distress.value and lasts:
        yield VitalFinding(
            VitalLevel.RED,
            "distress_0_10",
            f"Distress {amount('distress_0_10', value)} has not eased for "
            f"{with_unit(reading.distress_min, 'min')}.",
            "Prescriber to the chair.",
            policy.source,
        )


def _with_symptoms(
    reading: Reading, findings: Sequence[VitalFinding], policy: VitalsPolicy
) -> Iterator[VitalFinding]:
    """Symptoms turn a dangerous pressure or pulse into an emergency."""
    limits = (
        ("systolic_mmhg", policy.systolic_emergency_mmhg),
        ("diastolic_mmhg", policy.diastolic_emergency_mmhg),
    )
    codes = [
        code
        for code, limit in limits
        if (value := getattr(reading, code)) is not None and value >= limit
    ]
    codes += [code for code in _low_or_pulse(reading, findings, policy) if code]
    for code in dict.fromkeys(codes):
        value = amount(code, getattr(reading, code))
        yield VitalFinding(
            VitalLevel.EMERGENCY,
            code,
            f"{name_of(code)} {value} with symptoms.",
            _EMERGENCY_ACTION,
            policy.source,
        )


def _low_or_pulse(
    reading: Reading, findings: Sequence[VitalFinding], policy: VitalsPolicy
) -> Iterator[str]:
    """Any pulse beyond a threshold, and any low pressure."""
    yield from (one.code for one in findings if one.code == "heart_rate_bpm")
    value = reading.systolic_mmhg
    low = [one for one in policy.during["systolic_mmhg"] if not one.side.is_high]
    if value is not None and any(one.side.breached(value, one.value) for one in low):
        yield "systolic_mmhg"


def who_is_told(
    levels: Sequence[VitalLevel | None], policy: VitalsPolicy
) -> tuple[str, ...]:
    """Roles to tell, from the gravest level of each reading, oldest first."""
    newest = levels[-1] if levels else None
    if newest is VitalLevel.EMERGENCY:
        return policy.emergency_to
    if newest is VitalLevel.RED:
        return policy.red_to
    run = levels[-policy.amber_consecutive :]
    is_run = len(run) == policy.amber_consecutive
    if is_run and all(level is VitalLevel.AMBER for level in run):
        return policy.amber_to
    return ()
