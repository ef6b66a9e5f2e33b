"""The registry of document kinds and of what signatures stand under.

Apps fill it in ``AppConfig.ready`` from their ``documents.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from kap.accounts.models import User

Facts = dict[str, Any]
"""What the paper's template may name.  ``edition`` (text) is printed in the foot."""


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """One kind of paper: its template, where its facts come from, who may open it.

    ``facts`` is asked by the worker with the source's id, when the PDF is made; it
    reads the signed record and raises DomainError when there is nothing to print.
    """

    key: str
    title: str
    template: str
    facts: Callable[[UUID], Facts]
    roles: frozenset[str]


SignedContent = Callable[[UUID, str], str]
"""(object id, meaning) -> the very text that was signed, built from today's rows."""

_kinds: dict[str, DocumentKind] = {}
_signed: dict[str, SignedContent] = {}


def register(kind: DocumentKind) -> DocumentKind:
    """Add a kind; the same key again replaces it."""
    _kinds[kind.key] = kind
    return kind


def forget(key: str) -> None:
    """Take a kind away again; tests use it."""
    _kinds.pop(key, None)


def kind(key: str) -> DocumentKind | None:
    return _kinds.get(key)


def kinds() -> Collection[DocumentKind]:
    return _kinds.values()


def title_of(key: str) -> str:
    found = _kinds.get(key)
    return found.title if found else "Document"


def kinds_for(user: User) -> list[str]:
    """The keys of the kinds that one of this user's roles may open."""
    return [kind.key for kind in _kinds.values() if user.has_role(*kind.roles)]


def register_signed_content(object_type: str, content: SignedContent) -> None:
    """Let ``verify_signatures`` build again what was signed, and compare digests."""
    _signed[object_type] = content


def signed_content(object_type: str) -> SignedContent | None:
    return _signed.get(object_type)
