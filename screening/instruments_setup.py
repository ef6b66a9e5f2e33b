"""What loaded questionnaires add at start: their place in the rail and the palette."""

from __future__ import annotations

from kap.accounts.enums import Role
from kap.ui import navigation, palette
from screening import demo_measures  # noqa: F401 -- it registers itself

ADMINS = frozenset({Role.ADMIN})

navigation.register(
    navigation.NavItem(
        key="questionnaires",
        label="Questionnaires",
        icon="clipboard-list",
        url_name="screening:questionnaires",
        roles=ADMINS,
        order=94,
    )
)
palette.register(
    palette.PaletteAction(
        key="questionnaires",
        label="Questionnaires: which are used, load one",
        icon="clipboard-list",
        url_name="screening:questionnaires",
        roles=ADMINS,
        keywords="instrument phq audit fhir licence pack",
        order=81,
    )
)
