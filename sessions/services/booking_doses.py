"""What is asked of a dose before it is booked or moved, beside free diaries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sessions.enums import VisitKind
from sessions.rules.spacing import SpacingFinding
from sessions.services.booking_types import Draft
from sessions.services.presence_checks import check_presence
from sessions.services.spacing_checks import check_spacing

if TYPE_CHECKING:
    from kap.accounts.models import User


def check_dose(
    draft: Draft, *, by: User, now: datetime, reason: str
) -> Sequence[SpacingFinding]:
    """Presence, ratio and spacing; nothing and no query for a talk.

    Call under the locks; hand what it answers to ``note_spacing`` once the visit stands.
    """
    visit = draft.appointment
    if visit.kind != VisitKind.DOSING:
        return ()
    step = visit.planned_step
    protocol = step.care_plan.protocol if step is not None else None
    check_presence([draft], site=visit.site, route=protocol.route if protocol else "")
    return check_spacing([visit], protocol=protocol, by=by, now=now, reason=reason)
