"""A protocol in a few lines: how many visits of each kind, how long, how far apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sessions.models import ProtocolStep
from sessions.queries.course_words import DASH


def rules_of(steps: Sequence[ProtocolStep]) -> list[dict[str, str]]:
    """The protocol in four lines: how many of each kind, how long, how far apart."""
    found: dict[str, dict[str, Any]] = {}
    for step in steps:
        line = found.setdefault(
            step.kind,
            {"kind": step.kind, "count": 0, "minutes": step.duration_min, "gaps": []},
        )
        line["count"] += 1
        if step.gap_min_min is not None and step.gap_max_min is not None:
            line["gaps"].append((step.gap_min_min // 60, step.gap_max_min // 60))
    return [_rule(line) for line in found.values()]


def _rule(line: dict[str, Any]) -> dict[str, str]:
    from_h, to_h = line["gaps"][-1] if line["gaps"] else (0, 0)
    far = (
        f"{from_h}{DASH}{to_h} h"
        if to_h <= 240
        else f"{from_h // 24}{DASH}{to_h // 24} days"
    )
    words = {
        "preparation": ("preparation", ""),
        "dosing": ("dose", f", {far} apart"),
        "integration": ("integration", f", {far} after"),
        "follow-up": ("follow-up", f", {far} after the last dose"),
        "screening": ("screening visit", ""),
    }
    word, rest = words[line["kind"]]
    many = "" if line["count"] == 1 else "s"
    return {
        "phase": line["kind"].replace("follow-up", "followup"),
        "count": f"{line['count']} {word}{many}",
        "rest": f", {line['minutes']} min{rest if line['gaps'] else ''}",
    }
