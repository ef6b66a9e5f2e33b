"""What the booking page shows: the person, the search, free places, checks, messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from django.urls import reverse

from kap.accounts.policies import StaffRequest
from kap.patients.enums import Phase
from kap.patients.models import EpisodeOfCare, Patient
from sessions.defaults import SINGLE_VISITS
from sessions.enums import ParticipantRole, VisitKind
from sessions.forms.booking import Place, SearchForm
from sessions.models import Appointment
from sessions.queries.course import LEAD, live_plan
from sessions.queries.course_open import OpenStep, open_steps
from sessions.queries.course_words import WORDS, visit_label
from sessions.queries.diary_places import (
    FreePlace,
    Places,
    Wanted,
    at_midnight,
    find_places,
    therapists,
)
from sessions.views import booking_beside as beside

USUAL_KINDS: Final = MappingProxyType(
    {
        Phase.CONSENT: VisitKind.PREPARATION,
        Phase.PREPARATION: VisitKind.PREPARATION,
        Phase.DOSING: VisitKind.INTEGRATION,
        Phase.ACUTE_REVIEW: VisitKind.FOLLOW_UP,
        Phase.MAINTENANCE: VisitKind.FOLLOW_UP,
        Phase.FOLLOW_UP: VisitKind.FOLLOW_UP,
    }
)


@dataclass
class BookingPage:
    """One patient's search for a place; ``moving`` is the visit that gets a new one."""

    request: StaffRequest
    patient: Patient
    episode: EpisodeOfCare | None
    now: datetime
    moving: Appointment | None = None
    problem: str = ""

    @cached_property
    def steps(self) -> list[OpenStep]:
        """Steps of the plan that wait for a visit."""
        if self.episode is None or self.moving is not None:
            return []
        plan = live_plan(self.episode)
        return open_steps(plan) if plan is not None else []

    @cached_property
    def site(self) -> Any:
        return self.episode.site if self.episode else self.patient.site

    @cached_property
    def whats(self) -> list[tuple[str, str]]:
        """What can be booked: the plan's next steps first."""
        if self.moving is not None:
            visit = self.moving
            return [
                (
                    f"kind:{visit.kind}",
                    visit_label(visit.kind, visit.number, visit.of_total),
                )
            ]
        planned = [
            (f"step:{step.planned_step_id}", f"{step.label}, on the plan")
            for step in self.steps
        ]
        kinds = [VisitKind.SCREENING] if self.episode is None else list(VisitKind)
        return planned + [(f"kind:{kind}", WORDS[kind]) for kind in kinds]

    @cached_property
    def asked(self) -> dict[str, str]:
        """The search as it was asked for, with what is missing filled in."""
        given = self.request.GET if self.request.method == "GET" else self.request.POST
        what = given.get("what", "")
        if what not in dict(self.whats):
            what = self._usual_kind()
        first = (
            self.now if self.moving is None else max(self.now, self.moving.starts_at)
        )
        return {
            "what": what,
            "minutes": given.get("minutes", "") or str(self._minutes(what)),
            "therapist": given.get("therapist", self._usual_therapist()),
            "first": given.get("first", "")
            or first.astimezone(self.site.zone).date().isoformat(),
            "at": given.get("at", ""),
        }

    def _usual_kind(self) -> str:
        """The plan's next step; without a plan what the phase of care calls for."""
        if self.steps or self.episode is None or self.moving is not None:
            return self.whats[0][0]
        phase = Phase(self.episode.phase)
        return f"kind:{USUAL_KINDS.get(phase, VisitKind.SCREENING)}"

    def _minutes(self, what: str) -> int:
        if self.moving is not None:
            length = self.moving.ends_at - self.moving.starts_at
            return int(length.total_seconds() // 60)
        step = self.step_of(what)
        return step.step.duration_min if step else self._single(what).minutes

    @cached_property
    def people(self) -> list[tuple[int, str, UUID]]:
        return therapists(self.site)

    def _usual_therapist(self) -> str:
        """A moved visit keeps its therapist; a new one is first sought with one's own."""
        if self.moving is not None:
            held = self.moving.participants.filter(
                is_current=True, role=ParticipantRole.THERAPIST
            )
            return str(held.values_list("schedule", flat=True).first() or "")
        own = self.episode.therapist_id if self.episode else None
        return next((str(pk) for pk, _, user in self.people if user == own), "")

    def step_of(self, what: str) -> OpenStep | None:
        wanted = what.removeprefix("step:")
        return next((s for s in self.steps if str(s.planned_step_id) == wanted), None)

    def _single(self, what: str) -> Any:
        return SINGLE_VISITS[VisitKind(what.removeprefix("kind:"))]

    def kind_of(self, what: str) -> str:
        step = self.step_of(what)
        return step.step.kind if step else what.removeprefix("kind:")

    def needs_of(self, what: str) -> list[dict[str, Any]]:
        """Who is needed when; a moved visit of a plan keeps its step's needs."""
        step = self.step_of(what)
        if step is not None:
            return list(step.step.needs)
        if self.moving is not None and self.moving.planned_step is not None:
            return list(self.moving.planned_step.step.needs)
        return list(self._single(what).needs)

    def search(self, form: SearchForm) -> Places | None:
        """The free places for a search that can be read."""
        if not form.is_valid():
            return None
        asked = form.cleaned_data
        what, step = asked["what"], self.step_of(asked["what"])
        first = max(at_midnight(asked["first"], self.site), self.now + LEAD)
        last = None
        if step is not None:
            first = max(first, step.earliest or first)
            last = step.latest + timedelta(minutes=1) if step.latest else None
        wished = None
        if asked["at"] is not None:
            wished = datetime.combine(asked["first"], asked["at"], self.site.zone)
        held: dict[str, str] = {}
        if asked["therapist"].isdigit():
            held[ParticipantRole.THERAPIST] = asked["therapist"]
        wanted = Wanted(
            kind=self.kind_of(what),
            minutes=asked["minutes"],
            needs=self.needs_of(what),
            may_be_video=step.step.may_be_video if step else self._video(what),
            first=first,
            last=last,
            held=held if self._has_therapist(what) else {},
            wished=wished,
            but_not=self.moving.pk if self.moving else None,
        )
        return find_places(self.site, self.patient.schedule_id, wanted)

    def _video(self, what: str) -> bool:
        return bool(SINGLE_VISITS[VisitKind(self.kind_of(what))].may_be_video)

    def _has_therapist(self, what: str) -> bool:
        return any(
            need["role"] == ParticipantRole.THERAPIST for need in self.needs_of(what)
        )

    def context(self, *, chosen: Place | None = None) -> dict[str, Any]:
        """For the template, search and all."""
        form = SearchForm(
            self.asked,
            whats=self.whats,
            people=[
                ("", "Anybody who is free"),
                *((str(pk), name) for pk, name, _ in self.people),
            ],
        )
        places = self.search(form)
        asked = form.cleaned_data if form.is_valid() else {}
        what = asked.get("what", self.asked["what"])
        options = self._options(places, chosen) if places is not None else []
        best = next((option for option in options if option["checked"]), None)
        return {
            "page": self,
            "patient": self.patient,
            "moving": self.moving,
            "form": form,
            "what": what,
            "minutes": asked.get("minutes", self.asked["minutes"]),
            "options": options,
            "best": best,
            "why_not": places.why_not if places is not None else (),
            "wished": places.wished if places is not None else None,
            "zone": self.site.zone,
            "problem": self.problem,
            "checks": beside.checks(self, what),
            "booked": beside.booked(self),
            "messages_planned": beside.messages(self, what, best),
            "channels": beside.channels(self),
            "chart_url": reverse("patients:chart", args=[self.patient.pk]),
        }

    def _options(self, places: Places, chosen: Place | None) -> list[dict[str, Any]]:
        zone = self.site.zone
        found = [
            {
                "code": place.code,
                "when": f"{place.start.astimezone(zone):%a %-d %b %H:%M}",
                "room": self._room(places, place),
                "people": self._people(places, place),
                "start": place.start,
                "is_best": place.is_best,
                "checked": place.is_best if chosen is None else _same(place, chosen),
            }
            for place in places.found
        ]
        if found and not any(option["checked"] for option in found):
            found[0]["checked"] = True
        return found

    def _room(self, places: Places, place: FreePlace) -> str:
        room = places.clinic.actors.get(place.resources.get(ParticipantRole.ROOM, 0))
        return room.name if room else ""

    def _people(self, places: Places, place: FreePlace) -> str:
        names = [
            places.clinic.actors[pk].short_name
            for role, pk in sorted(place.resources.items())
            if role != ParticipantRole.ROOM
        ]
        return "With " + ", ".join(dict.fromkeys(names)) if names else ""


def _same(place: FreePlace, chosen: Place) -> bool:
    return place.start == chosen.starts_at and dict(place.resources) == dict(
        chosen.resources
    )
