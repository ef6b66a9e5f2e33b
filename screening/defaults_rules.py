"""The shipped eligibility rules as editions: the first, and what a newer product adds."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Max

from kap.clinic.enums import PolicyKind
from kap.clinic.models import PolicyEdition
from screening.rules.eligibility_policy import DEFAULT_RULES, EARLIER_VERSIONS

EFFECTIVE_FROM: Final = date(2020, 1, 1)
"""The first edition holds for every visit there ever was."""
_FIRST: Final = "Shipped with the product; the medical director signs the next edition."
_REPLACED: Final = (
    "All rules of the clinical reference; replaces the rules that shipped before."
)
_ADDED: Final = (
    "Rules that were added to the product; the clinic's own rules stay as they are."
)


def install_rules(now: datetime) -> None:
    """Bring the newest edition up to what ships; an installed edition is never edited.

    An edition that shipped and that nobody signed is replaced whole.  One that the
    clinic made, for all sites or for one, keeps each of its rules and gets those it
    lacks.
    """
    rules = PolicyEdition.objects.filter(kind=PolicyKind.ELIGIBILITY)
    if not rules.exists():
        _add(1, None, DEFAULT_RULES, EFFECTIVE_FROM, _FIRST, now)
        return
    newest = rules.order_by("site", "-effective_from", "-edition").distinct("site")
    number = rules.aggregate(last=Max("edition"))["last"]
    for edition in newest:
        found = _next(edition)
        if found is not None:
            number += 1
            body, reason = found
            on = max(now.date(), edition.effective_from)
            _add(number, edition.site_id, body, on, reason, now)


def _next(edition: PolicyEdition) -> tuple[dict[str, Any], str] | None:
    """What should follow an edition, and why; None when it lacks nothing."""
    body = edition.body
    shipped_before = body.get("version") in EARLIER_VERSIONS
    if edition.signed_by_id is None and shipped_before:
        return DEFAULT_RULES, _REPLACED
    own = body.get("rules", [])
    there = {entry["id"] for entry in own}
    lacking = [entry for entry in DEFAULT_RULES["rules"] if entry["id"] not in there]
    if not lacking:
        return None
    version = f"{body.get('version', 'own')}+{DEFAULT_RULES['version']}"
    return {**body, "version": version, "rules": [*own, *lacking]}, _ADDED


def _add(
    number: int,
    site_id: UUID | None,
    body: dict[str, Any],
    on: date,
    reason: str,
    now: datetime,
) -> None:
    PolicyEdition.objects.create(
        kind=PolicyKind.ELIGIBILITY,
        site_id=site_id,
        edition=number,
        effective_from=on,
        body=body,
        source=DEFAULT_RULES["source"],
        reason=reason,
        signed_at=now,
    )
