"""Each refusal as the sentence the front desk reads."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from sessions.rules.plan_results import Impossible, Reason, ReasonCode
from sessions.rules.planner_words import refusal

FIRST = datetime(2026, 10, 8, 13, tzinfo=UTC)
LAST = datetime(2026, 10, 10, 13, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        (
            Reason(ReasonCode.NEVER_FREE, ("prescriber",)),
            "Dose 2 cannot be placed: the prescriber is never free in this period.",
        ),
        (
            Reason(ReasonCode.NEVER_FREE),
            "Dose 2 cannot be placed: no allowed day or time is left.",
        ),
        (
            Reason(ReasonCode.WINDOW, ("room", "prescriber"), ("dose-1",), FIRST, LAST),
            "Dose 2 cannot be placed: a room and the prescriber are never free "
            "together between Thu 8 Oct 09:00 and Sat 10 Oct 09:15.",
        ),
        (
            Reason(ReasonCode.WINDOW, (), ("dose-1",), FIRST, LAST),
            "Dose 2 cannot be placed: no allowed time between Thu 8 Oct 09:00 and "
            "Sat 10 Oct 09:15.",
        ),
        (
            Reason(ReasonCode.WINDOW, ("room",)),
            "Dose 2 cannot be placed: a room is never free in the time the gaps leave.",
        ),
        (
            Reason(ReasonCode.SPACING, to_steps=("dose-1", "prep", "talk")),
            "Dose 2 cannot be placed: each gap to Dose 1, prep and talk can be kept, "
            "but not all gaps and limits together.",
        ),
        (
            Reason(ReasonCode.CONTRADICTION, to_steps=("dose-1",)),
            "The protocol's gaps between Dose 2 and Dose 1 exclude each other.",
        ),
        (
            Reason(ReasonCode.HORIZON, to_steps=("dose-1",)),
            "Dose 2 cannot be placed: the gap to Dose 1 leads past the end of the "
            "planned period.",
        ),
        (
            Reason(ReasonCode.UNDECIDED),
            "The search was stopped before it found a course. Ask for fewer choices.",
        ),
    ],
)
def test_each_reason_has_its_sentence(reason, sentence):
    words = refusal(
        Impossible("dose-2", reason),
        steps={"dose-1": "Dose 1", "dose-2": "Dose 2"},
        roles={"room": "a room", "prescriber": "the prescriber"},
        zone=ZoneInfo("America/New_York"),
    )

    assert words == sentence
