"""Parts of FHIR resources that several mappings read: names, codes, identifiers, validation."""

from __future__ import annotations

import importlib
from functools import cache
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from screening.importing import strict_json, texts
from screening.importing.fhir_entries import Entry
from screening.importing.incoming import Refused, key_of
from screening.importing.table_facts import external_key

SYNTHEA: Final = "https://github.com/synthetichealth/synthea"
RECORD_NUMBER: Final = "MR"
PRIVATE: Final = frozenset({"SS", "SB", "DL", "PPN", "TAX", "NI", "MC"})
"""Kinds of identifier that are never kept: social security, licence, passport, tax, insurance."""
OFFICIAL_FIRST: Final = ("official", "usual", "", "temp", "anonymous")
REASONS: Final = {
    "missing": "Is missing, so this is not FHIR R4.",
    "extra_forbidden": "Has a part that FHIR R4 does not know.",
    "list_type": "Must be a list in FHIR R4.",
    "dict_type": "Must be an object in FHIR R4.",
}
NOT_R4: Final = "Is not written as FHIR R4 asks."
DEEPEST: Final = 60


@cache
def _model(kind: str) -> type[BaseModel]:
    """Loaded on first use: the library is large, and web processes do without it."""
    module = importlib.import_module(f"fhir.resources.R4B.{kind.lower()}")
    found: type[BaseModel] = getattr(module, kind)
    return found


def validated(entry: Entry) -> dict[str, Any]:
    """The resource, if it is FHIR R4; Refused says where it is not, and never with what."""
    _check_depth(entry.resource)
    try:
        _model(entry.kind).model_validate(entry.resource)
    except ValidationError as error:
        first = error.errors(
            include_input=False, include_url=False, include_context=False
        )[0]
    except (ValueError, ArithmeticError, TypeError, RecursionError):
        raise Refused("", NOT_R4) from None
    else:
        return entry.resource
    raise Refused(
        _where(first["loc"], first["type"]), REASONS.get(first["type"], NOT_R4)
    )


def _check_depth(resource: dict[str, Any]) -> None:
    level: list[Any] = [resource]
    for _ in range(DEEPEST):
        level = [
            inner
            for part in level
            for inner in (part.values() if isinstance(part, dict) else part)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return
    raise Refused("", strict_json.TOO_DEEP)


def _where(location: tuple[int | str, ...], kind: str) -> str:
    """``name[0].family``; without the last part when the file made up that name."""
    steps = location[:-1] if kind == "extra_forbidden" else location
    known = [
        f"[{step}]" if isinstance(step, int) else f".{step}"
        for step in steps
        if isinstance(step, int)
        or (step != "root" and step.isascii() and step.replace("_", "").isalnum())
    ]
    return "".join(known).lstrip(".")[:60]


def parts(given: Any, name: str) -> list[dict[str, Any]]:
    """The objects of a list; FHIR may hold nulls and strings there."""
    found = given.get(name) if isinstance(given, dict) else None
    return [part for part in found or [] if isinstance(part, dict)]


def codes_in(concept: Any) -> set[str]:
    return {str(coding.get("code")) for coding in parts(concept, "coding")}


def coding_of(concept: Any) -> tuple[str, str]:
    """The first code with its system, if both fit into the record."""
    for coding in parts(concept, "coding"):
        code, system = str(coding.get("code") or ""), str(coding.get("system") or "")
        if (
            code
            and len(code) <= 40
            and len(system) <= 80
            and (code + system).isprintable()
        ):
            return code, system
    return "", ""


def words_of(concept: Any) -> str:
    """What a concept is called: its text, else what one of its codes is called."""
    said = concept.get("text") if isinstance(concept, dict) else ""
    shown = (coding.get("display") for coding in parts(concept, "coding"))
    return str(said or next(filter(None, shown), "") or "")


def named(concept: Any, field: str) -> str:
    return texts.text(
        words_of(concept),
        field,
        longest=300,
        needed="Has no name that a person can read.",
    )


def name_of(given: dict[str, Any]) -> tuple[str, str, str]:
    """Given, family and preferred name: the official one, called by the usual one."""
    names = [
        name
        for name in parts(given, "name")
        if name.get("use") not in {"old", "maiden"}
    ]
    formal = [name for name in names if name.get("use") != "nickname"]
    formal.sort(key=_rank)
    if not formal:
        raise Refused("name", "There is no name.")
    given_name, family_name = _given(formal[0]), str(formal[0].get("family") or "")
    others = [name for name in names if name.get("use") in {"nickname", "usual"}]
    called = next((_given(name) for name in others if _given(name) != given_name), "")
    needed = "Is missing."
    return (
        texts.text(given_name, "name.given", longest=80, needed=needed),
        texts.text(family_name, "name.family", longest=80, needed=needed),
        texts.text(called, "name.given", longest=80),
    )


def _rank(name: dict[str, Any]) -> tuple[bool, int]:
    use = str(name.get("use") or "")
    ended = bool((name.get("period") or {}).get("end"))
    return ended, OFFICIAL_FIRST.index(use) if use in OFFICIAL_FIRST else len(
        OFFICIAL_FIRST
    )


def _given(name: dict[str, Any]) -> str:
    return " ".join(str(part) for part in name.get("given") or [] if part)


def telecom(given: dict[str, Any], system: str) -> str:
    """The first telephone (a mobile before others) or e-mail that is in use."""
    found = [
        part
        for part in parts(given, "telecom")
        if part.get("system") == system
        and part.get("use") != "old"
        and part.get("value")
    ]
    found.sort(key=lambda part: (part.get("use") != "mobile", part.get("rank") or 99))
    return str(found[0]["value"]) if found else ""


def identity_of(given: dict[str, Any], entry: Entry) -> str:
    """What finds this patient again: record number, else Synthea's, else another, else the id."""
    found = [
        (_identity_rank(part), str(part.get("system") or ""), str(part["value"]))
        for part in parts(given, "identifier")
        if part.get("value") and not codes_in(part.get("type")) & PRIVATE
    ]
    if found:
        _, system, value = min(found)
        return external_key(system, value)
    own = given.get("id") or entry.full_url
    if not own:
        raise Refused(
            "identifier", "Has neither an identifier nor an id to find it again by."
        )
    return external_key("fhir-id", str(own))


def _identity_rank(part: dict[str, Any]) -> int:
    if RECORD_NUMBER in codes_in(part.get("type")):
        return 0
    if part.get("system") == SYNTHEA:
        return 1
    return 2 if part.get("system") else 3


def resource_key(patient_key: str, entry: Entry) -> str:
    """Identifier with a system, else the id or address in the file, else what it says."""
    for part in parts(entry.resource, "identifier"):
        if part.get("system") and part.get("value"):
            return key_of(
                patient_key, entry.kind, str(part["system"]), str(part["value"])
            )
    own = entry.resource.get("id") or entry.full_url
    return key_of(patient_key, entry.kind, str(own or sorted_text(entry.resource)))


def sorted_text(resource: dict[str, Any]) -> str:
    return repr(sorted(resource.items(), key=lambda item: item[0]))
