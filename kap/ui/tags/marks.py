"""Small marks: icons, chips, avatars, key caps, clocks, bars."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Literal

from django import template
from django.templatetags.static import static
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

from kap.core import clock
from kap.ui import icons

register = template.Library()

Tone = Literal["", "ok", "warn", "danger", "info", "quiet", "accent", "line"]
Phase = Literal["", "screening", "preparation", "dosing", "integration", "followup"]

TONES = frozenset({"", "ok", "warn", "danger", "info", "quiet", "accent", "line"})
PHASES: dict[str, tuple[str, str]] = {
    "screening": ("clipboard-check", "Screening"),
    "preparation": ("compass", "Preparation"),
    "dosing": ("droplet", "Dosing"),
    "integration": ("message-2", "Integration"),
    "followup": ("calendar-time", "Follow-up"),
}
"""Icon and word of each phase of care (design, part 5)."""

STATUSES: dict[str, tuple[str, str, str]] = {
    "ready": ("Ready", "check", "ok"),
    "blocked": ("Blocked", "ban", "danger"),
    "on-hold": ("On hold", "hand-stop", "danger"),
    "waiting": ("Waiting", "clock", "warn"),
    "no-reply": ("No reply", "clock", "warn"),
    "not-signed": ("Not signed", "clock", "warn"),
    "outside": ("Outside a limit", "alert-triangle", "warn"),
    "arrived": ("Arrived", "user-check", "info"),
    "done": ("Done", "check", ""),
    "signed": ("Signed", "check", ""),
    "draft": ("Draft", "pencil", "line"),
    "locked": ("Locked", "lock", ""),
    "new-version": ("New version to sign", "refresh-alert", "danger"),
    "cancelled": ("Cancelled", "x", ""),
    "no-show": ("Did not come", "user-x", "danger"),
}
"""Word, icon and tone of each status (design, part 5)."""

SIZES = {
    14: " k-i-14",
    16: " k-i-16",
    18: "",
    20: " k-i-20",
    24: " k-i-24",
    32: " k-i-32",
}


def one_of(value: str, allowed: Collection[str], what: str) -> str:
    """Refuse a word that the design does not know."""
    if value not in allowed:
        message = f"{what} {value!r} is not one of {', '.join(sorted(allowed))}"
        raise template.TemplateSyntaxError(message)
    return value


@cache
def sprite() -> str:
    return static("icons.svg")


@cache
def _plain_icon(name: str, size: int) -> SafeString:
    """The markup of an icon that says nothing; the same for every page, so made once."""
    if name not in icons.names():
        message = f"No icon {name!r}; see kap/ui/icons.txt"
        raise template.TemplateSyntaxError(message)
    return format_html(
        '<svg class="k-i{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        SIZES[size],
        sprite(),
        name,
    )


@register.simple_tag
def icon(*, name: str, size: int = 18, label: str = "") -> SafeString:
    """An icon of the sprite.  ``{% icon name="check" size=16 %}``; ``label`` only when it stands alone."""
    plain = _plain_icon(name, size)
    if not label:
        return plain
    role = format_html('role="img" aria-label="{}"', label)
    return SafeString(plain.replace('aria-hidden="true"', role))


@register.simple_tag(name="chip")
def chip(
    *, text: str, tone: Tone = "", icon: str = "", phase: Phase = ""
) -> SafeString:
    """A status in words; colour and icon only support it.  ``{% chip text="Ready" tone="ok" icon="check" %}``"""
    kind = one_of(phase, PHASES, "phase") if phase else one_of(tone, TONES, "tone")
    css = f" k-chip-{kind}" if kind not in {"", "quiet"} else ""
    if not icon and phase:
        icon = PHASES[phase][0]
    if not icon:
        return format_html('<span class="k-chip k-chip-bare{}">{}</span>', css, text)
    mark = _icon(icon)
    return format_html('<span class="k-chip{}">{}{}</span>', css, mark, text)


def _icon(name: str, size: int = 14) -> SafeString:
    return icon(name=name, size=size)


@register.simple_tag
def status_chip(*, status: str, text: str = "") -> SafeString:
    """The chip of a known status: ready, blocked, on-hold, waiting, arrived, done, draft, locked, …"""
    one_of(status, STATUSES, "status")
    word, name, tone = STATUSES[status]
    return chip(text=text or word, tone=tone, icon=name)  # type: ignore[arg-type]  # from the table


@register.simple_tag
def phase_chip(*, phase: Phase, text: str = "") -> SafeString:
    """The phase of care, icon and word.  ``{% phase_chip phase="dosing" text="Dose 3 of 6" %}``"""
    one_of(phase, PHASES, "phase")
    return chip(text=text or PHASES[phase][1], phase=phase)


@register.simple_tag
def phase_icon(*, phase: Phase, size: int = 14) -> SafeString:
    """The icon of a phase; its word must stand beside it."""
    one_of(phase, PHASES, "phase")
    return _icon(PHASES[phase][0], size)


@register.simple_tag
def live_chip(*, text: str, since: datetime | None = None) -> SafeString:
    """Going on now.  With ``since`` a clock follows that counts up from it."""
    clock = elapsed(since=since) if since else ""
    return format_html(
        '<span class="k-chip k-chip-live"><span class="k-dot-live" aria-hidden="true"></span>{} {}</span>',
        text,
        clock,
    )


@register.simple_tag
def elapsed(
    *, since: datetime, css: str = "k-num", seconds: bool = False
) -> SafeString:
    """A clock that counts from a server time; clock.js moves it, the text is its first value."""
    now = clock.now()
    return format_html(
        '<time role="timer" class="{}" datetime="{}" data-since="{}" data-now="{}"{}>{}</time>',
        css,
        since.isoformat(),
        since.isoformat(),
        now.isoformat(),
        SafeString(" data-seconds") if seconds else "",
        _clock_words(int((now - since).total_seconds()), seconds=seconds),
    )


def _clock_words(total: int, *, seconds: bool) -> str:
    """``0:50`` in hours and minutes, or ``50:12`` and ``1:02:03`` with seconds."""
    minutes, second = divmod(max(total, 0), 60)
    hour, minute = divmod(minutes, 60)
    if not seconds:
        return f"{hour}:{minute:02d}"
    return f"{hour}:{minute:02d}:{second:02d}" if hour else f"{minute}:{second:02d}"


@register.simple_tag(takes_context=True)
def request_code(context: template.Context) -> SafeString:
    """The request's id, for a word with support."""
    code = getattr(context.get("request"), "request_id", "")
    if not code:
        return SafeString("")
    return format_html(
        '<p class="k-oops-code">Code <span class="k-mono">{}</span></p>', code
    )


@register.simple_tag
def avatar(
    *, initials: str, tone: str = "", size: Literal["sm", "md", "lg"] = "md"
) -> SafeString:
    """Initials in a circle; decoration, the name stands beside it."""
    css = "" if size == "md" else f" k-avatar-{size}"
    css += f" k-avatar-{tone}" if tone else ""
    return format_html(
        '<span class="k-avatar{}" aria-hidden="true">{}</span>', css, initials
    )


@register.simple_tag
def kbd(*, keys: str) -> SafeString:
    """Key caps.  ``{% kbd keys="Ctrl K" %}``"""
    caps = [f'<kbd class="k-kbd">{escape(key)}</kbd>' for key in keys.split()]
    return SafeString(" ".join(caps))


@register.simple_tag
def badge(*, count: int, noun: str, quiet: bool = False) -> SafeString:
    """A count and what it counts, the latter for readers of the screen; nothing at zero."""
    if not count:
        return SafeString("")
    return format_html(
        '<span class="k-badge{}" aria-hidden="true">{}</span><span class="visually-hidden">, {} {}</span>',
        " k-badge-quiet" if quiet else "",
        count,
        count,
        noun,
    )


@register.simple_tag
def meter(
    *, value: float, total: float, label: str, tone: Literal["", "warn"] = ""
) -> SafeString:
    """A bar of how much of ``total`` is there.  Its label says it in words."""
    share = max(0.0, min(1.0, value / total)) if total else 0.0
    return format_html(
        '<svg class="k-progress" viewBox="0 0 100 8" preserveAspectRatio="none" width="100%" height="8"'
        ' role="progressbar" aria-label="{}" aria-valuenow="{}" aria-valuemin="0" aria-valuemax="100">'
        '<rect class="k-track" width="100" height="8"/>'
        '<rect class="c-fill-{}" width="{}" height="8" stroke="none"/></svg>',
        label,
        round(100 * share),
        tone or "s2",
        round(100 * share, 1),
    )


@register.simple_tag
def once() -> SafeString:
    """The hidden key that makes a doubled press act once (kap.core.idempotency)."""
    return format_html('<input type="hidden" name="_once" value="{}">', uuid.uuid4())


@register.simple_tag
def side_button(*, text: str, icon: str = "list-check", count: int = 0) -> SafeString:
    """Opens the side panel where the screen is too narrow to show it."""
    mark = _icon(icon, 16)
    figure = format_html('<span class="k-badge">{}</span>', count) if count else ""
    return format_html(
        '<button type="button" class="btn btn-plain k-only-narrow" popovertarget="side">{}{} {}</button>',
        mark,
        text,
        figure,
    )
