"""The registry of the command palette: who can be found, what can be done."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from kap.ui import navigation

MOST_HITS = 6
MOST_ACTIONS = 6
ACTIONS_WITHOUT_WORDS = 4


@dataclass(frozen=True, slots=True)
class PaletteAction:
    """Something to do.  With ``needs_patient`` its address takes the patient's id."""

    key: str
    label: str
    icon: str
    url_name: str
    roles: frozenset[str] = frozenset()
    needs_patient: bool = False
    keywords: str = ""
    shortcut: str = ""
    order: int = 50


@dataclass(frozen=True, slots=True)
class Hit:
    """A person (or thing) that was found; ``meta`` holds the second and third identifier."""

    id: str
    label: str
    meta: str
    url: str
    initials: str = ""
    quiet: bool = False
    is_patient: bool = True


@dataclass(frozen=True, slots=True)
class Option:
    """One line of the result list."""

    url: str
    label: str
    icon: str = ""
    meta: str = ""
    initials: str = ""
    shortcut: str = ""
    quiet: bool = False
    owner: str = ""
    """Id of the hit that it belongs to; shown while that hit is chosen."""


@dataclass(frozen=True, slots=True)
class Group:
    """A heading with its options."""

    title: str
    options: list[Option] = field(default_factory=list)
    owner: str = ""


Search = Callable[[str, Any], Iterable[Hit]]

_actions: dict[str, PaletteAction] = {}
_searches: dict[str, Search] = {}


def register(action: PaletteAction) -> PaletteAction:
    """Add an action; the same key again replaces it."""
    _actions[action.key] = action
    return action


def register_search(search: Search, *, title: str = "Patients") -> Search:
    """Add a search; it is given the tidied words and the user, and returns few hits."""
    _searches[title] = search
    return search


def actions_for(user: Any, *, needs_patient: bool) -> list[PaletteAction]:
    """What this user may do, in order."""
    allowed = [
        action
        for action in _actions.values()
        if action.needs_patient is needs_patient
        and navigation.may_open(action.roles, user)
    ]
    return sorted(allowed, key=lambda action: (action.order, action.key))


def find(words: str, user: Any) -> list[Group]:
    """Patients first, then what can be done for each, then actions, then pages."""
    groups: list[Group] = []
    for title, search in _searches.items():
        hits = list(search(words, user))[:MOST_HITS] if words else []
        groups += [Group(title, [_hit_option(hit) for hit in hits])]
        groups += [_actions_of(hit, user) for hit in hits if hit.is_patient]
    groups.append(Group("Actions", _matching_actions(words, user)))
    groups.append(Group("Pages", _matching_pages(words, user)))
    return [group for group in groups if group.options]


def _hit_option(hit: Hit) -> Option:
    return Option(
        url=hit.url,
        label=hit.label,
        meta=hit.meta,
        initials=hit.initials,
        quiet=hit.quiet,
        owner=hit.id,
    )


def _actions_of(hit: Hit, user: Any) -> Group:
    options = [
        Option(
            url=reverse(action.url_name, args=[hit.id]),
            label=action.label,
            icon=action.icon,
            shortcut=action.shortcut,
        )
        for action in actions_for(user, needs_patient=True)[:MOST_ACTIONS]
    ]
    return Group(f"For {hit.label}", options, owner=hit.id)


def _fits(words: str, *texts: str) -> bool:
    """Every typed word begins a word of the label or the keywords."""
    known = " ".join(texts).casefold().split()
    typed = words.casefold().split()
    return all(any(word.startswith(part) for word in known) for part in typed)


def _matching_actions(words: str, user: Any) -> list[Option]:
    fitting = [
        Option(
            url=reverse(action.url_name),
            label=action.label,
            icon=action.icon,
            shortcut=action.shortcut,
        )
        for action in actions_for(user, needs_patient=False)
        if _fits(words, action.label, action.keywords)
    ]
    return fitting[: MOST_ACTIONS if words else ACTIONS_WITHOUT_WORDS]


def _matching_pages(words: str, user: Any) -> list[Option]:
    return [
        Option(
            url=reverse(item.url_name),
            label=item.label,
            icon=item.icon,
            shortcut=f"G {item.shortcut}".upper() if item.shortcut else "",
        )
        for item in navigation.items_for(user)
        if _fits(words, item.label)
    ]
