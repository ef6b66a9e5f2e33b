"""Invented content for the gallery of components; nothing here is a person."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django import forms
from django.utils import timezone

from kap.core import clock
from kap.ui import charts, fields
from kap.ui.types import Alert, Check, CourseStep, Fact, Link, PhaseBand

COURSE = (
    ("screening", "Screened", "18 Sep", "done", False),
    ("preparation", "Prepared", "30 Sep", "done", False),
    ("dosing", "Dose 1", "1 Oct", "done", False),
    ("integration", "Int. 1", "2 Oct", "done", True),
    ("dosing", "Dose 2", "today", "now", False),
    ("integration", "Int. 2", "7 Oct", "next", True),
    ("dosing", "Dose 3", "8 Oct", "next", False),
    ("followup", "Week 2", "5 Nov", "next", False),
)
CHECKS = [
    Check("ok", "Consent v4", "signed 18 Sep"),
    Check("no", "Driver", "not named", "#", "Ask again"),
    Check("wait", "Blood pressure", "on arrival"),
    Check("off", "Pregnancy test", "not needed"),
]
ANSWERS = (
    ("0", "Not at all"),
    ("1", "Several days"),
    ("2", "More than half the days"),
    ("3", "Nearly every day"),
)


class SampleForm(forms.Form):
    """One of each kind of field."""

    name = fields.TextField(label="Name to use", required=False)
    weight_kg = fields.DecimalField(
        label="Weight", low=20, high=350, unit="kg", places=1
    )
    systolic = fields.WholeField(label="Systolic", low=60, high=260, unit="mmHg")
    born = fields.BirthDateField(label="Birth date")
    reason = fields.ChoiceField(
        label="Reason", choices=[("", "Choose a reason"), ("1", "No driver")]
    )
    words = fields.LongTextField(label="What happened", rows=2, required=False)
    agreed = forms.BooleanField(label="No new medicines since 8 Oct", required=False)
    route = fields.RadioField(
        label="Route", choices=[("im", "IM"), ("sl", "Sublingual")]
    )
    answer = fields.RadioField(
        label="Feeling tired or having little energy", choices=ANSWERS
    )


def _form(theme: str) -> SampleForm:
    """A form that was sent with mistakes; each theme has its own ids."""
    data = {
        f"{theme}-name": "Tina",
        f"{theme}-weight_kg": "79.6",
        f"{theme}-systolic": "412",
        f"{theme}-born": "1973-11-09",
        f"{theme}-reason": "1",
        f"{theme}-agreed": "on",
        f"{theme}-route": "im",
        f"{theme}-answer": "1",
    }
    return SampleForm(data, prefix=theme, auto_id="id_%s")


def _timeline(now: datetime) -> list[SimpleNamespace]:
    rows = [
        (
            "car",
            "",
            "Driver asked for by text, no answer yet",
            "Second reminder at 11:00",
            "",
            "",
        ),
        (
            "message-2",
            "integration",
            "Integration 3",
            "50 min, in person",
            "Note not signed",
            "danger",
        ),
        (
            "droplet",
            "dosing",
            "Dose 3, ketamine IM 55 mg",
            "Highest BP 148/90 mmHg",
            "Signed",
            "",
        ),
    ]
    return [
        SimpleNamespace(
            at=now - timedelta(days=2 * index),
            icon=row[0],
            phase=row[1],
            title=row[2],
            meta=row[3],
            url="",
            chip=row[4],
            chip_tone=row[5],
        )
        for index, row in enumerate(rows)
    ]


def _symptoms() -> Any:
    days = [date(2026, 9, 12), date(2026, 9, 30), date(2026, 10, 4), date(2026, 10, 11)]
    return charts.symptoms(
        phq9=[
            charts.Score(on, total)
            for on, total in zip(days, (21, 20, 17, 9), strict=True)
        ],
        gad7=[
            charts.Score(on, total)
            for on, total in zip(days, (16, 15, 13, 8), strict=True)
        ],
        doses=[
            charts.DoseMark(date(2026, 10, 1), "1", "45 mg"),
            charts.DoseMark(date(2026, 10, 5), "2", "50 mg"),
            charts.DoseMark(date(2026, 10, 14), "3"),
        ],
        width=620,
    )


def _points() -> list[charts.VitalPoint]:
    return [
        charts.VitalPoint(-6, 132, 82, 74, 99),
        charts.VitalPoint(10, 148, 92, 88, 98),
        charts.VitalPoint(25, 156, 96, 92, 98),
        charts.VitalPoint(40, 144, 90, 84, 98),
    ]


def _vitals() -> Any:
    expected = [
        charts.Stretch(0, 8, "onset"),
        charts.Stretch(8, 35, "peak"),
        charts.Stretch(35, 70, "return"),
    ]
    return charts.vitals(
        points=_points(),
        limit_systolic=150,
        limit_spo2=92,
        now=50,
        events=(5, 14),
        expected=expected,
        width=620,
        height=300,
    )


def context() -> dict[str, Any]:
    """Everything the page shows, once for each theme."""
    now = clock.now()
    return {
        "themes": [
            {"name": name, "form": _form(name)} for name in ("light", "dark", "dim")
        ],
        "checks": CHECKS,
        "all_done": [Check("ok", "Consent"), Check("ok", "Driver")],
        "steps": [CourseStep(*step[:3], step[3], step[4]) for step in COURSE],  # type: ignore[arg-type]  # a table of words
        "bands": [
            PhaseBand("Getting ready", 2, "preparation"),
            PhaseBand("Dosing and integration", 5, "dosing"),
            PhaseBand("Follow-up", 1),
        ],
        "entries": _timeline(now),
        "alerts": [
            Alert("Allergy: penicillin, rash", "danger"),
            Alert("Treated hypertension", "warn", "heart"),
            Alert("Safety plan on file", "info", "lifebuoy"),
        ],
        "facts": [
            Fact("born 4 Mar 1985", "41 y"),
            Fact("MRN 100 417"),
            Fact("on 12 Oct", "79.6 kg"),
        ],
        "tabs": [Link("Overview", "#", current=True), Link("Messages", "#", count=1)],
        "segments": [
            Link("Rooms", "#", current=True, icon="door"),
            Link("Team", "#", icon="users"),
        ],
        "pairs": [("Route", "intramuscular"), ("Dose", "55\u00a0mg")],
        "since": now - timedelta(minutes=50, seconds=12),
        "symptoms": _symptoms(),
        "vitals": _vitals(),
        "strip": charts.pressure_strip(points=_points(), limit_systolic=150, now=50),
        "spark": charts.sparkline(values=(21, 20, 17, 14, 9)),
        "moment": timezone.localtime(datetime(2026, 10, 14, 14, 5, tzinfo=UTC)),
    }
