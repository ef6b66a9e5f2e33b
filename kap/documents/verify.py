"""Whether a file is one of this clinic's, and nothing else about it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from kap.core.ratelimit import Limit
from kap.documents.models import DocumentReference, DocumentStatus

MAX_BYTES: Final = 20_000_000
BY_ADDRESS: Final = Limit("verify-address", 30, timedelta(minutes=10))
"""Tries from one network address."""
HASH: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Answer:
    """``is_genuine`` and the day it was made; no name, no kind, nothing of the care."""

    is_genuine: bool
    made_on: date | None = None
    is_newest: bool = True


def fingerprint_of(text: str) -> str:
    """A typed or pasted fingerprint, spaces and capitals aside; empty when it is none."""
    plain = re.sub(r"[\s:.-]", "", text).lower()
    return plain if HASH.fullmatch(plain) else ""


def look_up(checksum: str) -> Answer:
    """One query by the index on the digest."""
    row = (
        DocumentReference.objects.filter(content_sha256=checksum)
        .exclude(status=DocumentStatus.ENTERED_IN_ERROR)
        .values_list("made_at", "status")
        .first()
    )
    if row is None:
        return Answer(is_genuine=False)
    return Answer(
        is_genuine=True,
        made_on=row[0].date(),
        is_newest=row[1] == DocumentStatus.CURRENT,
    )
