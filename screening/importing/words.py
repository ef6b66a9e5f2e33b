"""What a run brought, in words."""

from __future__ import annotations

from collections.abc import Mapping

from kap.ui.tags.words import amount
from screening.models import ImportRun

COUNTED = (
    ("added", "patient added", "patients added"),
    ("known", "patient was here already", "patients were here already"),
    (
        "match",
        "patient perhaps here already, not taken",
        "patients perhaps here already, not taken",
    ),
    ("conditions", "diagnosis added", "diagnoses added"),
    ("medicines", "medicine added", "medicines added"),
    ("allergies", "allergy added", "allergies added"),
    ("values", "measured value added", "measured values added"),
    ("refused", "part could not be taken", "parts could not be taken"),
    ("differs", "field differs from the record", "fields differ from the record"),
)
ALWAYS = frozenset({"added", "known"})
LEFT = "left:"


def counted(counts: Mapping[str, int]) -> list[str]:
    """``3 patients added``: one line each for what happened."""
    return [
        f"{amount(counts.get(key, 0))} {one if counts.get(key) == 1 else many}"
        for key, one, many in COUNTED
        if counts.get(key) or key in ALWAYS
    ]


def left_out(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Kinds of resource that are not kept here, the most frequent first."""
    found = [
        (key.removeprefix(LEFT), number)
        for key, number in counts.items()
        if key.startswith(LEFT)
    ]
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))


def summary(run: ImportRun) -> list[str]:
    lines = (
        ["Nothing was written: this was a trial run. It would have been:"]
        if run.is_dry_run
        else []
    )
    lines += [f"  {line}" for line in counted(run.counts)]
    if left := left_out(run.counts):
        kinds = ", ".join(f"{number} {kind}" for kind, number in left)
        lines.append(f"  left out, because it is not kept here: {kinds}")
    return lines
