"""Where the consents of an episode stand, on any day, from their own rows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from kap.core import prepared
from kap.patients.models import EpisodeOfCare
from screening.consents import (
    ESKETAMINE,
    HOME,
    OVERRIDE,
    TELEHEALTH,
    TREATMENT,
    kind_of,
)
from screening.enums import ConsentStatus
from screening.enums_consent import EndKind
from screening.queries.consent_facts import plan_facts
from screening.rules.consent_standing import (
    Edition,
    Signed,
    Standing,
    State,
    Trigger,
    consent_standing,
)
from screening.rules.consent_words import day_words, trigger_words

NOT_SIGNED: Final = Standing(State.NONE)


@dataclass(frozen=True, slots=True)
class ConsentState:
    """``is_current``: signed by all, not withdrawn, and nothing since asks for it anew."""

    is_current: bool
    edition: int | None
    signed_at: datetime | None
    sentence: str
    consent_id: UUID | None = None
    is_withdrawn: bool = False
    standing: Standing = NOT_SIGNED

    @property
    def must_be_signed_since(self) -> date | None:
        """Since when a newer edition or another reason asks for a new signature."""
        return self.standing.since

    @property
    def is_material(self) -> bool:
        """A reason that nobody may pass."""
        return self.standing.state is State.RENEW


# By hand: the board asks all of this for every visit of a day.
_EDITIONS: Final = prepared.Statement(
    "kap_editions",
    ("varchar[]", "date"),
    "SELECT kind, edition, is_material, effective_from, language"
    " FROM documents_templateedition"
    " WHERE kind = ANY($1) AND effective_from <= $2 ORDER BY edition",
)
_CONSENTS: Final = prepared.Statement(
    "kap_consents",
    ("uuid[]", "varchar[]", "date"),
    """
SELECT * FROM (
SELECT consent.id, consent.episode_id, template.kind, consent.status, consent.signed_at,
  consent.end_kind, consent.facts, template.edition, template.language,
  (consent.signed_at AT TIME ZONE site.time_zone)::date AS signed_on,
  (COALESCE(consent.activated_at, CASE WHEN cardinality(consent.roles) = 0
    THEN consent.signed_at END) AT TIME ZONE site.time_zone)::date AS active_on,
  (consent.ended_at AT TIME ZONE site.time_zone)::date AS ended_on,
  consent.proposed_at
FROM screening_consent AS consent
JOIN documents_templateedition AS template ON template.id = consent.template_id
JOIN patients_episodeofcare AS episode ON episode.id = consent.episode_id
JOIN clinic_site AS site ON site.id = episode.site_id
WHERE consent.episode_id = ANY($1) AND template.kind = ANY($2)
  AND (consent.proposed_at AT TIME ZONE site.time_zone)::date <= $3
) AS found
ORDER BY episode_id, COALESCE(active_on, '-infinity') DESC, proposed_at DESC
""",
)
_NAMES: Final = (
    "id",
    "episode_id",
    "kind",
    "status",
    "signed_at",
    "end_kind",
    "facts",
    "edition",
    "language",
    "signed_on",
    "active_on",
    "ended_on",
)
Row = Mapping[str, Any]
Editions = Sequence[tuple[Edition, str]]


def consent_states(
    episode_ids: Iterable[UUID],
    *,
    on: date,
    kind: str = TREATMENT,
    facts: Mapping[UUID, Mapping[str, Any]] | None = None,
) -> dict[UUID, ConsentState]:
    """Each episode's consent of a kind at the end of a day at its site; two queries.

    ``facts``: the treatment as planned now, to see whether the route changed.
    """
    wanted = list(episode_ids)
    found = _states(wanted, [kind], on=on, facts=facts or {})
    return {episode: found[episode, kind] for episode in wanted}


def _states(
    episodes: Sequence[UUID],
    kinds: Sequence[str],
    *,
    on: date,
    facts: Mapping[UUID, Mapping[str, Any]],
) -> dict[tuple[UUID, str], ConsentState]:
    """Each kind of each episode; two queries for any number of both."""
    editions: dict[str, list[tuple[Edition, str]]] = {}
    for kind, edition, is_material, since, language in prepared.rows(
        (_EDITIONS, [list(kinds), on])
    ):
        one = Edition(int(edition), bool(is_material), since)
        editions.setdefault(kind, []).append((one, str(language)))
    ids = [str(episode) for episode in episodes]
    grouped: dict[tuple[UUID, str], list[Row]] = {}
    for row in prepared.rows((_CONSENTS, [ids, list(kinds), on])):
        named = dict(zip(_NAMES, row, strict=False))
        grouped.setdefault((named["episode_id"], named["kind"]), []).append(named)
    return {
        (episode, kind): _state(
            grouped.get((episode, kind), []),
            editions.get(kind, []),
            facts.get(episode, {}),
            on,
        )
        for episode in episodes
        for kind in kinds
    }


def consent_state(episode_id: UUID, *, on: date, kind: str = TREATMENT) -> ConsentState:
    """One episode, with what is planned now taken into account; three queries and more."""
    return consent_states(
        [episode_id], on=on, kind=kind, facts=_facts_of([episode_id])
    )[episode_id]


def _facts_of(episode_ids: Sequence[UUID]) -> Mapping[UUID, Mapping[str, Any]]:
    rows = EpisodeOfCare.objects.filter(pk__in=episode_ids)
    return plan_facts(rows.values_list("pk", "indication"))


def required_consents(
    episode_id: UUID, *, on: date, needs_addendum: bool = False
) -> list[tuple[str, ConsentState]]:
    """Every text the planned treatment needs (G-03): title and where it stands.

    ``needs_addendum``: the decision sets a rule aside, which the patient signs too.
    """
    facts = _facts_of([episode_id])
    kinds = required_kinds(facts.get(episode_id, {}))
    if needs_addendum:
        kinds.append(OVERRIDE)
    found = _states([episode_id], kinds, on=on, facts=facts)
    return [
        (f"{kind_of(kind).title} consent", found[episode_id, kind]) for kind in kinds
    ]


def states_by_kind(
    episode_id: UUID, kinds: Sequence[str], *, on: date
) -> dict[str, ConsentState]:
    """Every kind of one episode on a day."""
    found = _states([episode_id], kinds, on=on, facts=_facts_of([episode_id]))
    return {kind: found[episode_id, kind] for kind in kinds}


def standings(
    episodes: Mapping[UUID, str], kinds: Sequence[str], *, on: date
) -> dict[tuple[UUID, str], ConsentState]:
    """Many episodes (id to indication) with the plan taken into account; three queries."""
    facts = plan_facts(episodes.items())
    return _states(list(episodes), kinds, on=on, facts=facts)


def required_kinds(facts: Mapping[str, Any]) -> list[str]:
    """Optional texts are never among them (CR-06)."""
    kinds = [TREATMENT]
    if facts.get("route") == "in_esk":
        kinds.append(ESKETAMINE)
    if facts.get("home"):
        kinds.append(HOME)
    if facts.get("telehealth"):
        kinds.append(TELEHEALTH)
    return kinds


def _state(
    rows: Sequence[Row], editions: Editions, facts: Mapping[str, Any], on: date
) -> ConsentState:
    live = [row for row in rows if not _ended(row, on)]
    for row in live:
        if row["active_on"] is not None and row["active_on"] <= on:
            return _signed_state(row, editions, facts, on)
    if any(_was_withdrawn(row, on) for row in rows):
        return ConsentState(
            is_current=False,
            edition=None,
            signed_at=None,
            sentence="Consent was withdrawn or replaced. A new signature is needed.",
            is_withdrawn=True,
        )
    return ConsentState(
        is_current=False,
        edition=None,
        signed_at=None,
        sentence=_waiting_words(live, on),
    )


def _ended(row: Row, on: date) -> bool:
    return row["ended_on"] is not None and row["ended_on"] <= on


def _was_withdrawn(row: Row, on: date) -> bool:
    """Signed and ended by that day, other than by a newer edition on the way."""
    is_over = _ended(row, on) and row["status"] == ConsentStatus.INACTIVE
    return bool(is_over and row["signed_at"] and row["end_kind"] != EndKind.OVERTAKEN)


def _waiting_words(live: Sequence[Row], on: date) -> str:
    if any(row["signed_on"] is not None and row["signed_on"] <= on for row in live):
        return "Consent is signed by the patient; others are still to sign."
    return "Consent is sent, not signed yet." if live else "Consent is not signed."


def _signed_state(
    row: Row, editions: Editions, facts: Mapping[str, Any], on: date
) -> ConsentState:
    # A raw cursor answers jsonb as text.
    signed = Signed(int(row["edition"]), row["active_on"], json.loads(row["facts"]))
    own = [edition for edition, language in editions if language == row["language"]]
    standing = consent_standing(signed, on=on, editions=own, facts=facts)
    return ConsentState(
        is_current=standing.counts,
        edition=signed.edition,
        signed_at=row["signed_at"],
        sentence=_words(signed, standing, own),
        consent_id=row["id"],
        standing=standing,
    )


def _words(signed: Signed, standing: Standing, editions: Sequence[Edition]) -> str:
    newer = [one.edition for one in editions if one.edition > signed.edition]
    said = f"Consent edition {signed.edition} is signed"
    if standing.state is State.CURRENT:
        return f"{said}."
    if Trigger.EDITION in standing.triggers:
        return f"{said}; edition {newer[-1]} must be signed."
    if standing.state is State.GRACE and standing.until:
        return f"{said}; edition {newer[-1]} by {day_words(standing.until)}."
    if standing.state is State.OVERDUE:
        return f"{said}; edition {newer[-1]} is overdue."
    return f"{said}. To be signed anew: {trigger_words(standing.triggers)}."
