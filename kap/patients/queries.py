"""Reading patients: finding them, listing them page by page, and what a chart's frame needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from kap.accounts.models import User
from kap.patients import columns, search
from kap.patients.enums import EpisodeStatus, Phase
from kap.patients.models import ContactConsent, EpisodeOfCare, Patient

MOST_FOUND: Final = 20
PAGE: Final = 50
OPEN: Final = (EpisodeStatus.PLANNED, EpisodeStatus.ACTIVE, EpisodeStatus.ONHOLD)

PHASE_LOOK: Final[dict[str, tuple[str, str]]] = {
    Phase.INTAKE: ("screening", "clipboard-list"),
    Phase.SCREENING: ("screening", "clipboard-check"),
    Phase.CONSENT: ("screening", "file-signal"),
    Phase.PREPARATION: ("preparation", "compass"),
    Phase.DOSING: ("dosing", "droplet"),
    Phase.ACUTE_REVIEW: ("integration", "message-2"),
    Phase.MAINTENANCE: ("dosing", "repeat"),
    Phase.FOLLOW_UP: ("followup", "calendar-time"),
    Phase.CLOSED: ("", "archive"),
}
"""Colour family and icon of each phase (design, part 5)."""

FIELDS: Final = (
    "pk",
    "number",
    "given_name",
    "family_name",
    "preferred_name",
    "birth_date",
    "search_text",
)


@dataclass(slots=True)
class Row:
    """One patient of the list, ready to show: always with two identifiers."""

    id: UUID
    name: str
    initials: str
    birth_date: date
    number: str
    phase: str = ""
    phase_word: str = ""
    phase_icon: str = ""
    phase_sub: str = ""
    cells: list[columns.Cell] = field(default_factory=list)
    missing: columns.Cell | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the list; ``after`` is the cursor of the next page (a patient's id)."""

    rows: list[Row]
    columns: list[columns.Column]
    after: UUID | None
    with_missing: bool


def find(typed: str, user: User, *, limit: int = MOST_FOUND) -> list[Row]:
    """The first patients that fit every word typed, family names first; nothing when nothing fits.

    At most three queries, each bounded by an index and a limit.
    """
    terms = search.parse(typed)
    if not terms:
        return []
    return _with_phase(
        _matching(terms, Patient.objects.visible_to(user).active(), limit)
    )


def _matching(
    terms: list[list[str]], patients: QuerySet[Patient], limit: int
) -> list[dict[str, Any]]:
    """Family names that begin with the first word in the order of the index, then all others."""
    fitting = patients.annotate(
        words=SearchVector("search_text", config="simple")
    ).filter(
        words=SearchQuery(search.tsquery(terms), config="simple", search_type="raw")
    )
    first = Q()
    for reading in terms[0]:
        first |= Q(search_text__startswith=reading)
    by_family = patients if len(terms) == 1 else fitting
    found = list(
        by_family.filter(first).order_by("search_text", "pk").values(*FIELDS)[:limit]
    )
    if len(found) < limit:
        seen = {row["pk"] for row in found}
        others = fitting.exclude(pk__in=seen).values(*FIELDS)[: limit - len(found)]
        found += sorted(others, key=lambda row: str(row["search_text"]))
    return found


def _with_phase(found: Sequence[dict[str, Any]]) -> list[Row]:
    """Rows with the phase of the open episode, else of the last; one query."""
    ids = [row["pk"] for row in found]
    episodes = (
        EpisodeOfCare.objects.filter(patient__in=ids)
        .order_by("patient_id", "-started_at", "pk")
        .distinct("patient_id")
        .values_list("patient_id", "phase")
    )
    phases = dict(episodes) if ids else {}
    return [_row(row, phases.get(row["pk"], "")) for row in found]


def _row(row: dict[str, Any], phase: str) -> Row:
    called = row["preferred_name"] or row["given_name"]
    family, icon = PHASE_LOOK.get(phase, ("", ""))
    return Row(
        id=row["pk"],
        name=f"{called} {row['family_name']}",
        initials=initials(called, row["family_name"]),
        birth_date=row["birth_date"],
        number=f"{row['number']:,}".replace(",", "\u00a0"),
        phase=family,
        phase_word=Phase(phase).label if phase else "",
        phase_icon=icon,
    )


def initials(called: str, family: str) -> str:
    return f"{called[:1]}{family[:1]}".upper()


def page(
    user: User,
    *,
    whose: str,
    phase: str = "",
    after: UUID | None = None,
    limit: int = PAGE,
) -> Listing:
    """A page of the list by family name: ``whose`` is mine, clinic or ended."""
    patients = Patient.objects.visible_to(user).active()
    episodes = EpisodeOfCare.objects.filter(patient=OuterRef("pk"))
    held = EpisodeOfCare.objects.open()
    if whose == "ended":
        shown: QuerySet[Patient] = patients.exclude(pk__in=held.values("patient"))
        current = episodes.order_by("-started_at")
    else:
        if whose == "mine":
            held = held.filter(Q(therapist=user) | Q(prescriber=user))
        if phase:
            held = held.filter(phase=phase)
        shown = patients.filter(pk__in=held.values("patient"))
        current = episodes.filter(status__in=OPEN)
    if after is not None:
        shown = _after(shown, after)
    rows = shown.annotate(phase_now=Subquery(current.values("phase")[:1]))
    found = list(
        rows.order_by("search_text", "pk").values(*FIELDS, "phase_now")[: limit + 1]
    )
    drawn = [_row(row, row["phase_now"] or "") for row in found[:limit]]
    return fill(drawn, user, after=drawn[-1].id if len(found) > limit else None)


def _after(shown: QuerySet[Patient], after: UUID) -> QuerySet[Patient]:
    """Continue below a row; the cursor is an id, so that no name stands in an address."""
    last = (
        Patient.objects.filter(pk=after).values_list("search_text", flat=True).first()
    )
    if last is None:
        return shown
    return shown.filter(
        Q(search_text__gt=last) | Q(search_text=last, pk__gt=after),
        search_text__gte=last,
    )


def fill(rows: list[Row], user: User, *, after: UUID | None = None) -> Listing:
    """Ask every registered column once for all rows."""
    ids = [row.id for row in rows]
    shown = columns.columns_for(user, "column")
    filled = [column.fill(ids, user) if ids else {} for column in shown]
    for row in rows:
        row.cells = [
            cells.get(row.id, column.empty)
            for column, cells in zip(shown, filled, strict=True)
        ]
    for column in columns.columns_for(user, "phase"):
        said = column.fill(ids, user) if ids else {}
        for row in rows:
            row.phase_sub = said[row.id].text if row.id in said else row.phase_sub
    missing = columns.columns_for(user, "missing")
    for column in missing:
        _keep_gravest(rows, column.fill(ids, user) if ids else {})
    return Listing(rows, shown, after, bool(missing))


def _keep_gravest(rows: list[Row], said: Any) -> None:
    for row in rows:
        cell = said.get(row.id)
        if cell and (row.missing is None or cell.weight > row.missing.weight):
            row.missing = cell


@dataclass(frozen=True, slots=True)
class Counts:
    """How many are in care, theirs, and out of care; how many in each phase."""

    mine: int
    clinic: int
    ended: int
    by_phase: dict[str, int]


def counts(user: User, *, whose: str) -> Counts:
    """Two queries over the open episodes and the patients."""
    held = EpisodeOfCare.objects.visible_to(user).open().values("phase")
    theirs = Q(therapist=user) | Q(prescriber=user)
    rows = list(held.annotate(clinic=Count("pk"), mine=Count("pk", filter=theirs)))
    everybody = Patient.objects.visible_to(user).active().count()
    in_care = sum(row["clinic"] for row in rows)
    return Counts(
        mine=sum(row["mine"] for row in rows),
        clinic=in_care,
        ended=everybody - in_care,
        by_phase={
            row["phase"]: row["mine" if whose == "mine" else "clinic"] for row in rows
        },
    )


def nearest(typed: str, user: User) -> list[Row]:
    """Names close to what was typed when nothing fits: shorter beginnings of the same words."""
    terms = search.parse(typed)
    for keep in (5, 4, 3):
        shorter = [[reading[:keep] for reading in readings] for readings in terms]
        if shorter == terms or not terms:
            continue
        found = _matching(shorter, Patient.objects.visible_to(user).active(), 3)
        if found:
            return _with_phase(found)
    return []


def contact_consents(patient_id: UUID) -> dict[tuple[str, str], ContactConsent]:
    """What was said last about each channel and purpose; one query."""
    newest = (
        ContactConsent.objects.filter(patient_id=patient_id)
        .select_related("heard_by")
        .order_by("channel", "purpose", "-said_at", "pk")
        .distinct("channel", "purpose")
    )
    return {(said.channel, said.purpose): said for said in newest}


def current_episode(patient_id: UUID) -> EpisodeOfCare | None:
    """The open episode, else the last one, with its people; one query."""
    return (
        EpisodeOfCare.objects.filter(patient_id=patient_id)
        .select_related("therapist", "prescriber")
        .order_by("-started_at", "pk")
        .first()
    )
