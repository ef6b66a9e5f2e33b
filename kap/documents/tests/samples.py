"""A document kind for tests: its facts are a plain dictionary that a test fills."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist

from kap.accounts.enums import CLINICAL
from kap.documents import registry
from kap.documents.registry import DocumentKind, Facts

KIND = "sample-paper"
TEMPLATE = "documents/sample_paper.html"


@contextmanager
def sample_kind(facts: dict[UUID, Facts], **changes: Any) -> Iterator[DocumentKind]:
    """Register the kind for a while; a source that is not in ``facts`` is gone."""

    def find(source_id: UUID) -> Facts:
        if source_id not in facts:
            raise ObjectDoesNotExist
        return facts[source_id]

    given: dict[str, Any] = {
        "key": KIND,
        "title": "Sample paper",
        "template": TEMPLATE,
        "facts": find,
        "roles": frozenset(CLINICAL),
    }
    kind = DocumentKind(**{**given, **changes})
    before = registry.kind(KIND)
    registry.register(kind)
    try:
        yield kind
    finally:
        if before is None:
            registry.forget(KIND)
        else:
            registry.register(before)
