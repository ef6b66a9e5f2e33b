"""Set-up of the tests' own papers."""

from __future__ import annotations

from uuid import UUID

from django.apps import AppConfig


class PapersConfig(AppConfig):
    name = "kap.testing.papers"
    label = "testing_papers"

    def ready(self) -> None:
        from kap.documents.registry import DocumentKind, Facts, register

        def facts(_: UUID) -> Facts:
            return {"lead": "From a worker.", "sections": [], "extra": ""}

        register(
            DocumentKind(
                key="sample-paper",
                title="Sample paper",
                template="documents/sample_paper.html",
                facts=facts,
                roles=frozenset(),
            )
        )
