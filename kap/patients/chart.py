"""What the patient's chart is made of: each app registers its panels, tabs, facts and next steps."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

from kap.accounts.enums import SCHEDULING

if TYPE_CHECKING:
    from kap.accounts.models import User
    from kap.patients.models import EpisodeOfCare, Patient

Tone = Literal["", "ok", "warn", "danger", "info", "quiet", "accent", "line"]


@dataclass(frozen=True, slots=True)
class Panel:
    """A card of the chart.  ``render`` answers the whole card, or None to stay away.

    What a role outside ``roles`` may not see is not even asked for.
    """

    key: str
    title: str
    order: int
    column: Literal["main", "side"]
    roles: frozenset[str]
    render: Callable[[ChartContext], str | None]


@dataclass(frozen=True, slots=True)
class Tab:
    """A page of the chart; ``url_name`` takes the patient's id."""

    key: str
    label: str
    url_name: str
    roles: frozenset[str] = SCHEDULING
    order: int = 50


@dataclass(frozen=True, slots=True)
class BannerFact:
    """A chip of the banner: what could hurt the patient; the lowest order stands first.

    ``tone="plain"`` makes it a quiet fact beside birth date and number (a weight).
    """

    text: str
    tone: Tone | Literal["plain"] = ""
    order: int = 50
    icon: str = ""
    url: str = ""
    """Where it is dealt with."""
    is_alarm: bool = False
    """Stands across the whole banner until it is dealt with."""


@dataclass(frozen=True, slots=True)
class NextStep:
    """One thing to do next, with where; ``tone`` danger, warn or nothing."""

    text: str
    tone: Tone = ""
    url: str = ""
    action: str = ""
    order: int = 50
    meta: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class ChartContext:
    """What a panel is drawn from; ``episode`` is the open one, or the last."""

    patient: Patient
    episode: EpisodeOfCare | None
    user: User
    now: datetime
    request: Any = None
    """For ``render_to_string``; a panel takes no other input from it."""
    steps: tuple[NextStep, ...] = ()
    """What comes next, already asked for."""

    @property
    def patient_id(self) -> UUID:
        return self.patient.pk


FactSource = Callable[[UUID, "User"], Iterable[BannerFact]]
StepSource = Callable[[UUID, "User", datetime], Iterable[NextStep]]

_panels: dict[str, Panel] = {}
_tabs: dict[str, Tab] = {}
_facts: list[FactSource] = []
_steps: list[StepSource] = []


def register_panel(panel: Panel) -> Panel:
    """Add a panel; the same key again replaces it."""
    _panels[panel.key] = panel
    return panel


def register_tab(tab: Tab) -> Tab:
    """Add a tab; the same key again replaces it."""
    _tabs[tab.key] = tab
    return tab


def register_banner_fact(source: FactSource) -> FactSource:
    """Add a source of banner facts; it sees the user and leaves out what a role may not know."""
    if source not in _facts:
        _facts.append(source)
    return source


def register_next_step(source: StepSource) -> StepSource:
    """Add a source of next steps."""
    if source not in _steps:
        _steps.append(source)
    return source


def panels_for(user: User, column: str) -> list[Panel]:
    """The panels this user may see in one column, in order."""
    found = [
        panel
        for panel in _panels.values()
        if panel.column == column and user.has_role(*panel.roles)
    ]
    return sorted(found, key=lambda panel: (panel.order, panel.key))


def tabs_for(user: User) -> list[Tab]:
    """The tabs this user may open, in order."""
    found = [tab for tab in _tabs.values() if user.has_role(*tab.roles)]
    return sorted(found, key=lambda tab: (tab.order, tab.key))


def banner_facts(patient_id: UUID, user: User) -> list[BannerFact]:
    """What every app says could hurt this patient, gravest first."""
    found = [fact for source in _facts for fact in source(patient_id, user)]
    return sorted(found, key=lambda fact: fact.order)


def next_steps(patient_id: UUID, user: User, now: datetime) -> list[NextStep]:
    """What every app says comes next, in order."""
    found = [step for source in _steps for step in source(patient_id, user, now)]
    return sorted(found, key=lambda step: step.order)
