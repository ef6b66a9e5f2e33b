"""Thresholds of vital signs that ship, with their sources.

Clinical reference 6.3 and 6.16, edition 2026.11.  ID unless the source says V; the
medical director signs.  Pressure in mmHg, pulse and breaths per minute, SpO2 in %,
temperature in degrees C, MOAA/S 0 to 5, nausea and distress 0 to 10.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from sessions.rules.vitals_types import Side, Threshold, VitalLevel

SOFT, HARD, AMBER, RED, EMERGENCY = VitalLevel
ABOVE, FROM, BELOW, DOWN_TO = Side
Table = Mapping[str, tuple[Threshold, ...]]

BEFORE: Final[Table] = MappingProxyType(
    {
        "systolic_mmhg": (
            Threshold(HARD, FROM, 160),
            Threshold(HARD, BELOW, 90),
            Threshold(SOFT, ABOVE, 140),
            Threshold(SOFT, BELOW, 95),
        ),
        "diastolic_mmhg": (
            Threshold(HARD, FROM, 100),
            Threshold(HARD, BELOW, 50),
            Threshold(SOFT, ABOVE, 90),
            Threshold(SOFT, BELOW, 55),
        ),
        "heart_rate_bpm": (
            Threshold(HARD, ABOVE, 110),
            Threshold(HARD, BELOW, 45),
            Threshold(SOFT, ABOVE, 100),
            Threshold(SOFT, BELOW, 50),
        ),
        "spo2_percent": (Threshold(HARD, BELOW, 92), Threshold(SOFT, BELOW, 94)),
        "respiratory_rate_per_min": (
            Threshold(HARD, ABOVE, 26),
            Threshold(HARD, BELOW, 10),
            Threshold(SOFT, ABOVE, 22),
            Threshold(SOFT, BELOW, 12),
        ),
        "temperature_c": (
            Threshold(HARD, FROM, Decimal("38.0")),
            Threshold(SOFT, FROM, Decimal("37.8")),
        ),
        "sedation_moaas": (Threshold(HARD, BELOW, 5),),
    }
)

_STOP: Final = "Stop the infusion. Prescriber to the chair. Ask for symptoms."
_RECHECK: Final = (
    "Recheck the cuff in 2 to 3 min. Look for pain, anxiety, full bladder."
)
_AIRWAY: Final = "Stop. Open the airway. Oxygen. Prescriber to the chair."
_BREATHE: Final = "Oxygen. Stimulate: “take a breath”. Tell the prescriber."
_CALL: Final = "Call for help."

DURING: Final[Table] = MappingProxyType(
    {
        "systolic_mmhg": (
            Threshold(RED, FROM, 180, _STOP),
            Threshold(RED, BELOW, 80, _STOP),
            Threshold(AMBER, FROM, 160, _RECHECK),
            Threshold(AMBER, BELOW, 90, _RECHECK),
        ),
        "diastolic_mmhg": (
            Threshold(RED, FROM, 110, _STOP),
            Threshold(AMBER, FROM, 100, _RECHECK),
        ),
        "heart_rate_bpm": (
            Threshold(RED, ABOVE, 140, _STOP),
            Threshold(RED, BELOW, 40, _STOP),
            Threshold(AMBER, ABOVE, 120, "Recheck. Look for pain and anxiety."),
            Threshold(AMBER, BELOW, 45, "Recheck. Look at the rhythm."),
        ),
        "spo2_percent": (
            Threshold(EMERGENCY, BELOW, 85, f"{_AIRWAY} {_CALL}"),
            Threshold(RED, BELOW, 90, _AIRWAY),
            Threshold(RED, BELOW, 92, _BREATHE),
            Threshold(AMBER, BELOW, 94, "Check the probe. Say “take a breath”."),
        ),
        "respiratory_rate_per_min": (
            Threshold(EMERGENCY, BELOW, 1, f"{_AIRWAY} {_CALL}"),
            Threshold(RED, BELOW, 8, _AIRWAY),
            Threshold(AMBER, BELOW, 10, "Say “take a breath”. Count again."),
        ),
        "sedation_moaas": (
            Threshold(EMERGENCY, DOWN_TO, 0, f"{_AIRWAY} {_CALL}"),
            Threshold(RED, DOWN_TO, 2, _AIRWAY),
            Threshold(AMBER, DOWN_TO, 3, "Speak to the patient. Watch the airway."),
        ),
        "nausea_0_10": (Threshold(AMBER, FROM, 5, "Ondansetron as ordered."),),
        "distress_0_10": (
            Threshold(AMBER, FROM, 7, "Therapist first: ground and reassure."),
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class VitalsPolicy:
    """Every threshold for one site."""

    version: str = "2026.11"
    source: str = "6.3, 6.16 ID; pre-dose 140/90 mmHg V SPRAVATO"
    before: Table = field(default_factory=lambda: BEFORE)
    during: Table = field(default_factory=lambda: DURING)
    required_before: tuple[str, ...] = (
        "systolic_mmhg",
        "diastolic_mmhg",
        "heart_rate_bpm",
        "spo2_percent",
    )
    older_option_enabled: bool = False
    older_from_years: int = 65
    older_systolic_soft_above_mmhg: int = 150
    """V SMPC: from 65 years above 150/90 mmHg instead of 140/90 mmHg."""
    systolic_rise_amber_mmhg: int = 40
    diastolic_rise_amber_mmhg: int = 25
    systolic_drop_amber_percent: int = 30
    systolic_emergency_mmhg: int = 180
    """With symptoms."""
    diastolic_emergency_mmhg: int = 120
    """With symptoms."""
    apnoea_emergency_s: int = 20
    distress_red_after_min: int = 10
    vomiting_red_at_moaas: int = 3
    recheck_wait: timedelta = timedelta(minutes=5)
    max_rechecks: int = 3
    amber_consecutive: int = 2
    """So many amber readings in a row are told to ``amber_to``."""
    amber_to: tuple[str, ...] = ("nurse",)
    red_to: tuple[str, ...] = ("nurse", "prescriber")
    emergency_to: tuple[str, ...] = (
        "nurse",
        "prescriber",
        "medical-director",
        "front-desk",
    )


DEFAULT_VITALS_POLICY: Final = VitalsPolicy()
