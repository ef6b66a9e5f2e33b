"""A preparation visit talked through to the end, as form values and as a record's facts."""

from __future__ import annotations

from typing import Any

from screening.forms.preparation import GROUPS, risk_fields
from screening.rules import preparation as rules


def whole_visit(route: str = "im", **changes: Any) -> dict[str, Any]:
    """Everything the form needs to be signed; ``version`` is the caller's."""
    other = {f"edu_{key}" for key in rules.ROUTES if key != route}
    ticks = {
        name: [code for code, _words in points]
        for name, points in GROUPS.items()
        if name not in other
    }
    said: dict[str, Any] = {}
    for code, _words in rules.RISKS[: rules.RISKS_NEEDED]:
        back, own = risk_fields(code)
        said |= {back: "yes", own: "In my words."}
    return {
        "held_on": "2026-11-20",
        "held_time": "10:00",
        "route": route,
        "intention": "To be gentle with myself.",
        "touch": "hand",
        "stop_signal": "Raised hand",
        "music": "Quiet strings",
        "lyrics": "no",
        "eye_shades": "yes",
        "light": "dim",
        "warmth": "warm",
        "triggers": "None known",
        "grounding": "Feet on the floor",
        "support_person": "Pepper, 555 0102",
        **ticks,
        **said,
        **changes,
    }


def whole_record(route: str = "im") -> dict[str, Any]:
    """The same as the columns of a record, for tests that do not go through the form."""
    covered = {
        code
        for name, points in GROUPS.items()
        if not name.startswith("edu_") or name == f"edu_{route}"
        for code, _words in points
    }
    detail: dict[str, Any] = {
        "lyrics": "no",
        "light": "dim",
        "warmth": "warm",
        "triggers": "None known",
        "support_person": "Pepper, 555 0102",
    }
    for code, _words in rules.RISKS[: rules.RISKS_NEEDED]:
        detail[code] = {"back": "yes", "words": "In my words."}
    return {
        "route": route,
        "covered": sorted(covered),
        "detail": detail,
        "intention": "To be gentle with myself.",
        "touch": "hand",
        "stop_signal": "Raised hand",
        "music": "Quiet strings",
        "eye_shades": True,
        "grounding": "Feet on the floor",
    }
