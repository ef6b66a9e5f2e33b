"""The 70 classes as they ship (clinical reference 4.2 and 4.4), read once."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from screening.rules.medicines.types import Action, MedicineClass, Route, Severity

_ROUTES: Final = {
    Route.IV: "sev_iv",
    Route.IM: "sev_im",
    Route.SL: "sev_sl",
    Route.NASAL: "sev_in",
}
QT_CLASSES: Final = frozenset({"M-038", "M-047"})
"""Classes for which 4.2 names QT."""
QT_NAMES: Final = frozenset({"methadone", "ibogaine"})
"""Medicines for which 4.2 names QT, though not for all of their class."""


def read_rows(name: str) -> list[dict[str, str]]:
    """One data file beside this module."""
    text = files("screening.rules.medicines") / "data" / f"{name}.csv"
    lines = text.read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(lines, delimiter=";"))


@cache
def classes() -> Mapping[str, MedicineClass]:
    """All classes by id, in the order of the reference."""
    words = {row["id"]: row for row in read_rows("words")}
    members = {row["id"]: row["names"] for row in read_rows("members")}
    return MappingProxyType(
        {
            row["id"]: _class(row, words[row["id"]], members.get(row["id"], ""))
            for row in read_rows("classes")
        }
    )


def _class(row: dict[str, str], words: dict[str, str], members: str) -> MedicineClass:
    return MedicineClass(
        id=row["id"],
        name=words["name"],
        generics=_names(words["generics"]),
        brands=_names(words["brands"]),
        members=_names(members),
        atc=_names(row["atc_prefix_or_code"]),
        severities=MappingProxyType(
            {route: Severity(int(row[column])) for route, column in _ROUTES.items()}
        ),
        action=Action(row["action"]),
        hold_before_h=_hours(row["hold_before_h"]),
        hold_after_h=_hours(row["hold_after_h"]),
        has_abrupt_stop_risk=row["abrupt_stop_risk"] == "1",
        is_cns_depressant=row["cns_depressant"] == "1",
        rems_flag=row["rems_flag"],
        effect=words["effect"],
        advice=words["advice"],
        hold_words=words["hold"],
        source=words["source"],
    )


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _hours(text: str) -> int | None:
    return int(text) if text else None
