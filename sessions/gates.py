"""The gates before a dose as the room shows them: whose they are, and gates that others add."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from kap.accounts.enums import PRESCRIBING, Role
from sessions.rules.readiness_types import GateResult, GateState, Owner

if TYPE_CHECKING:
    from datetime import datetime

    from kap.accounts.models import User
    from sessions.models import Appointment

ExtraGate = Callable[["Appointment", "datetime"], "GateResult | None"]
"""A gate of a later phase; None when it has nothing to say of this visit."""

OWNER_TITLES: Final = MappingProxyType(
    {
        Owner.PRESCRIBER: "Prescriber",
        Owner.NURSE: "Nurse",
        Owner.THERAPIST: "Therapist",
        Owner.FRONT_DESK: "Front desk",
        Owner.TWO_PEOPLE: "Two people at the chair",
    }
)
"""In the order in which the room lists them."""

_ROLES: Final = MappingProxyType(
    {
        Owner.PRESCRIBER: PRESCRIBING,
        Owner.NURSE: frozenset({Role.NURSE}),
        Owner.THERAPIST: frozenset({Role.THERAPIST}),
        Owner.FRONT_DESK: frozenset({Role.FRONT_DESK}),
        Owner.TWO_PEOPLE: frozenset[str](),
    }
)
PASSED: Final = frozenset({GateState.DONE, GateState.NOT_NEEDED})

_extra: list[ExtraGate] = []


def register(gate: ExtraGate) -> ExtraGate:
    """Let a later phase add a gate (an integration that is still owed)."""
    if gate not in _extra:
        _extra.append(gate)
    return gate


def extra_results(appointment: Appointment, now: datetime) -> list[GateResult]:
    answers = (gate(appointment, now) for gate in _extra)
    return [answer for answer in answers if answer is not None]


def is_owner(user: User, owner: Owner) -> bool:
    """Whether the user may act as this owner."""
    return user.has_role(*_ROLES[owner])


def may_override(user: User, gate: GateResult) -> bool:
    """Whether the user is one of those who may pass this gate on purpose."""
    return any(is_owner(user, owner) for owner in gate.overridable_by)


def by_owner(results: Iterable[GateResult]) -> list[tuple[Owner, list[GateResult]]]:
    """The gates grouped by who can mend them; empty groups are left out."""
    found: dict[Owner, list[GateResult]] = {owner: [] for owner in OWNER_TITLES}
    for result in results:
        found[result.owner].append(result)
    return [(owner, gates) for owner, gates in found.items() if gates]
