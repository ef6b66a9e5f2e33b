"""Whether doses may be booked where they are put: SP-01 to SP-11 at the time of booking."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from kap.accounts.enums import PRESCRIBING, Role
from kap.core.errors import DomainError
from kap.pharmacy.models import Route
from kap.worklist import services as work
from sessions.enums import VisitKind
from sessions.models import Appointment, Protocol, SpacingOverride
from sessions.queries.policies import policies_in_force
from sessions.queries.spacing import spacing_of
from sessions.rules.spacing import (
    PriorDose,
    SpacingFinding,
    SpacingLevel,
    assess_among,
)

if TYPE_CHECKING:
    from kap.accounts.models import User

YEARLY_REVIEW: Final = "dose-count-review"


class SpacingRefused(DomainError):
    """A dose lies too near to others, or somebody must see the patient first.

    ``findings`` say which rules; a prescriber may go on with a reason unless
    ``is_final``.
    """

    def __init__(self, findings: Sequence[SpacingFinding]) -> None:
        self.findings = tuple(findings)
        self.is_final = any(f.level is SpacingLevel.BLOCK for f in findings)
        tail = "" if self.is_final else " A prescriber may go on with a reason."
        super().__init__(" ".join(f.sentence for f in findings) + tail)


def spacing_findings(
    visits: Sequence[Appointment], *, protocol: Protocol | None, now: datetime
) -> list[SpacingFinding]:
    """What the rules say of these dosing visits of one patient; four queries, none for talks.

    Visits that stand already are looked at where they will be, not where they are.
    """
    doses = [visit for visit in visits if visit.kind == VisitKind.DOSING]
    if not doses:
        return []
    zone = doses[0].site.zone
    known = spacing_of(
        doses[0].patient_id,
        zone=zone,
        protocol=protocol,
        but_not=[visit.pk for visit in visits],
    )
    policy = policies_in_force(on=now.astimezone(zone).date()).spacing
    is_esketamine = protocol is not None and protocol.route == Route.IN_ESK
    new = [
        PriorDose(given_at=visit.starts_at, is_esketamine=is_esketamine)
        for visit in doses
    ]
    found: dict[str, SpacingFinding] = {}
    for place, dose in enumerate(new):
        others = (*known.doses, *new[:place], *new[place + 1 :])
        for one in assess_among(dose, others, policy, facts=known.facts):
            found.setdefault(one.code, one)
    return list(found.values())


def check_spacing(
    visits: Sequence[Appointment],
    *,
    protocol: Protocol | None,
    by: User,
    now: datetime,
    reason: str = "",
) -> list[SpacingFinding]:
    """Raise SpacingRefused for what stops; with a reason a prescriber passes it.

    Call in the transaction of the booking, then ``note_spacing`` once the visits stand.
    """
    found = spacing_findings(visits, protocol=protocol, now=now)
    stops = [one for one in found if one.stops]
    final = any(one.level is SpacingLevel.BLOCK for one in stops)
    if stops and (final or not reason.strip() or not by.has_role(*PRESCRIBING)):
        raise SpacingRefused(stops)
    return found


def note_spacing(
    visits: Sequence[Appointment],
    findings: Sequence[SpacingFinding],
    *,
    by: User,
    now: datetime,
    reason: str = "",
) -> None:
    """Write down what was set aside and why, and ask for the review of SP-07."""
    doses = [visit for visit in visits if visit.kind == VisitKind.DOSING]
    stops = [one.code for one in findings if one.stops]
    if stops:
        SpacingOverride.objects.bulk_create(
            SpacingOverride(
                appointment=visit,
                rules=stops,
                reason=reason.strip()[:500],
                overridden_at=now,
                overridden_by=by,
            )
            for visit in doses
        )
    if any(one.asks_review for one in findings):
        _ask_review(doses[0], now=now)


def _ask_review(visit: Appointment, *, now: datetime) -> None:
    """One review a patient and year, due before the visit that passes the number."""
    work.open_item(
        kind=YEARLY_REVIEW,
        now=now,
        source_key=f"patient:{visit.patient_id}:doses:{visit.starts_at:%Y}",
        role=Role.MEDICAL_DIRECTOR,
        due_at=visit.starts_at,
        patient=visit.patient,
        object_id=visit.pk,
    )
