"""Where absences and the choice of a site stand in the palette."""

from __future__ import annotations

from kap.accounts.enums import SCHEDULING, Role
from kap.ui import palette

PLANNERS = frozenset({role.value for role in SCHEDULING} | {Role.ADMIN.value})

palette.register(
    palette.PaletteAction(
        key="absences",
        label="Absences of people and rooms",
        icon="calendar-off",
        url_name="clinic:absences",
        roles=PLANNERS,
        needs_patient=False,
        keywords="holiday leave sick closed",
    )
)
palette.register(
    palette.PaletteAction(
        key="site",
        label="Change the site",
        icon="building",
        url_name="clinic:site",
        roles=frozenset(),
        needs_patient=False,
        keywords="location branch",
    )
)
