"""Lengths, roles and gaps of a protocol as people write them, and back.

``3 d 12 h`` is a length; ``nurse, start-15, end`` a role with its stretch in minutes;
``dose-1 end, 24 h, 48 h, 72 h`` a further gap: least, wished, most, a dash for none.
"""

from __future__ import annotations

import re
from typing import Final

from sessions.rules.protocol_types import Need, Relation

UNITS: Final = {"w": 7 * 24 * 60, "d": 24 * 60, "h": 60, "min": 1}
_PART: Final = re.compile(r"(\d{1,5})\s*(w|d|h|min|m)[a-z]*\.?", re.ASCII)
_POINT: Final = re.compile(r"(start|end)\s*([+-]\s*\d{1,4})?", re.ASCII)
NONE: Final = "-"


class NotRead(ValueError):
    """Text that says no length, role or gap; the sentence says how to write it."""


def read_length(text: str) -> int:
    """``3 d 12 h`` or ``90 min`` in minutes; raises NotRead."""
    rest = _PART.sub("", text.strip().lower()).replace(",", "").strip()
    parts = _PART.findall(text.strip().lower())
    if rest or not parts:
        raise NotRead(f"“{text[:30]}” is no length. Write it like 3 d 12 h or 90 min.")
    return sum(int(n) * UNITS["min" if unit == "m" else unit] for n, unit in parts)


def length_words(minutes: int | None) -> str:
    """The shortest way to write it that is read back the same."""
    if minutes is None:
        return ""
    found: list[str] = []
    for unit in ("d", "h", "min"):
        count, minutes = divmod(minutes, UNITS[unit])
        if count:
            found.append(f"{count} {unit}")
    return " ".join(found) or "0 min"


def read_need(line: str) -> Need:
    """``nurse, start-15, end``; the patient's whole visit is just ``patient``."""
    role, *points = [part.strip().lower() for part in line.split(",")]
    if len(points) not in {0, 2}:
        raise NotRead(f"“{line[:40]}” is no role. Write it like: nurse, start-15, end.")
    first, last = points or ("start", "end")
    from_min, from_end = _point(first)
    to_min, to_end = _point(last)
    return Need(
        role=role, from_min=from_min, from_end=from_end, to_min=to_min, to_end=to_end
    )


def _point(text: str) -> tuple[int, bool]:
    found = _POINT.fullmatch(text)
    if found is None:
        raise NotRead(
            f"“{text[:20]}” is no moment. Write start, end, start-15 or end+15."
        )
    minutes = int((found[2] or "0").replace(" ", ""))
    return minutes, found[1] == "end"


def need_words(need: Need) -> str:
    if (need.from_min, need.from_end, need.to_min, need.to_end) == (0, False, 0, True):
        return need.role
    first = _point_words(need.from_min, is_end=need.from_end)
    return f"{need.role}, {first}, {_point_words(need.to_min, is_end=need.to_end)}"


def _point_words(minutes: int, *, is_end: bool) -> str:
    return f"{'end' if is_end else 'start'}{f'{minutes:+d}' if minutes else ''}"


def read_relation(line: str) -> Relation:
    """``dose-1 end, 24 h, 48 h, 72 h``; a dash for a bound that is not there."""
    parts = [part.strip() for part in line.split(",")]
    if len(parts) != 4:
        raise NotRead(
            f"“{line[:40]}” is no gap. Write: dose-1 end, least, wished, most; - for none."
        )
    to, _, anchor = parts[0].partition(" ")
    if anchor.strip() not in {"", "start", "end"}:
        raise NotRead("After the other visit write start or end.")
    least, ideal, most = (
        None if part == NONE else read_length(part) for part in parts[1:]
    )
    return Relation(
        to=to,
        least_min=least,
        ideal_min=ideal,
        most_min=most,
        from_end=anchor.strip() == "end",
    )


def relation_words(relation: Relation) -> str:
    bounds = (relation.least_min, relation.ideal_min, relation.most_min)
    words = ", ".join(NONE if one is None else length_words(one) for one in bounds)
    return f"{relation.to} {'end' if relation.from_end else 'start'}, {words}"
