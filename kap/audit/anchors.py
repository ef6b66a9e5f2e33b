"""The chain's head, signed each hour and kept outside the database as well.

A chain alone cannot see that its end was cut off; yesterday's signed head can.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from kap.audit.models import AuditAnchor, AuditSeal


@dataclass(frozen=True, slots=True)
class AnchorLine:
    """One line of the log: which seal was last, what it said, when."""

    position: int
    hash: str
    at: str
    signature: str


class ForgedAnchorError(Exception):
    """A line of the anchor log was not signed with our key."""


def folder() -> Path:
    return Path(settings.KAP_HOME) / "anchors"


def head(*, now: datetime) -> AnchorLine | None:
    """The last seal, signed; None before the first event."""
    last = AuditSeal.objects.order_by("-position").first()
    if last is None:
        return None
    at = now.isoformat(timespec="seconds")
    digest = bytes(last.hash).hex()
    return AnchorLine(last.position, digest, at, _sign(last.position, digest, at))


def append(line: AnchorLine) -> None:
    """Add the line to this month's log and wait until it is on the disk."""
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder() / f"{line.at[:7]}.log"
    with path.open("a", encoding="utf-8") as log:
        log.write(json.dumps(asdict(line)) + "\n")
        log.flush()
        os.fsync(log.fileno())


def kept() -> Iterator[AnchorLine]:
    """Every anchor of the logs and of the database, each with a right signature."""
    for path in sorted(folder().glob("*.log")):
        for text in path.read_text(encoding="utf-8").splitlines():
            yield _checked(AnchorLine(**json.loads(text)), where=path.name)
    for row in AuditAnchor.objects.order_by("position").iterator():
        at = row.anchored_at.isoformat(timespec="seconds")
        line = AnchorLine(row.position, bytes(row.hash).hex(), at, row.signature)
        yield _checked(line, where="the database")


def _checked(line: AnchorLine, *, where: str) -> AnchorLine:
    right = _sign(line.position, line.hash, line.at)
    if not hmac.compare_digest(line.signature, right):
        raise ForgedAnchorError(
            f"The anchor of {line.at} in {where} was not signed by this clinic's key."
        )
    return line


def _sign(position: int, digest: str, at: str) -> str:
    text = f"kap-anchor|{position}|{digest}|{at}"
    key = settings.AUDIT_ANCHOR_KEY.encode()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
