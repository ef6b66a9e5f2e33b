"""What screening adds to the rail and to the command palette."""

from __future__ import annotations

from kap.accounts.enums import CLINICAL
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
