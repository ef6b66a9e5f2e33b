"""What imports add at start: their outlet of the outbox, their place in the rail and palette."""

from __future__ import annotations

from functools import partial

from django.db.models import Q

from kap.accounts.enums import Role
from kap.core import dispatch
from kap.ui import navigation, palette
from screening.importing.runs import MAX_TRIES
from screening.models import ImportRun

dispatch.register_outlet(
    dispatch.Outlet(
        model=ImportRun,
        send=partial(dispatch.queue, "screening.run_import"),
        may_repeat=True,
        rows=Q(stored_name__gt=""),
        max_attempts=MAX_TRIES,
    )
)
navigation.register(
    navigation.NavItem(
        key="imports",
        label="Import",
        icon="file-import",
        url_name="screening:imports",
        roles=frozenset({Role.ADMIN}),
        order=95,
    )
)
palette.register(
    palette.PaletteAction(
        key="import-patients",
        label="Import patients from a file",
        icon="file-import",
        url_name="screening:imports",
        roles=frozenset({Role.ADMIN}),
        keywords="csv fhir bundle upload",
        order=80,
    )
)
