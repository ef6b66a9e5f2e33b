"""A protocol as its author types it: text in every field, read only when it must count.

So a half-written edition can be kept as it is, and nothing typed is ever lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sessions.rules.protocol_check import Problem
from sessions.rules.protocol_types import (
    FollowUp,
    ProtocolBody,
    Relation,
    StepBody,
)
from sessions.rules.protocol_words import (
    NotRead,
    length_words,
    need_words,
    read_length,
    read_need,
    read_relation,
    relation_words,
)

Text = Mapping[str, str]
HEAD: Final = (
    "name",
    "route",
    "summary",
    "caution",
    "source",
    "maintenance",
    "max_doses_per_7_days",
    "min_hours_between_doses",
    "group_size",
    "min_preparations",
    "min_integrations",
    "follow_up",
)
FLAGS: Final = (
    "same_therapist",
    "is_retreat",
    "needs_director_approval",
    "is_active",
)
NUMBERS: Final = HEAD[6:11]
STEP: Final = (
    "key",
    "kind",
    "title",
    "minutes",
    "after",
    "anchor",
    "least",
    "ideal",
    "most",
    "more",
    "needs",
    "room_features",
    "devices",
    "measures",
    "reminders",
)
ON: Final = "on"
MOST_TEXT: Final = 600
ROUTES: Final = ("iv", "im", "sl", "in_esk")


def text_of(body: ProtocolBody) -> dict[str, Any]:
    """The text of a protocol, ready to be changed."""
    head = {name: str(getattr(body, name)) for name in HEAD if name != "follow_up"}
    head |= {name: ON if getattr(body, name) else "" for name in FLAGS}
    head["follow_up"] = "\n".join(
        f"{one.day} | {one.what} | {', '.join(one.measures)}" for one in body.follow_up
    )
    return {"head": head, "steps": [_step_text(step) for step in body.steps]}


def _step_text(step: StepBody) -> dict[str, str]:
    first = step.relations[0] if step.relations else None
    return {
        "key": step.key,
        "kind": step.kind,
        "title": step.title,
        "minutes": length_words(step.minutes),
        "after": first.to if first else "",
        "anchor": "end" if first and first.from_end else "start",
        "least": length_words(first.least_min) if first else "",
        "ideal": length_words(first.ideal_min) if first else "",
        "most": length_words(first.most_min) if first else "",
        "more": "\n".join(relation_words(one) for one in step.relations[1:]),
        "needs": "\n".join(need_words(need) for need in step.needs),
        "room_features": ", ".join(step.room_features),
        "devices": ", ".join(step.devices),
        "measures": ", ".join(step.measures),
        "reminders": ", ".join(step.reminders),
        "video": ON if step.may_be_video else "",
    }


@dataclass(slots=True)
class _Reader:
    problems: list[Problem] = field(default_factory=list)

    def read(self, where: str, key: str, make: Callable[[], Any]) -> Any:
        """The value, or None and a problem that says where it stands."""
        try:
            return make()
        except NotRead as wrong:
            steps = (key,) if key else ()
            self.problems.append(Problem(sentence=f"{where}: {wrong}", steps=steps))
        return None


def read_draft(
    code: str, text: Mapping[str, Any]
) -> tuple[ProtocolBody | None, tuple[Problem, ...]]:
    """The protocol, or what cannot be read; both never together."""
    reader = _Reader()
    head: Text = text["head"]
    steps = _steps(reader, text["steps"])
    numbers = {name: _read_number(reader, name, head) for name in NUMBERS}
    follow_up = reader.read("Follow-up", "", lambda: _follow_up(head["follow_up"]))
    for name, word in (("name", "a name"), ("source", "a source")):
        if not head[name].strip():
            reader.problems.append(Problem(sentence=f"The protocol needs {word}."))
    if head["route"] not in ROUTES:
        reader.problems.append(Problem(sentence="Choose how the dose is given."))
    if reader.problems:
        return None, tuple(reader.problems)
    values: dict[str, Any] = {name: head[name].strip() for name in HEAD[:6]}
    values |= numbers
    values |= {name: head.get(name) == ON for name in FLAGS}
    return ProtocolBody(code=code, steps=steps, follow_up=follow_up, **values), ()


def _read_number(reader: _Reader, name: str, head: Text) -> int | None:
    words = name.replace("_", " ").capitalize()
    number: int | None = reader.read(words, "", lambda: _number(head[name]))
    return number


def _steps(reader: _Reader, rows: Sequence[Text]) -> tuple[StepBody, ...]:
    counts: Counter[str] = Counter()
    found: list[StepBody] = []
    for row in rows:
        counts[row["kind"]] += 1
        label = row["title"] or f"{row['kind'].capitalize()} {counts[row['kind']]}"
        step = _step(reader, row, label, counts[row["kind"]])
        found.append(step)
    return tuple(found)


def _step(reader: _Reader, row: Text, label: str, number: int) -> StepBody:
    key = row["key"]
    minutes = reader.read(f"{label}, length", key, lambda: read_length(row["minutes"]))
    needs = reader.read(
        f"{label}, roles",
        key,
        lambda: tuple(read_need(line) for line in _lines(row["needs"])),
    )
    relations = reader.read(f"{label}, gaps", key, lambda: tuple(_relations(row)))
    return StepBody(
        key=key,
        kind=row["kind"],
        number=number,
        title=row["title"].strip(),
        minutes=minutes or 0,
        needs=needs or (),
        relations=relations or (),
        may_be_video=row.get("video") == ON,
        room_features=_list(row["room_features"]),
        devices=_list(row["devices"]),
        measures=_list(row["measures"]),
        reminders=_list(row["reminders"]),
    )


def _relations(row: Text) -> list[Relation]:
    more = [read_relation(line) for line in _lines(row["more"])]
    if not row["after"]:
        if more:
            raise NotRead("Say first which visit it comes after, then further gaps.")
        return []
    least, ideal, most = (read_length(row[name]) for name in ("least", "ideal", "most"))
    first = Relation(
        to=row["after"],
        least_min=least,
        ideal_min=ideal,
        most_min=most,
        from_end=row["anchor"] == "end",
    )
    return [first, *more]


def _follow_up(text: str) -> tuple[FollowUp, ...]:
    found: list[FollowUp] = []
    for line in _lines(text):
        day, _, rest = line.partition("|")
        what, _, measures = rest.partition("|")
        if not day.strip().isdecimal() or not what.strip():
            raise NotRead(
                f"“{line[:40]}” is not like: 28 | Four-week point | phq-9, gad-7."
            )
        found.append(
            FollowUp(day=int(day), what=what.strip(), measures=_list(measures))
        )
    return tuple(found)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 4):
        raise NotRead("Write a whole number.")
    return int(text)


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def changed(text: Mapping[str, Any], do: str) -> dict[str, Any]:
    """The text with a visit added, removed, or moved one place: ``add:dosing``, ``up:3``."""
    steps = [dict(row) for row in text["steps"]]
    verb, _, rest = do.partition(":")
    place = int(rest) if rest.isdecimal() else -1
    if verb == "add":
        steps.append(_new_step(steps, rest))
    elif verb == "remove" and 0 <= place < len(steps):
        gone = steps.pop(place)["key"]
        for row in steps:
            if row["after"] == gone:
                row["after"] = ""
    elif verb in {"up", "down"} and 0 <= place < len(steps):
        other = place + (-1 if verb == "up" else 1)
        if 0 <= other < len(steps):
            steps[place], steps[other] = steps[other], steps[place]
    return {"head": dict(text["head"]), "steps": steps}


def _new_step(steps: Sequence[Text], kind: str) -> dict[str, str]:
    """Like the last visit of its kind, after the last visit there is."""
    word = "dose" if kind == "dosing" else kind
    taken = {row["key"] for row in steps}
    key = next(
        key for key in (f"{word}-{n}" for n in range(1, 200)) if key not in taken
    )
    like = next((row for row in reversed(steps) if row["kind"] == kind), None)
    new = dict(like) if like else {**dict.fromkeys(STEP, ""), "video": ""}
    needs = new["needs"] or "patient\nroom\ntherapist"
    after = steps[-1]["key"] if steps else ""
    return {
        **new,
        "key": key,
        "kind": kind,
        "title": "",
        "minutes": new["minutes"] or "50 min",
        "needs": needs,
        "after": after,
        "anchor": new["anchor"] or "start",
        "least": new["least"] or "1 d",
        "ideal": new["ideal"] or "2 d",
        "most": new["most"] or "7 d",
        "more": "",
    }
