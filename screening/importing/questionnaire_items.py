"""What the items of a loaded Questionnaire may be; each refusal names the item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from screening.importing.incoming import Refused
from screening.instruments.reading import OPTION_VALUES

QUESTIONS: Final = frozenset(
    {"choice", "boolean", "integer", "decimal", "string", "text"}
)
TYPES: Final = QUESTIONS | {"group", "display"}
OPERATORS: Final = frozenset({"exists", "=", "!=", ">", "<", ">=", "<="})
NUMBERS: Final = frozenset({"integer", "decimal"})
ANSWERS: Final = {
    "choice": ("answerCoding", "answerString", "answerInteger"),
    "boolean": ("answerBoolean",),
    "integer": ("answerInteger",),
    "decimal": ("answerDecimal", "answerInteger"),
    "string": ("answerString",),
    "text": ("answerString",),
}
COMPUTED: Final = (
    "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression",
    "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-enableWhenExpression",
    "http://hl7.org/fhir/StructureDefinition/questionnaire-hidden",
)
"""Extensions that change what is asked or shown; what is not understood is not guessed."""
MOST_ITEMS: Final = 300
LONGEST_LINK_ID: Final = 80
LONGEST_TEXT: Final = 4000

Node = Mapping[str, Any]


def check_items(questionnaire: Node) -> None:
    """Raise Refused for the first item that cannot be asked as it is meant."""
    nodes = list(_walk(questionnaire.get("item") or ()))
    if len(nodes) > MOST_ITEMS:
        raise Refused("item", f"There are more than {MOST_ITEMS} items.")
    known: dict[str, Node] = {}
    for node in nodes:
        _check_node(node)
        link_id = node["linkId"]
        if link_id in known:
            raise Refused(_name(node), "Another item has the same linkId.")
        for entry in node.get("enableWhen") or ():
            _check_condition(node, entry, known)
        known[link_id] = node
    if not any(node["type"] in QUESTIONS for node in nodes):
        raise Refused("item", "There is no question in this file.")


def _walk(nodes: Any) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from _walk(node.get("item") or ())


def _name(node: Node) -> str:
    return f"Item {str(node.get('linkId') or '?')[:LONGEST_LINK_ID]}"


def _check_node(node: Node) -> None:
    kind = node.get("type")
    if kind not in TYPES:
        raise Refused(
            _name(node),
            f"Items of the type “{str(kind)[:20]}” cannot be asked here.",
        )
    if len(str(node.get("linkId"))) > LONGEST_LINK_ID:
        raise Refused(_name(node), f"Its linkId is longer than {LONGEST_LINK_ID}.")
    if len(str(node.get("text") or "")) > LONGEST_TEXT:
        raise Refused(_name(node), "Its text is too long.")
    if node.get("modifierExtension") or _is_computed(node):
        raise Refused(
            _name(node), "It is hidden or computed by an extension we do not follow."
        )
    if kind in QUESTIONS:
        _check_question(node)


def _is_computed(node: Node) -> bool:
    return any(found.get("url") in COMPUTED for found in node.get("extension") or ())


def _check_question(node: Node) -> None:
    if not str(node.get("text") or "").strip():
        raise Refused(_name(node), "The question has no text.")
    if node.get("repeats"):
        raise Refused(_name(node), "It takes several answers; one answer can be asked.")
    if node["type"] == "choice":
        _check_choice(node)


def _check_choice(node: Node) -> None:
    if node.get("answerValueSet"):
        raise Refused(
            _name(node), "Its answers are in another file. Write them as answerOption."
        )
    options = node.get("answerOption") or ()
    if len(options) < 2:
        raise Refused(_name(node), "A choice needs at least two answers.")
    for option in options:
        if not any(name in option for name in OPTION_VALUES):
            raise Refused(
                _name(node), "An answer is neither a coding, nor a text, nor a number."
            )
    words = [_words(option) for option in options]
    if not all(words) or len(set(words)) < len(words):
        raise Refused(_name(node), "Two answers read the same, or one has no words.")


def _words(option: Node) -> str:
    coding = option.get("valueCoding")
    if isinstance(coding, dict):
        return str(coding.get("display") or coding.get("code") or "")
    return str(option.get("valueString", option.get("valueInteger", "")))


def _check_condition(node: Node, entry: Node, before: Mapping[str, Node]) -> None:
    source = before.get(entry.get("question", ""))
    if source is None or source["type"] not in QUESTIONS:
        raise Refused(
            _name(node),
            "It depends (enableWhen) on a question that does not come before.",
        )
    operator = entry.get("operator")
    if operator not in OPERATORS:
        raise Refused(_name(node), "Its enableWhen compares in a way we do not know.")
    if operator == "exists":
        if "answerBoolean" not in entry:
            raise Refused(_name(node), "Its enableWhen “exists” needs answerBoolean.")
        return
    slot = next((name for name in ANSWERS[source["type"]] if name in entry), None)
    if slot is None:
        raise Refused(
            _name(node),
            "Its enableWhen compares with an answer that the question does not take.",
        )
    if operator not in {"=", "!="} and source["type"] not in NUMBERS:
        raise Refused(_name(node), "Its enableWhen compares words by size.")
    if source["type"] == "choice" and not _is_offered(source, entry[slot]):
        raise Refused(
            _name(node), "Its enableWhen waits for an answer that is not offered."
        )


def _is_offered(source: Node, value: Any) -> bool:
    wanted = value.get("code") if isinstance(value, dict) else value
    for option in source.get("answerOption") or ():
        coding = option.get("valueCoding")
        if isinstance(coding, dict):
            if coding.get("code") == wanted:
                return True
        elif str(wanted) == _words(option):
            return True
    return False
