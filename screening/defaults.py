"""What screening ships: the eligibility rules and the consent texts, edition 1."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from kap.clinic.defaults import register
from kap.clinic.enums import PolicyKind
from kap.clinic.models import PolicyEdition
from kap.documents.models import TemplateEdition
from screening.consent_texts import SHIPPED
from screening.rules.eligibility_policy import DEFAULT_RULES

EFFECTIVE_FROM: Final = date(2020, 1, 1)


def install(now: datetime) -> None:
    """Add the first editions when there are none; later ones are the clinic's."""
    if not PolicyEdition.objects.filter(kind=PolicyKind.ELIGIBILITY).exists():
        PolicyEdition.objects.create(
            kind=PolicyKind.ELIGIBILITY,
            edition=1,
            effective_from=EFFECTIVE_FROM,
            body=DEFAULT_RULES,
            source=DEFAULT_RULES["source"],
            reason="Shipped with the product; the medical director signs the next edition.",
            signed_at=now,
        )
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
