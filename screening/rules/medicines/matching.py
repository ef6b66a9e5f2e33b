"""Which classes a typed name belongs to: matched exactly, offered, or unknown; never guessed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Final

from screening.rules.medicines.table import classes, read_rows

MOST_OFFERED: Final = 6
"""Names that are offered for what was typed (ours)."""
LONGEST: Final = 300
_FORMS: Final = frozenset(
    [
        "tablet",
        "tablets",
        "tab",
        "tabs",
        "capsule",
        "capsules",
        "cap",
        "caps",
        "pill",
        "pills",
        "er",
        "xr",
        "sr",
        "cr",
        "ir",
        "xl",
        "la",
        "dr",
        "odt",
        "film",
        "hcl",
        "hydrochloride",
        "hydrobromide",
        "sodium",
        "potassium",
        "maleate",
        "tartrate",
        "succinate",
        "besylate",
        "mesylate",
        "oral",
        "generic",
        "daily",
        "prn",
        "nightly",
        "weekly",
        "as",
        "needed",
    ]
)
"""Words behind a name that say how it is made or taken, not what it is."""
_PARTS: Final = re.compile(r"\s*(?:[/+&,;]|\bwith\b|\band\b)\s*", re.IGNORECASE)


class NameKind(StrEnum):
    GENERIC = "generic"
    BRAND = "brand"
    COMBINATION = "combination"


class Found(StrEnum):
    EXACT = "exact"
    OFFERED = "offered"
    """Nothing fits exactly; some names are close."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Name:
    """One name of the list with the classes and ingredients that it stands for."""

    label: str
    kind: NameKind
    class_ids: tuple[str, ...]
    ingredients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """What a typed name is; ``unknown_parts``: what of it is on no list."""

    typed: str
    found: Found
    names: tuple[Name, ...] = ()
    unknown_parts: tuple[str, ...] = ()
    offered: tuple[Name, ...] = ()

    @property
    def class_ids(self) -> tuple[str, ...]:
        return tuple(
            sorted({one for name in self.names for one in name.class_ids}),
        )

    @property
    def ingredients(self) -> tuple[str, ...]:
        return tuple(
            dict.fromkeys(one for name in self.names for one in name.ingredients)
        )

    @property
    def is_whole(self) -> bool:
        """Every part of what was typed is on the list."""
        return self.found == Found.EXACT and not self.unknown_parts


def fold(text: str) -> str:
    """Lower case, no accents, no apostrophes; anything else between words is one space."""
    plain = unicodedata.normalize("NFKD", text[:LONGEST]).casefold()
    kept = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return re.sub(r"[^a-z0-9]+", " ", re.sub(r"['\u2019\u02bc]", "", kept)).strip()


def _key(text: str) -> str:
    return fold(text).replace(" ", "")


@cache
def names() -> Mapping[str, Name]:
    """Every name by its folded form."""
    single: dict[str, Name] = {}
    for one in classes().values():
        for label in (*one.generics, *one.brands, *one.members):
            is_brand = label in one.brands or label[:1].isupper()
            kind = NameKind.BRAND if is_brand else NameKind.GENERIC
            before = single.get(_key(label))
            ids = (*before.class_ids, one.id) if before else (one.id,)
            single[_key(label)] = Name(
                before.label if before else label,
                before.kind if before else kind,
                tuple(dict.fromkeys(ids)),
                (before.label if before else label,),
            )
    combined = {_key(row["name"]): _combination(row, single) for row in _combinations()}
    return MappingProxyType(single | combined)


def _combinations() -> list[dict[str, str]]:
    return read_rows("combinations")


def _combination(row: dict[str, str], single: Mapping[str, Name]) -> Name:
    ingredients = tuple(row["ingredients"].split("+"))
    ids = {row["own_classes"]} - {""}
    for ingredient in ingredients:
        known = single.get(_key(ingredient))
        ids |= set(known.class_ids if known else ())
    return Name(row["name"], NameKind.COMBINATION, tuple(sorted(ids)), ingredients)


def match(typed: str) -> Match:
    """An exact name, or every part of a combination; else what is close, else unknown."""
    whole = _exact(typed)
    if whole:
        return Match(typed, Found.EXACT, (whole,))
    parts = [part for part in _PARTS.split(typed[:LONGEST]) if fold(part)]
    known = [(part, _exact(part)) for part in parts]
    found = tuple(name for _, name in known if name)
    if found:
        missing = tuple(part for part, name in known if name is None)
        return Match(typed, Found.EXACT, found, missing, _offers(missing))
    offered = _offers((typed,))
    state = Found.OFFERED if offered else Found.UNKNOWN
    return Match(typed, state, (), (typed,), offered)


def _exact(text: str) -> Name | None:
    """As typed, or without strength and form behind the name."""
    known = names()
    words = fold(text).split()
    if (found := known.get("".join(words))) or not words:
        return found
    bare = _without_strength(words)
    while bare:
        if found := known.get("".join(bare)):
            return found
        if bare[-1] not in _FORMS:
            return None
        bare.pop()
    return None


def _without_strength(words: list[str]) -> list[str]:
    """“sertraline 100 mg” and “sertraline 100mg” are sertraline; “5 HTP” stays."""
    for index, word in enumerate(words[1:], start=1):
        if word[0].isdigit():
            return words[:index]
    return list(words)


def _offers(parts: tuple[str, ...]) -> tuple[Name, ...]:
    found: dict[str, Name] = {}
    for part in parts:
        for name in offer(part):
            found.setdefault(name.label, name)
    return tuple(found.values())[:MOST_OFFERED]


def offer(typed: str, *, most: int = MOST_OFFERED) -> list[Name]:
    """Names that begin with what is typed, hold one of its words, or differ by a slip."""
    words = _without_strength(fold(typed).split())
    key = "".join(words)
    if len(key) < 2:
        return []
    ranked = sorted(
        (place, name.label.casefold(), name)
        for known, name in names().items()
        if (place := _place(key, words, known)) is not None
    )
    return [name for _, _, name in ranked[:most]]


def _place(key: str, words: list[str], known: str) -> int | None:
    """How close a name is, 0 the closest; None: not close."""
    if known.startswith(key):
        return 0
    if known in words:
        return 1
    allowed = _allowed(key)
    if not allowed or abs(len(key) - len(known)) > allowed:
        return None
    slips = distance(key, known)
    return 1 + slips if slips <= allowed else None


def _allowed(key: str) -> int:
    """One slip from four letters on, two from eight (ours)."""
    if len(key) < 4:
        return 0
    return 1 if len(key) < 8 else 2


def distance(left: str, right: str) -> int:
    """Letters put in, left out, changed or swapped with their neighbour."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, one in enumerate(left, start=1):
        last, before, row = before, row, [i]
        for j, other in enumerate(right, start=1):
            cost = min(row[j - 1] + 1, before[j] + 1, before[j - 1] + (one != other))
            if i > 1 and j > 1 and one == right[j - 2] and left[i - 2] == other:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]


def all_labels() -> Iterator[str]:
    """Every name once, for typing help."""
    yield from sorted({name.label for name in names().values()}, key=str.casefold)
