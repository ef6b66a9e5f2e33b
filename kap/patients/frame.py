"""The frame of every chart page: the banner and the tabs.  Pages extend patients/base_chart.html."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.formats import date_format

from kap.accounts.enums import SCHEDULING, Role
from kap.accounts.models import User
from kap.patients import chart
from kap.patients.models import Patient
from kap.patients.queries import initials
from kap.ui.types import Alert, Fact, Link

SEES_CHART = SCHEDULING | {Role.ADMIN}
"""Who opens a chart at all; what they see of it is each panel's own matter."""
NO_BREAK = "\u00a0"


@dataclass(frozen=True, slots=True)
class Banner:
    """Who this is, what could hurt them, what is next."""

    name: str
    initials: str
    pronouns: str
    url: str
    facts: list[Fact]
    alerts: list[Alert]
    next: chart.NextStep | None


def patient_or_404(request: HttpRequest, pk: UUID) -> Patient:
    """The patient, if this user may know of them; with the site."""
    return get_object_or_404(
        Patient.objects.visible_to(request.user).select_related("site"),  # type: ignore[arg-type]  # staff only
        pk=pk,
    )


def chart_frame(
    request: HttpRequest,
    patient: Patient,
    *,
    now: datetime,
    tab: str,
    with_steps: bool = True,
) -> dict[str, Any]:
    """What patients/base_chart.html needs; ``tab`` is the key of the tab that is open.

    A page that is itself what comes next leaves the steps out: ``with_steps=False``.
    """
    user: Any = request.user
    steps = chart.next_steps(patient.pk, user, now) if with_steps else []
    return {
        "patient": patient,
        "banner": _banner(patient, user, now, steps),
        "chart_tabs": _tabs(patient, user, tab),
        "next_steps": steps,
        "is_overview": tab == "overview",
    }


def _banner(
    patient: Patient, user: User, now: datetime, steps: list[chart.NextStep]
) -> Banner:
    said = chart.banner_facts(patient.pk, user)
    age = patient.age_years(on=now.astimezone(patient.site.zone).date())
    born = date_format(patient.birth_date, "j M Y").replace(" ", NO_BREAK)
    facts = [
        Fact(f"born {born}", strong=f"{age}{NO_BREAK}y"),
        Fact("", strong=f"MRN {patient.number_text}"),
    ]
    facts += [Fact(fact.text) for fact in said if fact.tone == "plain"]
    alerts = [
        Alert(fact.text, fact.tone, fact.icon, url=fact.url, is_alarm=fact.is_alarm)
        for fact in said
        if fact.tone != "plain"
    ]
    return Banner(
        name=patient.full_name,
        initials=initials(patient.called, patient.family_name),
        pronouns=patient.pronouns,
        url=reverse("patients:chart", args=[patient.pk]),
        facts=facts,
        alerts=alerts,
        next=steps[0] if steps else None,
    )


def _tabs(patient: Patient, user: User, current: str) -> list[Link]:
    own = [
        ("overview", "Overview", "patients:chart"),
        ("contact", "Contact", "patients:contact"),
    ]
    first, *last = [
        Link(label, reverse(name, args=[patient.pk]), current=key == current)
        for key, label, name in own
    ]
    others = [
        Link(
            tab.label,
            reverse(tab.url_name, args=[patient.pk]),
            current=tab.key == current,
        )
        for tab in chart.tabs_for(user)
    ]
    return [first, *others, *last]
