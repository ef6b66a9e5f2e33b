"""Who must sign a text anew, because of a new edition, a year gone by or another plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import F

from kap.accounts.models import User
from kap.documents.models import TemplateEdition
from kap.patients.models import EpisodeOfCare
from screening.consents import kind_of
from screening.enums import ConsentStatus
from screening.enums_consent import OPEN
from screening.models import Consent
from screening.queries.consent_facts import plan_facts
from screening.rules.consent_standing import (
    RENEW_BEFORE_DAYS,
    Edition,
    Signed,
    Standing,
    State,
    Trigger,
    consent_standing,
    renewal_due_on,
)
from screening.rules.consent_words import trigger_words

PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Renewal:
    """One signed text that is to be signed anew."""

    consent_id: UUID
    episode_id: UUID
    patient_id: UUID
    patient: str
    number: int
    kind: str
    title: str
    edition: int
    signed_on: date
    standing: Standing
    sent_on: date | None
    """When the new text was put before the patient, if it was."""

    @property
    def reason(self) -> str:
        if self.standing.triggers:
            return trigger_words(self.standing.triggers)
        return "12 months are nearly over"

    @property
    def tone(self) -> str:
        tones = {State.RENEW: "danger", State.OVERDUE: "danger", State.GRACE: "warn"}
        return tones.get(self.standing.state, "info")

    @property
    def state_words(self) -> str:
        words = {
            State.RENEW: "No dose before it is signed",
            State.OVERDUE: "Grace is over",
            State.GRACE: "In grace",
        }
        return words.get(self.standing.state, "Ends soon")


@dataclass(frozen=True, slots=True)
class RenewalFilter:
    """``why``: a trigger, or ``ends`` for those whose year ends soon."""

    why: str = ""
    kind: str = ""
    unsent_only: bool = False

    def wants(self, row: Renewal) -> bool:
        if self.kind and row.kind != self.kind:
            return False
        if self.unsent_only and row.sent_on is not None:
            return False
        if self.why == "ends":
            return not row.standing.triggers
        return not self.why or self.why in row.standing.triggers


def renewals(
    user: User | None, *, on: date, wanted: RenewalFilter | None = None
) -> list[Renewal]:
    """Everybody, most urgent first; four queries.  ``user`` None: the daily sweep."""
    rows = _signed_rows(user)
    editions = _editions({row["template__kind"] for row in rows}, on=on)
    facts = plan_facts((row["episode_id"], row["episode__indication"]) for row in rows)
    sent = _sent([row["episode_id"] for row in rows])
    found = [
        renewal
        for row in rows
        if (renewal := _renewal(row, editions, facts, sent, on)) is not None
        and (wanted is None or wanted.wants(renewal))
    ]
    return sorted(found, key=_urgency)


def _urgency(row: Renewal) -> tuple[int, date, str]:
    order = (State.RENEW, State.OVERDUE, State.GRACE, State.CURRENT)
    return order.index(row.standing.state), row.standing.until or date.min, row.patient


def _signed_rows(user: User | None) -> Sequence[Mapping[str, Any]]:
    open_episodes = EpisodeOfCare.objects.open()
    found = Consent.objects.filter(
        status=ConsentStatus.ACTIVE, episode__in=open_episodes.values("pk")
    )
    if user is not None:
        found = found.visible_to(user)
    return list(
        found.annotate(zone=F("episode__site__time_zone")).values(
            "pk",
            "episode_id",
            "patient_id",
            "patient__given_name",
            "patient__family_name",
            "patient__number",
            "template__kind",
            "template__title",
            "template__edition",
            "template__language",
            "episode__indication",
            "signed_at",
            "activated_at",
            "facts",
            "about",
        )
    )


def _editions(
    kinds: Iterable[str], *, on: date
) -> dict[tuple[str, str], list[Edition]]:
    rows = TemplateEdition.objects.filter(
        kind__in=sorted(kinds), effective_from__lte=on
    ).values_list("kind", "language", "edition", "is_material", "effective_from")
    found: dict[tuple[str, str], list[Edition]] = {}
    for kind, language, edition, is_material, since in rows:
        one = Edition(edition, is_material, since)
        found.setdefault((kind, language), []).append(one)
    return found


def _sent(episode_ids: Sequence[UUID]) -> dict[tuple[UUID, str, str], date]:
    rows = Consent.objects.filter(
        episode_id__in=episode_ids, status__in=OPEN
    ).values_list("episode_id", "template__kind", "about", "proposed_at")
    return {(episode, kind, about): at.date() for episode, kind, about, at in rows}


def _renewal(
    row: Mapping[str, Any],
    editions: Mapping[tuple[str, str], list[Edition]],
    facts: Mapping[UUID, Mapping[str, Any]],
    sent: Mapping[tuple[UUID, str, str], date],
    on: date,
) -> Renewal | None:
    kind = str(row["template__kind"])
    signed_on = (row["activated_at"] or row["signed_at"]).date()
    standing = consent_standing(
        Signed(row["template__edition"], signed_on, row["facts"] or {}),
        on=on,
        editions=editions.get((kind, row["template__language"]), ()),
        facts=facts.get(row["episode_id"], {}),
    )
    due_on = renewal_due_on(standing)
    if standing.state is State.CURRENT and (due_on is None or due_on > on):
        return None
    return Renewal(
        consent_id=row["pk"],
        episode_id=row["episode_id"],
        patient_id=row["patient_id"],
        patient=f"{row['patient__family_name']}, {row['patient__given_name']}",
        number=row["patient__number"],
        kind=kind,
        title=f"{kind_of(kind).title}: {row['template__title']}",
        edition=row["template__edition"],
        signed_on=signed_on,
        standing=standing,
        sent_on=sent.get((row["episode_id"], kind, row["about"])),
    )


WHYS: Final = (
    ("", "Any reason"),
    (Trigger.EDITION.value, "The text changed"),
    (Trigger.SMALL_EDITION.value, "A small change of the text"),
    ("ends", "12 months nearly over"),
    (Trigger.AGE.value, "More than 12 months"),
    (Trigger.ROUTE.value, "Another route"),
    (Trigger.PRODUCT.value, "Another product"),
    (Trigger.HOME.value, "Doses at home"),
    (Trigger.INDICATION.value, "Another reason for treatment"),
)
SOON: Final = timedelta(days=RENEW_BEFORE_DAYS)
