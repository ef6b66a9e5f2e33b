"""Lists: readiness, timeline, course, figures, tabs, pages, jobs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import template
from django.core.paginator import Page

from kap.ui.types import Check, CourseStep, Item, Link, PhaseBand

register = template.Library()

CHECK_ICONS = {
    "ok": "circle-check",
    "no": "circle-x",
    "wait": "clock",
    "off": "circle-minus",
}


@register.inclusion_tag("components/readiness.html")
def readiness(*, items: Iterable[Check]) -> dict[str, Any]:
    """Each check with its state (ok, no, wait, off), what it is, its proof and its remedy."""
    rows = [{"check": item, "icon": CHECK_ICONS[item.state]} for item in items]
    return {"rows": rows}


@register.inclusion_tag("components/ready_short.html")
def ready_short(*, items: Iterable[Check]) -> dict[str, Any]:
    """For a session card: what is missing, each on a line; the rest joined in one quiet line."""
    found = list(items)
    missing = [item for item in found if item.state in {"no", "wait"}]
    done = [item.text for item in found if item.state == "ok"]
    joined = ", ".join(done)
    return {
        "missing": missing,
        "joined": joined[:1].upper() + joined[1:].lower() if joined else "",
        "done": len(done),
        "total": len(found),
    }


@register.inclusion_tag("components/timeline.html")
def timeline(
    *, entries: Iterable[Any], empty: str = "Nothing has happened yet."
) -> dict[str, Any]:
    """Time, icon, sentence, one meta line, at most one chip (kap.patients.timeline.TimelineEntry)."""
    return {"entries": list(entries), "empty": empty}


@register.inclusion_tag("components/course_ribbon.html")
def course_ribbon(
    *, steps: Sequence[CourseStep], bands: Sequence[PhaseBand] = ()
) -> dict[str, Any]:
    """All appointments of a course in order, with the phases above them."""
    return {"steps": steps, "bands": bands, "columns": max(len(steps), 1)}


@register.inclusion_tag("components/facts.html")
def facts(*, items: Iterable[Item | tuple[str, Any]]) -> dict[str, Any]:
    """A definition list of (term, value)."""
    pairs = [
        item if isinstance(item, tuple) else (item.term, item.value) for item in items
    ]
    return {"pairs": pairs}


@register.inclusion_tag("components/kpi.html")
def kpi(
    *, title: str, value: Any, unit: str = "", note: str = "", tone: str = ""
) -> dict[str, Any]:
    """One key figure with its unit and what it is made of."""
    return {"title": title, "value": value, "unit": unit, "note": note, "tone": tone}


@register.inclusion_tag("components/tabs.html")
def tabs(*, label: str, items: Iterable[Link]) -> dict[str, Any]:
    """Pages of one thing as tabs; the current one is marked."""
    return {"label": label, "items": list(items)}


@register.inclusion_tag("components/segmented.html")
def segmented(*, label: str, items: Iterable[Link]) -> dict[str, Any]:
    """Two to five views of the same list; links, so that each has an address."""
    return {"label": label, "items": list(items)}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(
    context: template.Context,
    *,
    page: Page[Any],
    noun: str = "rows",
    param: str = "page",
) -> dict[str, Any]:
    """Previous, where we are, next; keeps the other parts of the address."""
    query = context["request"].GET.copy()
    links: dict[str, str] = {}
    for name, number in (
        ("previous", page.number - 1 if page.has_previous() else 0),
        ("next", page.number + 1 if page.has_next() else 0),
    ):
        query[param] = str(number)
        links[name] = f"?{query.urlencode()}" if number else ""
    return {"page": page, "noun": noun, **links}


@register.inclusion_tag("components/job_progress.html")
def job_progress(
    *,
    title: str,
    done: int,
    total: int,
    text: str = "",
    by: str = "",
    poll_url: str = "",
    icon: str = "file-text",
) -> dict[str, Any]:
    """A long job: count, time left, who started it.  With ``poll_url`` it asks every 2 s for itself."""
    return {
        "title": title,
        "done": done,
        "total": total,
        "text": text,
        "by": by,
        "poll_url": poll_url,
        "icon": icon,
        "running": done < total,
    }


@register.inclusion_tag("components/pt_progress.html")
def pt_progress(*, number: int, total: int) -> dict[str, Any]:
    """For the phone: the bar of steps on top, "4 of 9" for readers of the screen."""
    return {"steps": range(1, total + 1), "number": number, "total": total}
