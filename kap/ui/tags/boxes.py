"""Boxes: cards, notes, dialogs, the patient banner and the states of a list or page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from kap.ui.tags.marks import TONES, Tone, icon as draw_icon, one_of
from kap.ui.types import Alert, Fact

register = template.Library()

NOTE_ICONS = {
    "ok": "circle-check",
    "warn": "clock",
    "danger": "ban",
    "info": "info-circle",
    "quiet": "info-circle",
}


@register.simple_block_tag
def card(
    content: str,
    *,
    heading: str,
    id: str = "",
    level: int = 2,
    icon: str = "",
    note: str = "",
    link_url: str = "",
    link_text: str = "",
    flush: bool = False,
) -> str:
    """A titled box.  ``{% card heading="Vital signs" %} ... {% endcard %}``; ``flush`` for tables."""
    context = {
        "content": content,
        "heading": heading,
        "id": id,
        "level": level,
        "icon": icon,
        "note": note,
        "link_url": link_url,
        "link_text": link_text,
        "flush": flush,
    }
    return render_to_string("components/card.html", context)


@register.simple_block_tag
def note(content: str, *, tone: Tone = "info", icon: str = "", role: str = "") -> str:
    """A sentence that stands out.  ``{% note tone="warn" %}Consent ends on 20 Oct.{% endnote %}``"""
    one_of(tone, TONES, "tone")
    mark = draw_icon(name=icon or NOTE_ICONS.get(tone, "info-circle"), size=16)
    part = format_html(' role="{}"', role) if role else ""
    return format_html(
        '<div class="k-note k-note-{}"{}>{}<div>{}</div></div>',
        tone,
        part,
        mark,
        SafeString(content),
    )


@register.simple_block_tag
def dialog(
    content: str, *, id: str, heading: str, lead: str = "", wide: bool = False
) -> str:
    """A modal question, opened by a button with ``data-open="ID"``, closed by one with ``data-close``."""
    context = {
        "content": content,
        "id": id,
        "heading": heading,
        "lead": lead,
        "wide": wide,
    }
    return render_to_string("components/dialog.html", context)


@register.simple_block_tag
def patient_banner(
    content: str,
    *,
    name: str,
    initials: str,
    facts: Iterable[Any],
    alerts: Iterable[Any],
    pronouns: str = "",
    url: str = "",
    heading: bool = False,
) -> str:
    """Who this is, what could hurt them, and (the content) what comes next.

    ``facts``: Fact or strings; ``alerts``: Alert, or any object with ``text`` and ``tone``, gravest
    first.  More than four: the three gravest, then "2 more".
    """
    all_alerts = [_alert(alert) for alert in alerts]
    alarms = [alert for alert in all_alerts if alert.is_alarm]
    found = [alert for alert in all_alerts if not alert.is_alarm]
    context = {
        "content": content,
        "name": name,
        "initials": initials,
        "pronouns": pronouns,
        "facts": [_fact(fact) for fact in facts],
        "alerts": found if len(found) <= 4 else found[:3],
        "more": [] if len(found) <= 4 else found[3:],
        "alarms": alarms,
        "url": url,
        "heading": heading,
    }
    return render_to_string("components/patient_banner.html", context)


ALERT_ICONS = {
    "danger": "alert-triangle",
    "warn": "alert-circle",
    "info": "info-circle",
}


def _alert(given: Any) -> Alert:
    """A chip of the banner; its icon follows from the tone unless it has its own."""
    tone = getattr(given, "tone", "")
    mark = getattr(given, "icon", "") or ALERT_ICONS.get(tone, "info-circle")
    return Alert(
        str(given.text),
        tone,
        mark,
        url=getattr(given, "url", ""),
        is_alarm=getattr(given, "is_alarm", False),
    )


def _fact(given: Any) -> Fact:
    return (
        given if isinstance(given, Fact) else Fact(str(getattr(given, "text", given)))
    )


@register.inclusion_tag("components/state.html")
def empty_state(
    *,
    heading: str,
    text: str,
    icon: str = "inbox",
    url: str = "",
    action: str = "",
    level: int = 2,
) -> dict[str, Any]:
    """What would be here, why it is not, and one useful step."""
    return _state(
        heading=heading, text=text, icon=icon, url=url, action=action, level=level
    )


@register.inclusion_tag("components/state.html")
def error_state(
    *,
    heading: str,
    text: str = "What you have typed stays on this screen, nothing is lost.",
    url: str = "",
    action: str = "Try again",
    code: str = "",
    level: int = 2,
) -> dict[str, Any]:
    """What failed, how old the shown data is, and a code for support."""
    state = _state(
        heading=heading,
        text=text,
        icon="cloud-off",
        url=url,
        action=action,
        level=level,
    )
    return {**state, "code": code, "bad": True, "primary": True}


@register.inclusion_tag("components/state.html")
def locked_state(
    *, heading: str, text: str, url: str = "", action: str = "", level: int = 2
) -> dict[str, Any]:
    """What it is, who may open it, how to ask."""
    return _state(
        heading=heading, text=text, icon="lock", url=url, action=action, level=level
    )


@register.inclusion_tag("components/conflict.html")
def conflict_state(
    *, who: str, when: str, theirs: str, yours: str, their_name: str = "Theirs"
) -> dict[str, Any]:
    """Who changed it and when, and both versions side by side."""
    return {
        "who": who,
        "when": when,
        "theirs": theirs,
        "yours": yours,
        "their_name": their_name,
    }


@register.inclusion_tag("components/skeleton.html")
def skeleton(*, text: str = "Loading") -> dict[str, Any]:
    """The shape of what comes, for a part that loads by itself."""
    return {"text": text}


def _state(**given: Any) -> dict[str, Any]:
    return {"code": "", "bad": False, "primary": False, **given}
