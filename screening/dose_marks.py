"""The days of doses for the symptom chart: sessions says them, screening draws them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from uuid import UUID

from kap.ui.charts import DoseMark

Source = Callable[[UUID], Iterable[DoseMark]]
"""Given a patient's id, the doses given and planned, oldest first; at most one query."""

_sources: list[Source] = []


def register(source: Source) -> Source:
    """Add a source; sessions does in its ``ready``."""
    if source not in _sources:
        _sources.append(source)
    return source


def marks(patient_id: UUID) -> list[DoseMark]:
    return [mark for source in _sources for mark in source(patient_id)]
