"""The treatment's facts that decide which parts of a text apply and when it is signed anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from kap.patients.models import EpisodeOfCare
from screening.consent_hooks import PlannedCare, planned_care
from screening.models import HistoryAnswer


def consent_facts(
    episode: EpisodeOfCare, *, care: PlannedCare | None = None
) -> dict[str, Any]:
    """The facts of one episode; two queries.  What is not known is left out."""
    planned = care or planned_care([episode.pk])[episode.pk]
    pregnancy = (
        HistoryAnswer.objects.filter(
            patient=episode.patient_id, field="can_be_pregnant"
        )
        .order_by("-answered_at", "-pk")
        .values_list("value", flat=True)
        .first()
    )
    facts: dict[str, Any] = of_plan(planned) | {"indication": episode.indication}
    if isinstance(pregnancy, bool):
        facts["can_be_pregnant"] = pregnancy
    return {key: value for key, value in facts.items() if value not in (None, "")}


def of_plan(care: PlannedCare) -> dict[str, Any]:
    return {
        "route": care.route,
        "product": care.product,
        "compounded": care.is_compounded,
        "home": care.is_home,
        "telehealth": care.is_telehealth,
        "group": care.is_group,
    }


def plan_facts(
    episodes: Iterable[tuple[UUID, str]],
) -> Mapping[UUID, dict[str, Any]]:
    """Route, product, home and indication of many episodes; one query.

    ``episodes``: ids with their indication.
    """
    wanted = dict(episodes)
    return {
        episode: of_plan(care) | {"indication": wanted[episode]}
        for episode, care in planned_care(wanted).items()
    }
