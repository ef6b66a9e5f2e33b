"""What the patients app adds to the shell: its place, finding patients, actions."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.formats import date_format

from kap.accounts.enums import SCHEDULING
from kap.accounts.models import User
from kap.audit.enums import Action, Category
from kap.audit.services import record
from kap.patients import queries
from kap.patients.frame import SEES_CHART
from kap.ui import navigation, palette

navigation.register(
    navigation.NavItem(
        key="patients",
        label="Patients",
        icon="users",
        url_name="patients:list",
        roles=SEES_CHART,
        order=30,
        shortcut="p",
        namespaces=frozenset({"patients", "screening", "integration"}),
    )
)
palette.register(
    palette.PaletteAction(
        key="register",
        label="Register a patient",
        icon="user-plus",
        url_name="patients:register",
        roles=SCHEDULING,
        keywords="new intake add",
        order=20,
    )
)
palette.register(
    palette.PaletteAction(
        key="contact",
        label="Contact details",
        icon="phone",
        url_name="patients:contact",
        roles=SCHEDULING,
        needs_patient=True,
        keywords="phone email address escort",
        order=80,
    )
)


def find(words: str, user: User) -> Iterable[palette.Hit]:
    """Patients by the beginning of any word; the history says that, not what, was searched."""
    if not user.has_role(*SEES_CHART):
        return
    record(by=user, action=Action.SEARCH, category=Category.DEMOGRAPHICS)
    for row in queries.find(words, user, limit=palette.MOST_HITS):
        born = date_format(row.birth_date, "j M Y").replace(" ", "\u00a0")
        yield palette.Hit(
            id=str(row.id),
            label=row.name,
            meta=f"born {born} · {row.number}",
            url=reverse("patients:chart", args=[row.id]),
            initials=row.initials,
        )


palette.register_search(find, title="Patients")
