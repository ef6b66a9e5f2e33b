"""Choosing the packet for an indication and route, and refusing one that cannot be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kap.core.errors import DomainError
from screening.enums import PacketSection
from screening.models import PacketTemplate
from screening.models.packet_templates import (
    LOCKED_INSTRUMENTS,
    LOCKED_SECTIONS,
    OWN_SECTIONS,
)
from screening.packet_parts import known_instruments


def choose_template(*, indication: str, route: str, on: date) -> PacketTemplate | None:
    """The most specific one in force: indication before route; None when there is none."""
    fitting = [
        template
        for template in PacketTemplate.objects.in_force(on=on)
        if template.is_active
        and template.indication in ("", indication)
        and template.route in ("", route)
    ]
    return max(
        fitting,
        key=lambda one: (
            bool(one.indication),
            bool(one.route),
            one.effective_from,
            one.code,
        ),
        default=None,
    )


def parts_to_send(template: PacketTemplate) -> list[str]:
    """Its parts in order; a questionnaire that is not installed any more is left out."""
    known = known_instruments()
    return [
        key for key in template.parts if key in PacketSection.values or key in known
    ]


def check_template(*, sections: Sequence[str], instruments: Sequence[str]) -> None:
    """Raises DomainError with a sentence for a packet that could not work."""
    own = {str(section) for section in OWN_SECTIONS}
    if unknown := [key for key in sections if key not in own]:
        raise DomainError(f"There is no part {unknown[0]!r}.")
    if len(set(sections)) != len(sections) or len(set(instruments)) != len(instruments):
        raise DomainError("Each part and questionnaire stands in a packet once.")
    if missing := [part for part in LOCKED_SECTIONS if part not in sections]:
        raise DomainError(
            f"“{missing[0].label}” cannot be left out: no decision without it."
        )
    known = known_instruments()
    if unknown := [key for key in instruments if key not in known]:
        raise DomainError(
            f"There is no questionnaire {unknown[0]!r}. Load it first, or leave it out."
        )
    if missing_measures := [
        key for key in LOCKED_INSTRUMENTS if key not in instruments
    ]:
        raise DomainError(
            f"{known[missing_measures[0]]} cannot be left out: it is the baseline."
        )
