"""The editions of the eligibility rules, what each changed, and the drafts that are open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from kap.clinic.enums import PolicyKind
from kap.clinic.models import PolicyEdition
from screening.models import EligibilityDraft
from screening.rules.policy_edit import Change, changes

ALL = "All sites"


@dataclass(frozen=True, slots=True)
class EditionLine:
    """One edition in the list; ``state`` is in force, later or replaced."""

    id: UUID
    edition: int
    site: str
    effective_from: date
    signed_by: str
    signed_at: Any
    reason: str
    count: int
    state: str


def editions(*, on: date) -> list[EditionLine]:
    """Newest first; one query for any number."""
    rows = list(
        PolicyEdition.objects.filter(kind=PolicyKind.ELIGIBILITY)
        .select_related("site", "signed_by")
        .order_by("-effective_from", "-edition")
    )
    holding: set[UUID | None] = set()
    lines = []
    for row in rows:
        state = "later" if row.effective_from > on else "replaced"
        if row.effective_from <= on and row.site_id not in holding:
            holding.add(row.site_id)
            state = "in force"
        lines.append(
            EditionLine(
                id=row.pk,
                edition=row.edition,
                site=row.site.name if row.site else ALL,
                effective_from=row.effective_from,
                signed_by=row.signed_by.name if row.signed_by else "shipped",
                signed_at=row.signed_at,
                reason=row.reason,
                count=len(row.body.get("rules", ())),
                state=state,
            )
        )
    return lines


def open_drafts() -> list[EligibilityDraft]:
    return list(
        EligibilityDraft.objects.filter(closed_at=None)
        .select_related("site", "based_on", "changed_by")
        .order_by("begun_at")
    )


def changes_of(edition: PolicyEdition) -> tuple[PolicyEdition | None, list[Change]]:
    """Against the edition before it, the site's own first; two queries at most."""
    before = (
        PolicyEdition.objects.filter(
            kind=PolicyKind.ELIGIBILITY,
            site=edition.site_id,
            edition__lt=edition.edition,
        )
        .order_by("-edition")
        .first()
    )
    if before is None and edition.site_id is not None:
        before = (
            PolicyEdition.objects.filter(
                kind=PolicyKind.ELIGIBILITY,
                site=None,
                edition__lt=edition.edition,
            )
            .order_by("-edition")
            .first()
        )
    return before, changes(before.body, edition.body) if before else []
