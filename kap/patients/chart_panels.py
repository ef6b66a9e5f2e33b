"""The chart's own panels: next steps, timeline, contact, phase of care, links; and its own facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.template.loader import render_to_string

from kap.accounts.enums import CLINICAL, SCHEDULING, Role
from kap.accounts.models import User
from kap.patients import chart, links, queries, timeline
from kap.patients.chart import BannerFact, ChartContext, Panel, register_panel
from kap.patients.enums import PHASE_TRANSITIONS, Phase
from kap.patients.link_sessions import MOST_TRIES
from kap.patients.models import (
    EpisodePhaseChange,
    PatientDistinction,
    RelatedPerson,
    SecureLink,
)

LINKS_SHOWN = 8
FIRST_ENTRIES = 12


def _next(context: ChartContext) -> str:
    return render_to_string(
        "patients/panels/next.html", {"steps": context.steps}, request=context.request
    )


def _timeline(context: ChartContext) -> str:
    found = timeline.stretch(context.patient_id, context.user, limit=FIRST_ENTRIES)
    return render_to_string(
        "patients/panels/timeline.html",
        {"patient": context.patient, "stretch": found, "kind": "", "kinds": KINDS},
        request=context.request,
    )


KINDS = (
    ("", "All"),
    ("sessions", "Sessions"),
    ("measures", "Measures"),
    ("documents", "Documents"),
)


def _contact(context: ChartContext) -> str:
    people = RelatedPerson.objects.filter(patient=context.patient_id, ended_at=None)
    given = [
        said
        for said in queries.contact_consents(context.patient_id).values()
        if said.is_given
    ]
    return render_to_string(
        "patients/panels/contact.html",
        {
            "patient": context.patient,
            "people": people.order_by("kind", "created_at"),
            "given": given,
            "may_change": context.user.has_role(*SCHEDULING),
        },
        request=context.request,
    )


def _phase(context: ChartContext) -> str:
    episode = context.episode
    word, icon, family = "", "", ""
    if episode is not None:
        family, icon = queries.PHASE_LOOK[episode.phase]
        word = Phase(episode.phase).label
    return render_to_string(
        "patients/panels/phase.html",
        {
            "patient": context.patient,
            "episode": episode,
            "word": word,
            "icon": icon,
            "family": family,
            "may_move": bool(
                episode
                and context.user.has_role(*CLINICAL)
                and PHASE_TRANSITIONS[Phase(episode.phase)]
            ),
            "may_open": episode is None or episode.phase == Phase.CLOSED,
            "may_change": context.user.has_role(*SCHEDULING),
        },
        request=context.request,
    )


@dataclass(frozen=True, slots=True)
class LinkLine:
    """A link as staff see it: what for, in which state, and whether it can be taken back."""

    id: UUID
    label: str
    state: str
    tone: str
    created_at: datetime
    expires_at: datetime
    uses: int
    is_live: bool


def link_lines(
    patient_id: UUID, now: datetime, *, limit: int = LINKS_SHOWN
) -> list[LinkLine]:
    """The newest links of a patient; one query."""
    rows = SecureLink.objects.filter(patient=patient_id).order_by("-created_at", "pk")[
        :limit
    ]
    return [_line(link, now) for link in rows]


def _line(link: SecureLink, now: datetime) -> LinkLine:
    state, tone = _state(link, now)
    return LinkLine(
        id=link.pk,
        label=links.purpose_label(link.purpose),
        state=state,
        tone=tone,
        created_at=link.created_at,
        expires_at=link.expires_at,
        uses=link.use_count,
        is_live=tone == "ok",
    )


def _state(link: SecureLink, now: datetime) -> tuple[str, str]:
    if link.revoked_at is not None:
        return "Taken back", "quiet"
    if link.failed_proofs >= MOST_TRIES:
        return "Locked, wrong birth date", "warn"
    if link.expires_at <= now:
        return "Ended", "quiet"
    if link.use_count >= link.max_uses:
        return "Used up", "quiet"
    return ("Opened" if link.use_count else "Not opened yet"), "ok"


def _links(context: ChartContext) -> str | None:
    lines = link_lines(context.patient_id, context.now)
    if not lines:
        return None
    return render_to_string(
        "patients/panels/links.html",
        {
            "patient": context.patient,
            "lines": lines,
            "may_change": context.user.has_role(*SCHEDULING),
        },
        request=context.request,
    )


EVERYBODY = SCHEDULING | {Role.ADMIN}
register_panel(Panel("next", "Next", 10, "side", EVERYBODY, _next))
register_panel(Panel("phase", "Care", 60, "side", EVERYBODY, _phase))
register_panel(Panel("contact", "Contact", 70, "side", EVERYBODY, _contact))
register_panel(Panel("links", "Links", 80, "side", SCHEDULING, _links))
register_panel(Panel("timeline", "Timeline", 90, "main", SCHEDULING, _timeline))


@chart.register_banner_fact
def like_another(patient_id: UUID, _user: User) -> Iterator[BannerFact]:
    """A record that somebody once took for another; both carry the mark."""
    found = PatientDistinction.objects.filter(
        Q(patient=patient_id) | Q(other=patient_id)
    )
    if found.exists():
        yield BannerFact(
            "Like another record, check birth date", "info", 90, "user-question"
        )


def phase_steps(
    patient_id: UUID, user: User, page: timeline.Page
) -> Iterator[timeline.TimelineEntry]:
    """When care moved from phase to phase, and why."""
    rows = EpisodePhaseChange.objects.filter(episode__patient=patient_id)
    if page.before is not None:
        rows = rows.filter(changed_at__lt=page.before)
    for step in rows.select_related("changed_by").order_by("-changed_at", "pk")[
        : page.limit
    ]:
        family, icon = queries.PHASE_LOOK[step.new_phase]
        word = Phase(step.new_phase).label
        who = step.changed_by.name if step.changed_by else "By a signed decision"
        reason = step.reason if user.is_clinical else ""
        yield timeline.TimelineEntry(
            at=step.changed_at,
            icon=icon,
            phase=family,
            title=f"Phase: {word}" if step.old_phase else "Registered, care began",
            meta=" · ".join(part for part in (who, reason) if part),
        )


timeline.register(phase_steps)
