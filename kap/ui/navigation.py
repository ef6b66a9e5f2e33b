"""The registry of the main navigation: apps say in ``ready`` which pages they have, for whom."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

Count = Callable[[Any], int]
"""How many things wait for this user; asked by the small counts request only."""


@dataclass(frozen=True, slots=True)
class NavItem:
    """One place of the rail.  ``roles`` empty: any staff.  ``shortcut``: the letter after G."""

    key: str
    label: str
    icon: str
    url_name: str
    roles: frozenset[str] = frozenset()
    order: int = 50
    count: Count | None = None
    shortcut: str = ""
    namespaces: frozenset[str] = frozenset()
    """URL namespaces whose pages belong to this place."""
    at_end: bool = False


@dataclass(frozen=True, slots=True)
class TopItem:
    """A count in the top bar: ``live`` (a chip, hidden at zero) or ``bell`` (an icon)."""

    key: str
    label: str
    url_name: str
    count: Count
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Place:
    """A rail item as the template wants it."""

    item: NavItem
    url: str
    current: bool


_items: dict[str, NavItem] = {}
_top: dict[str, TopItem] = {}


def register(item: NavItem) -> NavItem:
    """Add a place; the same key again replaces it."""
    _items[item.key] = item
    return item


def register_top(item: TopItem) -> TopItem:
    """Add the live chip or the bell to the top bar."""
    _top[item.key] = item
    return item


def may_open(roles: frozenset[str], user: Any) -> bool:
    """Whether one of the user's roles is among ``roles`` (none named: any role)."""
    held = set(getattr(user, "roles", None) or ())
    return bool(held & roles) if roles else bool(held)


def items_for(user: Any) -> list[NavItem]:
    """The places this user may open, in order."""
    allowed = [item for item in _items.values() if may_open(item.roles, user)]
    return sorted(allowed, key=lambda item: (item.at_end, item.order, item.key))


def top_for(user: Any) -> list[TopItem]:
    """The counts of the top bar that this user may see."""
    return [item for item in _top.values() if may_open(item.roles, user)]


def places_for(user: Any, *, path: str, namespace: str) -> list[Place]:
    """The rail, with the place of the page at ``path`` marked as current."""
    places = [(item, reverse(item.url_name)) for item in items_for(user)]
    current = _current(places, path=path, namespace=namespace)
    return [Place(item, url, item.key == current) for item, url in places]


def _current(
    places: Iterable[tuple[NavItem, str]], *, path: str, namespace: str
) -> str:
    """The longest address that begins the path wins, then the namespace."""
    found, longest, by_namespace = "", 0, ""
    for item, url in places:
        hit = path == url if url == "/" else path.startswith(url)
        if hit and len(url) > longest:
            found, longest = item.key, len(url)
        if namespace and namespace in item.namespaces:
            by_namespace = item.key
    return found or by_namespace
