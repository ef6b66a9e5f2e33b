"""The patient's sheet: what is taken as usual, what was agreed, what is asked before the visit.

It holds names, doses and the words that a prescriber signed; never why (clinical reference 4.3).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from kap.core.errors import DomainError
from screening.models import MedicationReconciliation
from screening.queries.medicines import Line, standing_of


@dataclass(frozen=True, slots=True)
class Agreed:
    """One medicine with what was agreed of it; empty words: as usual, or to be asked."""

    name: str
    dose: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The two lists of 4.3; what nobody has gone through stands with what is to be asked."""

    as_usual: list[Agreed]
    as_agreed: list[Agreed]

    @property
    def is_empty(self) -> bool:
        return not (self.as_usual or self.as_agreed)


def medicine_sheet(episode_id: UUID) -> Sheet:
    """As it stands now; one query."""
    standing = standing_of(episode_id)
    said = {row["id"]: row for row in standing.statements}
    made = standing.reconciliation
    signed = made is not None and made.signed_by_id is not None
    usual, agreed = lists_of(standing.lines, is_signed=signed)
    new = [
        Agreed(row["text"], row["dose"], _("Ask us before the visit."))
        for key, row in said.items()
        if key in standing.new
    ]
    return Sheet(usual, [*agreed, *new])


def lists_of(
    lines: Iterable[Line], *, is_signed: bool
) -> tuple[list[Agreed], list[Agreed]]:
    """What continues, and what a prescriber has signed another plan for."""
    usual: list[Agreed] = []
    agreed: list[Agreed] = []
    for line in lines:
        words = _words(line, is_signed=is_signed)
        (agreed if words else usual).append(Agreed(line["text"], line["dose"], words))
    return usual, agreed


def _words(line: Line, *, is_signed: bool) -> str:
    """Hours and the next dose as signed; a hold that nobody signed is a question."""
    if line["plan"] == "continue":
        return ""
    if not is_signed:
        return _("Ask us before the visit.")
    if line["plan"] == "taper":
        return _("As you and your prescriber agreed: %(words)s") % {
            "words": line["restart"]
        }
    hours = _("The last one no later than %(hours)s hours before your visit.") % {
        "hours": line["hold_before_h"]
    }
    return hours + " " + _("Go on: %(words)s") % {"words": line["restart"]}


def paper_facts(reconciliation_id: UUID) -> dict[str, Any]:
    """The sheet of one confirmed list, as it was signed."""
    made = (
        MedicationReconciliation.objects.confirmed()
        .select_related("patient__site")
        .filter(pk=reconciliation_id)
        .first()
    )
    if made is None:
        raise DomainError("The list is not confirmed yet.")
    usual, agreed = lists_of(made.lines, is_signed=made.signed_by_id is not None)
    return {
        "sheet": Sheet(usual, agreed),
        "made": made,
        "site": made.patient.site,
        "edition": f"list of {made.made_at.astimezone(made.patient.site.zone):%d %b %Y}",
    }
