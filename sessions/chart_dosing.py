"""What the patient's chart and timeline show of doses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from kap.accounts.enums import CLINICAL
from kap.patients.chart import (
    BannerFact,
    ChartContext,
    Panel,
    Tab,
    register_banner_fact,
    register_panel,
    register_tab,
)
from kap.patients.timeline import Page, TimelineEntry, register as register_source
from screening import dose_marks as marks, queries as screening
from sessions.queries.live import ROUTE_WORDS
from sessions.queries.record_list import dose_entries, dose_marks, sessions_of
from sessions.rules.dose_units import with_unit

if TYPE_CHECKING:
    from kap.accounts.models import User

SHOWN = 6


def _panel(context: ChartContext) -> str | None:
    """The sessions in a line each; their marks stand on the chart of scores."""
    rows = sessions_of(context.patient_id)
    if not rows:
        return None
    return render_to_string(
        "sessions/room/panel.html",
        {
            "rows": rows[:SHOWN],
            "more": max(len(rows) - SHOWN, 0),
            "url": reverse("sessions:of_patient", args=[context.patient_id]),
        },
        request=context.request,
    )


def _weight(patient_id: UUID, user: User) -> Iterator[BannerFact]:
    """The newest weight with its date, beside birth date and number."""
    if not user.is_clinical:
        return
    found = screening.latest_weight(patient_id)
    if found is not None:
        on = timezone.localtime(found.effective_at)
        yield BannerFact(
            f"{with_unit(found.value, 'kg', places=1)}, {on:%-d}\u00a0{on:%b}",
            tone="plain",
            order=40,
        )


def _entries(patient_id: UUID, user: User, page: Page) -> Iterator[TimelineEntry]:
    if not user.is_clinical:
        return
    rows: list[Any] = dose_entries(patient_id, before=page.before, limit=page.limit)
    for at, mg, route, appointment, number, who in rows:
        yield TimelineEntry(
            at=at,
            icon="vaccine",
            phase="dosing",
            title=f"Dose {number}: {with_unit(mg, 'mg')} {ROUTE_WORDS[route]}",
            meta=who,
            url=reverse("sessions:record", args=[appointment]),
        )


def register() -> None:
    """Called when the app is ready."""
    register_panel(Panel("doses", "Dose and response", 31, "main", CLINICAL, _panel))
    register_tab(Tab("sessions", "Sessions", "sessions:of_patient", CLINICAL, order=30))
    register_banner_fact(_weight)
    register_source(_entries, kind="sessions")
    marks.register(dose_marks)
