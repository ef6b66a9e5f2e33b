"""What screening adds to the rail and to the command palette."""

from __future__ import annotations

from kap.accounts.enums import CLINICAL, Role
from kap.accounts.models import User
from kap.ui import navigation
from screening.queries.reviews import waiting_count


def _count(user: User) -> int:
    return waiting_count(user)


navigation.register(
    navigation.NavItem(
        key="reviews",
        label="Reviews",
        icon="clipboard-check",
        url_name="screening:reviews",
        roles=CLINICAL,
        order=50,
        count=_count,
        shortcut="r",
        namespaces=frozenset({"screening"}),
    )
)
navigation.register(
    navigation.NavItem(
        key="rules",
        label="Rules",
        icon="adjustments",
        url_name="screening:rules",
        roles=frozenset({Role.MEDICAL_DIRECTOR, Role.COMPLIANCE}),
        order=85,
        at_end=True,
    )
)
