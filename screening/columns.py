"""What the patients list shows of screening: the last measure, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from django.utils.formats import date_format

from kap.accounts.enums import CLINICAL, SCHEDULING
from kap.accounts.models import User
from kap.patients.columns import Cell, Column, register
from screening.codes import GAD7_TOTAL, LABELS, PHQ9_TOTAL
from screening.models import IntakePacket
from screening.queries import item9_open_many, latest_scores
from screening.queries.history import allergies_asked


def _measure(ids: Sequence[UUID], _user: User) -> Mapping[UUID, Cell]:
    """The newest PHQ-9, else the newest GAD-7; one query."""
    scores = latest_scores(ids, (PHQ9_TOTAL, GAD7_TOTAL))
    cells = {}
    for pk in ids:
        found = scores.get((pk, PHQ9_TOTAL)) or scores.get((pk, GAD7_TOTAL))
        if found is not None:
            cells[pk] = Cell(
                text=f"{LABELS[found.code]} {found.total}",
                sub=_day(found.effective_at.date()),
            )
    return cells


def _day(day: date) -> str:
    return date_format(day, "j M Y")


def _alarm(ids: Sequence[UUID], user: User) -> Mapping[UUID, Cell]:
    """A safety alert that nobody has closed, before all else."""
    words = "Safety alert open" if user.is_clinical else "Clinical review needed"
    return {
        pk: Cell(text=words, tone="danger", icon="lifebuoy", weight=100)
        for pk in item9_open_many(ids)
    }


def _packet(ids: Sequence[UUID], _user: User) -> Mapping[UUID, Cell]:
    """How far an open packet has come; one query."""
    rows = (
        IntakePacket.objects.open()
        .filter(patient__in=list(ids))
        .values_list("patient_id", "done", "sections")
    )
    return {
        pk: Cell(
            text=f"Packet: {len(done)} of {len(sections)} parts",
            tone="info",
            icon="clipboard-list",
            weight=30,
        )
        for pk, done, sections in rows
    }


def _allergies(ids: Sequence[UUID], _user: User) -> Mapping[UUID, Cell]:
    asked = allergies_asked(ids)
    return {
        pk: Cell(
            text="Allergies not asked", tone="warn", icon="alert-circle", weight=20
        )
        for pk in ids
        if pk not in asked
    }


register(
    Column(
        key="last-measure",
        title="Last measure",
        fill=_measure,
        order=40,
        roles=frozenset(CLINICAL),
        empty=Cell(text="none"),
    )
)
register(
    Column(
        key="self-harm",
        title="Missing",
        fill=_alarm,
        order=10,
        roles=frozenset(SCHEDULING),
        slot="missing",
    )
)
register(
    Column(
        key="packet",
        title="Missing",
        fill=_packet,
        order=50,
        roles=frozenset(SCHEDULING),
        slot="missing",
    )
)
register(
    Column(
        key="allergies",
        title="Missing",
        fill=_allergies,
        order=60,
        roles=frozenset(CLINICAL),
        slot="missing",
    )
)
