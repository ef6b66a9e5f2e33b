"""What screening ships: the eligibility rules and the consent text, edition 1."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from kap.clinic.defaults import register
from kap.clinic.enums import PolicyKind
from kap.clinic.models import PolicyEdition
from kap.documents.models import TemplateEdition
from screening.consent_words import SECTIONS, TITLE
from screening.consents import TREATMENT
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
    if not TemplateEdition.objects.filter(kind=TREATMENT).exists():
        TemplateEdition.objects.create(
            kind=TREATMENT,
            language="en",
            edition=1,
            title=TITLE,
            sections=SECTIONS,
            is_material=True,
            effective_from=EFFECTIVE_FROM,
            published_at=now,
        )


register(install)
