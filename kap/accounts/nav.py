"""Where the person's own account and the admin stand."""

from __future__ import annotations

from kap.accounts.enums import Role
from kap.ui import navigation, palette

navigation.register(
    navigation.NavItem(
        key="admin",
        label="Admin",
        icon="settings",
        url_name="admin:index",
        roles=frozenset({Role.ADMIN.value}),
        order=99,
        at_end=True,
        namespaces=frozenset({"admin"}),
    )
)
palette.register(
    palette.PaletteAction(
        key="account",
        label="Your account",
        icon="user",
        url_name="accounts_kap:profile",
        roles=frozenset(),
        needs_patient=False,
        keywords="password second factor theme sessions",
    )
)
