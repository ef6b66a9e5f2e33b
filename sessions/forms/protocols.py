"""What the editor of protocols sends: text in every field, and which button was pressed."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.http import QueryDict

from kap.core import clock
from kap.ui import fields
from kap.ui.text import has_null
from sessions.rules.protocol_draft import FLAGS, HEAD, MOST_TEXT, ON, STEP
from sessions.rules.protocol_types import KINDS

MOST_STEPS: Final = 60
KEY: Final = re.compile(r"[a-z0-9-]{1,30}", re.ASCII)


def read_text(data: QueryDict) -> dict[str, Any]:
    """Head and steps as they were typed; too long a field is cut, forged ones are left out."""
    head = {name: _text(data, name) for name in HEAD}
    head |= {name: ON if data.get(name) == ON else "" for name in FLAGS}
    count = _text(data, "count")
    places = min(int(count), MOST_STEPS) if count.isdecimal() else 0
    steps = []
    for place in range(places):
        row = {name: _text(data, f"s{place}-{name}") for name in STEP}
        row["video"] = ON if data.get(f"s{place}-video") == ON else ""
        if KEY.fullmatch(row["key"]) and row["kind"] in KINDS:
            steps.append(row)
    return {"head": head, "steps": steps}


def _text(data: QueryDict, name: str) -> str:
    text = data.get(name, "").replace("\r\n", "\n")[:MOST_TEXT]
    return "" if has_null(text) else text


class DraftForm(forms.Form):
    """What every button of the editor sends along."""

    version = fields.WholeField(low=1, high=1_000_000, label="Version")
    do = fields.TextField(max_length=40, required=False)


class PublishForm(forms.Form):
    """What publishing asks for."""

    reason = fields.TextField(
        label="What is new, and why",
        max_length=300,
        error_messages={"required": "Write what is new and why."},
    )
    effective_from = fields.DateField(
        label="In force from",
        earliest=date(2020, 1, 1),
        latest=lambda: clock.now().date() + timedelta(days=730),
        too_late="Choose a day within two years.",
    )


class NewForm(forms.Form):
    """A protocol of one's own, begun from another."""

    code = fields.TextField(label="Code of the new protocol", max_length=39)
    like = forms.UUIDField(
        label="Begun from", error_messages={"required": "Choose a protocol."}
    )


class ClearForm(forms.Form):
    """One of the two words after a serious event."""

    reason = fields.LongTextField(
        label="Why doses may go on",
        max_length=500,
        rows=3,
        error_messages={"required": "Write why doses may go on."},
    )
