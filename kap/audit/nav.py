"""Where the history stands in the navigation and in the palette."""

from __future__ import annotations

from kap.accounts.enums import Role
from kap.ui import navigation, palette

READERS = frozenset({Role.COMPLIANCE.value, Role.ADMIN.value})

navigation.register(
    navigation.NavItem(
        key="history",
        label="History",
        icon="history",
        url_name="audit:history",
        roles=READERS,
        order=90,
        namespaces=frozenset({"audit"}),
    )
)
palette.register(
    palette.PaletteAction(
        key="my-history",
        label="What I opened and changed",
        icon="history",
        url_name="audit:mine",
        roles=frozenset(),
        needs_patient=False,
        keywords="audit log access",
    )
)
