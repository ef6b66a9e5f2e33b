"""What screening ships: the eligibility rules and the consent texts, edition 1."""

from __future__ import annotations

from datetime import datetime

from kap.clinic.defaults import register
from kap.documents.models import TemplateEdition
from screening.consent_texts import SHIPPED
from screening.defaults_rules import EFFECTIVE_FROM, install_rules


def install(now: datetime) -> None:
    """Add what is missing: newer rules as a new edition, and first consent texts."""
    install_rules(now)
    _install_texts(now)


def _install_texts(now: datetime) -> None:
    """Each kind of consent in its first edition, unless one is there."""
    there = set(TemplateEdition.objects.values_list("kind", flat=True).distinct())
    TemplateEdition.objects.bulk_create(
        TemplateEdition(
            kind=text.kind,
            language="en",
            edition=1,
            title=text.title,
            sections=text.sections,
            is_material=True,
            effective_from=EFFECTIVE_FROM,
            published_at=now,
        )
        for text in SHIPPED
        if text.kind not in there
    )


register(install)
