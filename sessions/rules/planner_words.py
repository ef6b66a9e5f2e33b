"""The planner's refusal as one plain sentence for the front desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Final

from sessions.rules.plan_results import Impossible, Reason, ReasonCode

_SENTENCES: Final[Mapping[ReasonCode, str]] = {
    ReasonCode.SPACING: (
        "{name} cannot be placed: each gap to {others} can be kept, "
        "but not all gaps and limits together."
    ),
    ReasonCode.CONTRADICTION: (
        "The protocol's gaps between {name} and {others} exclude each other."
    ),
    ReasonCode.HORIZON: (
        "{name} cannot be placed: the gap to {others} "
        "leads past the end of the planned period."
    ),
    ReasonCode.UNDECIDED: (
        "The search was stopped before it found a course. Ask for fewer choices."
    ),
}


def refusal(
    answer: Impossible,
    *,
    steps: Mapping[str, str],
    roles: Mapping[str, str],
    zone: tzinfo,
) -> str:
    """``steps`` and ``roles`` give the words for keys; a missing one speaks for itself."""
    name = steps.get(answer.step_key, answer.step_key)
    reason = answer.reason
    if reason.code in {ReasonCode.NEVER_FREE, ReasonCode.WINDOW}:
        who = _listed([roles.get(role, role) for role in reason.roles])
        return f"{name} cannot be placed: {_closed(reason, who, zone)}."
    others = _listed([steps.get(key, key) for key in reason.to_steps])
    return _SENTENCES[reason.code].format(name=name, others=others)


def _closed(reason: Reason, who: str, zone: tzinfo) -> str:
    if reason.code is ReasonCode.WINDOW:
        span = _span(reason, zone)
        return f"{who} {_free(reason)} {span}" if who else f"no allowed time {span}"
    if who:
        return f"{who} {_free(reason)} in this period"
    return "no allowed day or time is left"


def _free(reason: Reason) -> str:
    return "is never free" if len(reason.roles) == 1 else "are never free together"


def _span(reason: Reason, zone: tzinfo) -> str:
    if reason.window_start is None or reason.window_end is None:
        return "in the time the gaps leave"
    first, end = _day(reason.window_start, zone), _day(reason.window_end, zone)
    return f"between {first} and {end}"


def _day(at: datetime, zone: tzinfo) -> str:
    local = at.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b %H:%M}"


def _listed(words: Sequence[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"
