"""The secure links of a visit: for the patient who prepares, and for who drives them home."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from kap.patients.links import LinkPurpose, register_purpose

VISIT: Final = "visit"
ESCORT: Final = "escort"


def register() -> None:
    """Called when the app is ready."""
    register_purpose(
        LinkPurpose(
            key=VISIT,
            label="Prepare for a visit",
            view_name="sessions:p_visit",
            ttl=timedelta(days=8),
        )
    )
    register_purpose(
        LinkPurpose(
            key=ESCORT,
            label="Escort says yes",
            view_name="sessions:p_escort",
            proof="none",
            ttl=timedelta(days=3),
        )
    )
