"""Proving that the history is whole: recomputed here, not by the database that is examined."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection, transaction

from kap.audit.anchors import AnchorLine

ZERO: Final = bytes(32)
READ_AT_ONCE: Final = 2000

_ROWS = """
SELECT s.position, s.event_seq, s.hash, e.seq IS NOT NULL,
  e.seq::text, e.id::text,
  to_char(e.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
  e.actor_id::text, array_to_string(e.actor_roles, ','), e.link_id::text, e.job,
  e.patient_id::text, e.action, e.category, e.object_type, e.object_id, e.outcome,
  e.reason_code, e.request_id::text, host(e.ip), e.agent_sha256, e.app_version
FROM audit_auditseal s LEFT JOIN audit_auditevent e ON e.seq = s.event_seq
ORDER BY s.position"""
_UNSEALED = """
SELECT min(e.seq) FROM audit_auditevent e
WHERE NOT EXISTS (SELECT 1 FROM audit_auditseal s WHERE s.event_seq = e.seq)"""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found; ``trouble`` is empty when the chain is whole."""

    events: int
    head: bytes
    trouble: str = ""


@dataclass(slots=True)
class _Walk:
    position: int = 0
    hash: bytes = ZERO


def verify(*, anchors: Iterable[AnchorLine] = ()) -> Finding:
    """Walk the whole chain and stop at the first row that is not as it was sealed."""
    wanted = {line.position: line for line in anchors}
    walk = _Walk()
    with transaction.atomic():
        for row in _rows():
            trouble = _trouble(walk, row) or _anchor_trouble(walk, row, wanted)
            if trouble:
                return Finding(walk.position, walk.hash, trouble)
        trouble = _unsealed() or _cut_tail(walk, wanted)
    return Finding(walk.position, walk.hash, trouble)


def _rows() -> Iterator[tuple[Any, ...]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(_ROWS)
        while rows := cursor.fetchmany(READ_AT_ONCE):
            yield from rows


def _trouble(walk: _Walk, row: tuple[Any, ...]) -> str:
    position, event_seq, sealed, is_there, *content = row
    if position != walk.position + 1:
        return f"Seal {walk.position + 1} is missing; the next one is {position}."
    if not is_there:
        return f"Event {event_seq} was removed."
    text = json.dumps([str(position), *content], ensure_ascii=False)
    digest = hashlib.sha256(walk.hash + text.encode()).digest()
    if digest != bytes(sealed):
        return f"Event {event_seq} is not as it was sealed."
    walk.position, walk.hash = position, digest
    return ""


def _anchor_trouble(
    walk: _Walk, row: tuple[Any, ...], wanted: dict[int, AnchorLine]
) -> str:
    anchor = wanted.get(walk.position)
    if anchor is not None and bytes.fromhex(anchor.hash) != walk.hash:
        return f"Event {row[1]} is not what was anchored on {anchor.at}."
    return ""


def _unsealed() -> str:
    with connection.cursor() as cursor:
        cursor.execute(_UNSEALED)
        seq = cursor.fetchone()[0]
    return f"Event {seq} was put in without a seal." if seq is not None else ""


def _cut_tail(walk: _Walk, wanted: dict[int, AnchorLine]) -> str:
    last = max(wanted, default=0)
    if last > walk.position:
        return (
            f"The chain ends at {walk.position}, but {last} was anchored on "
            f"{wanted[last].at}: the end was cut off."
        )
    return ""
