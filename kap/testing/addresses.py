"""Every address of the application, for the tests that walk them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from kap.accounts import addresses
from kap.accounts.middleware import ADMIN_SITE, ANY_STAFF, PUBLIC
from kap.core.access import AccessPolicy

TOKEN = "x" * 43


@dataclass(frozen=True, slots=True)
class Address:
    """One pattern: its full name, its view, the parts that its address needs."""

    name: str
    view: Any
    parts: Mapping[str, Any]
    """Argument name to converter."""

    @property
    def policy(self) -> AccessPolicy | None:
        declared = getattr(self.view, "access_policy", None)
        if isinstance(declared, AccessPolicy):
            return declared
        if self.name.startswith("admin:"):
            return ADMIN_SITE
        if self.name in addresses.OPEN:
            return PUBLIC
        return ANY_STAFF if self.name in addresses.SIGNED_IN else None

    @property
    def is_closed(self) -> bool:
        """A page of django-allauth that we do not offer: the middleware answers 404."""
        is_theirs = self.view.__module__.startswith("allauth.")
        return is_theirs and self.policy is None

    def path(self, known: Mapping[str, Any]) -> str:
        """The address with ``known`` parts, and with made-up ones for the rest."""
        given = {name: self._part(name, known) for name in self.parts}
        return reverse(self.name, kwargs=given)

    def _part(self, name: str, known: Mapping[str, Any]) -> Any:
        kind = type(self.parts[name]).__name__
        if name in known and kind == "UUIDConverter":
            return known[name]
        choices = str(self.parts[name].regex).split("|")
        if all(choice.replace("-", "").isalnum() for choice in choices):
            return choices[0]
        made_up = {"UUIDConverter": uuid.UUID(int=404), "IntConverter": 404}
        return made_up.get(kind, TOKEN if name == "token" else "nothing")


def every_address() -> list[Address]:
    return list(_walk(get_resolver(), prefix="", outer={}))


def _walk(
    resolver: URLResolver, *, prefix: str, outer: Mapping[str, Any]
) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        parts = {**outer, **entry.pattern.converters}
        if isinstance(entry, URLPattern):
            if entry.name:
                yield Address(prefix + entry.name, entry.callback, parts)
            continue
        inner = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
        yield from _walk(entry, prefix=inner, outer=parts)


def nameless() -> list[str]:
    """Patterns without a name; they cannot be walked, so there should be none of ours."""
    return list(_nameless(get_resolver()))


def _nameless(resolver: URLResolver) -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            if entry.namespace != "admin":
                yield from _nameless(entry)
        elif not entry.name:
            yield str(entry.pattern)
