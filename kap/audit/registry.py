"""How the history finds and names a patient, without knowing what a patient is.

kap.patients registers both in ``ready``: the history itself holds ids only.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from uuid import UUID

Find = Callable[[str], UUID | None]
"""The patient with this number."""
Label = Callable[[Collection[UUID]], Mapping[UUID, str]]
"""The number of each patient, in one query; never a name."""

_finders: list[Find] = []
_labels: list[Label] = []


def register_patients(*, find: Find, label: Label) -> None:
    """The last registration wins."""
    _finders[:] = [find]
    _labels[:] = [label]


def find_patient(number: str) -> UUID | None:
    return _finders[0](number) if _finders else None


def label_patients(ids: Collection[UUID]) -> Mapping[UUID, str]:
    return _labels[0](ids) if _labels and ids else {}
