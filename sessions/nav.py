"""What visits add to the shell: the place "Today", and actions of the palette."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from kap.accounts.enums import SCHEDULING, Role
from kap.ui import navigation, palette
from kap.worklist import registry as work
from sessions import calendar_work
from sessions.services.board import NO_SHOW_WORK

if TYPE_CHECKING:
    from kap.worklist.models import WorkItem


def _visit_url(item: WorkItem) -> str:
    return reverse("sessions:visit", args=[item.object_id])


def register() -> None:
    """Called when the app is ready."""
    calendar_work.register()
    navigation.register(
        navigation.NavItem(
            key="today",
            label="Today",
            icon="layout-board",
            url_name="sessions:board",
            roles=SCHEDULING,
            order=10,
            shortcut="t",
            namespaces=frozenset({"sessions"}),
        )
    )
    navigation.register(
        navigation.NavItem(
            key="calendar",
            label="Calendar",
            icon="calendar-week",
            url_name="sessions:calendar",
            roles=SCHEDULING,
            order=12,
            shortcut="c",
        )
    )
    palette.register(
        palette.PaletteAction(
            key="book",
            label="Book a visit",
            icon="calendar-plus",
            url_name="sessions:book_for",
            roles=SCHEDULING,
            needs_patient=True,
            keywords="appointment visit schedule",
            order=20,
        )
    )
    work.register(
        work.WorkKind(
            key=NO_SHOW_WORK,
            label="Did not come: call",
            tone="warn",
            roles=frozenset({Role.FRONT_DESK}),
            url=_visit_url,
            icon="phone-call",
            is_clinical=False,
            public_label="Did not come: call",
            order=30,
        )
    )
