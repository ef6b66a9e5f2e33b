"""Reads an instrument out of a FHIR R4 ``Questionnaire`` that was checked before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from screening.instruments.definition import Condition, Gate, Instrument, Item, Option

ORDINAL_VALUE: Final = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
ITEM_WEIGHT: Final = "http://hl7.org/fhir/StructureDefinition/itemWeight"
UNSCORED: Final = "urn:kap:extension:unscored"
"""Marks an item that is asked and kept but adds nothing to the total."""
PACK: Final = "urn:kap:extension:pack"
RECALL: Final = "urn:kap:extension:recall"
LOINC: Final = "http://loinc.org"

YES_NO: Final = (Option(1, "true", "Yes"), Option(0, "false", "No"))
OPTION_VALUES: Final = ("valueCoding", "valueString", "valueInteger")

Node = Mapping[str, Any]


def parse(questionnaire: Node) -> Instrument:
    """Read a Questionnaire; groups give their words to the questions under them."""
    items = tuple(_walk(questionnaire["item"], lead="", gates=()))
    choices = {item.link_id: _codes(node) for item, node in items}
    found = tuple(
        replace(item, gates=tuple(_resolved(gate, choices) for gate in item.gates))
        for item, _ in items
    )
    return Instrument(
        key=questionnaire["name"],
        version=questionnaire["version"],
        title=questionnaire["title"],
        description=questionnaire.get("description", ""),
        stem=found[0].lead,
        items=found,
        panel_loinc=_loinc(questionnaire),
        url=questionnaire.get("url", ""),
        licence=questionnaire.get("copyright", ""),
        fhir_id=questionnaire.get("id", ""),
        pack=extension(questionnaire, PACK, "valueCode") or "",
        recall=extension(questionnaire, RECALL, "valueString") or "",
    )


def _walk(
    nodes: Sequence[Node], *, lead: str, gates: tuple[Gate, ...]
) -> Iterator[tuple[Item, Node]]:
    note: list[str] = []
    for node in nodes:
        if node["type"] == "display":
            note.append(node.get("text", ""))
            continue
        own = (*gates, *_gate(node))
        if node["type"] == "group":
            words = "\n".join(part for part in (lead, node.get("text", "")) if part)
            inner = list(_walk(node.get("item", ()), lead=words, gates=own))
        else:
            inner = [(_item(node, lead, own), node)]
            inner += _walk(node.get("item", ()), lead=lead, gates=own)
        for position, (item, source) in enumerate(inner):
            words = (
                "\n".join((*note, item.note)).strip() if position == 0 else item.note
            )
            yield replace(item, note=words), source
        note = [] if inner else note


def _item(node: Node, lead: str, gates: tuple[Gate, ...]) -> Item:
    options = _options(node)
    unscored = extension(node, UNSCORED, "valueBoolean") is True
    return Item(
        link_id=node["linkId"],
        number=node.get("prefix", ""),
        text=node.get("text", ""),
        loinc=_loinc(node),
        options=options,
        required=node.get("required", False),
        scored=not unscored and any(o.points is not None for o in options),
        kind=node["type"],
        lead=lead,
        gates=gates,
    )


def _options(node: Node) -> tuple[Option, ...]:
    """Options under whole numbers: their points, or their place where those are not unique."""
    if node["type"] == "boolean":
        weight = points_of(node)
        return tuple(
            replace(option, points=None if weight is None else weight * option.value)
            for option in YES_NO
        )
    entries = [_entry(entry) for entry in node.get("answerOption", ())]
    points = [entry[2] for entry in entries]
    whole = [int(p) for p in points if p is not None and p == int(p)]
    by_points = len(set(whole)) == len(entries)
    return tuple(
        Option(whole[place] if by_points else place, code, text, own)
        for place, (code, text, own) in enumerate(entries)
    )


def _entry(entry: Node) -> tuple[str, str, Decimal | None]:
    """Code, words and points of one answer option."""
    slot = next(name for name in OPTION_VALUES if name in entry)
    value = entry[slot]
    own = points_of(entry)
    if slot != "valueCoding":
        return str(value), str(value), own
    code = str(value.get("code", ""))
    coded = points_of(value)
    return code, str(value.get("display") or code), own if coded is None else coded


def points_of(node: Node) -> Decimal | None:
    """The ``ordinalValue`` or ``itemWeight`` of an option, coding or question."""
    for url in (ORDINAL_VALUE, ITEM_WEIGHT):
        found = extension(node, url, "valueDecimal")
        if found is not None:
            return Decimal(str(found))
    return None


def _gate(node: Node) -> tuple[Gate, ...]:
    conditions = tuple(_condition(entry) for entry in node.get("enableWhen", ()))
    is_any = node.get("enableBehavior") == "any"
    return (Gate(conditions, is_any),) if conditions else ()


def _condition(entry: Node) -> Condition:
    """A coding is left as its code; ``_resolved`` turns it into the option's value."""
    slot = next(name for name in entry if name.startswith("answer"))
    value = entry[slot]
    if slot == "answerCoding":
        value = value.get("code", "")
    elif slot == "answerBoolean":
        value = int(value)
    return Condition(entry["question"], entry["operator"], value)


def _codes(node: Node) -> dict[str, int]:
    if node["type"] != "choice":
        return {}
    return {option.code: option.value for option in _options(node)}


def _resolved(gate: Gate, choices: Mapping[str, Mapping[str, int]]) -> Gate:
    return replace(
        gate,
        conditions=tuple(
            condition
            if condition.operator == "exists"
            else replace(
                condition,
                value=choices.get(condition.link_id, {}).get(
                    str(condition.value), condition.value
                ),
            )
            for condition in gate.conditions
        ),
    )


def _loinc(node: Node) -> str:
    codes = node.get("code", ())
    return next((c.get("code", "") for c in codes if c.get("system") == LOINC), "")


def extension(node: Node, url: str, slot: str) -> Any:
    """The value of an extension, or None."""
    extensions = node.get("extension", ())
    return next(
        (found.get(slot) for found in extensions if found.get("url") == url), None
    )
