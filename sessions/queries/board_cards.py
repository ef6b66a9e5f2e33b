"""Visits as the day board shows them: every text made once, here, and nothing in the template."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Final
from uuid import UUID

from django.utils.safestring import SafeString

from kap.pharmacy.models import Route
from kap.ui.tags.marks import PHASES, elapsed
from kap.ui.tags.words import amount
from kap.ui.types import Check
from sessions.enums import AppointmentStatus, VisitKind
from sessions.queries.board import Diary, Place, Row
from sessions.queries.board_markup import Card, room_cards
from sessions.queries.course_words import PHASE_CSS, WORDS

NIL: Final = str(UUID(int=0))
"""Stands in the addresses where a visit's id goes."""
SLOT_MIN: Final = 5
MOST_SLOTS: Final = 168
"""Fourteen hours: as many rows as the style sheet's grid has."""
DAY_STARTS, DAY_ENDS = time(8), time(18)
SHORT: Final = timedelta(minutes=60)
LATE: Final = timedelta(minutes=10)
SHOWS: Final = MappingProxyType(
    {
        "remaining": "Remaining",
        "arrived": "Arrived",
        "going": "Going on",
        "done": "Done",
        "all": "All",
    }
)
ROUTE_WORDS: Final = MappingProxyType(
    {
        Route.IV: "Ketamine IV",
        Route.IM: "Ketamine IM",
        Route.SL: "Sublingual",
        Route.IN_ESK: "Esketamine nasal",
    }
)
_KIND_ICONS: Final = MappingProxyType(
    {kind: PHASES[PHASE_CSS[kind]][0] for kind in VisitKind}
)


@dataclass(frozen=True, slots=True)
class Frame:
    """The stretch of the day that the board draws, in slots of five minutes."""

    start: datetime
    slots: int

    def row(self, at: datetime) -> int:
        """The grid line of an instant, counted from 1, cut to the frame."""
        line = round((at - self.start).total_seconds() / (60 * SLOT_MIN)) + 1
        return min(max(line, 1), self.slots + 1)

    def hours(self) -> list[tuple[int, str]]:
        """Grid line and label of every full hour, by the wall clock."""
        per_hour = 60 // SLOT_MIN
        return [
            (line + 1, f"{self.start + timedelta(minutes=line * SLOT_MIN):%H:%M}")
            for line in range(0, self.slots, per_hour)
        ]


def frame_of(place: Place, day: date, rows: Sequence[Row]) -> Frame:
    """From the opening hours, widened to what is booked, in whole hours.

    Wall-clock hours of that day; on a day when the clocks change at night the board
    begins after the change.
    """
    hours = place.hours.get(day.weekday()) or ((DAY_STARTS, DAY_ENDS),)
    start = datetime.combine(day, hours[0][0], place.zone)
    end = datetime.combine(day, hours[-1][1], place.zone)
    if rows:
        start = min(start, rows[0].starts_at.astimezone(place.zone))
        end = max(end, max(row.ends_at for row in rows).astimezone(place.zone))
    start = start.replace(minute=0, second=0, microsecond=0)
    minutes = int((end.timestamp() - start.timestamp()) // 60)
    slots = -(-minutes // 60) * (60 // SLOT_MIN)
    return Frame(start, min(max(slots, 12), MOST_SLOTS))


def state_of(row: Row) -> str:
    """Which of the tabs a visit stands under."""
    if row.status == AppointmentStatus.BOOKED:
        return "remaining"
    if row.status == AppointmentStatus.CHECKED_IN:
        return "going" if row.encounter == "in-progress" else "arrived"
    return "done"


def counts(rows: Iterable[Row]) -> dict[str, int]:
    found = dict.fromkeys(SHOWS, 0)
    for row in rows:
        found[state_of(row)] += 1
        found["all"] += 1
    return found


@dataclass(frozen=True, slots=True)
class CardMaker:
    """Makes a card of each row; what all share is worked out once."""

    place: Place
    frame: Frame
    people: Mapping[int, Diary]
    checks: Mapping[UUID, Sequence[Check]]
    is_clinical: bool
    is_today: bool
    now: datetime
    visit_url: str
    room_url: str

    def card(self, row: Row) -> Card:
        zone = self.place.zone
        start, end = row.starts_at.astimezone(zone), row.ends_at.astimezone(zone)
        room, team = self._who(row)
        state = state_of(row)
        is_short = row.ends_at - row.starts_at <= SHORT
        found: Card = {
            "id": row.id,
            "css": f"{PHASE_CSS[VisitKind(row.kind)]}{' k-ses-short' if is_short else ''}",
            "place": f"s-{self.frame.row(row.starts_at)} e-{self.frame.row(row.ends_at)}",
            "short": is_short,
            "from": f"{start:%H:%M}",
            "until": f"{end:%H:%M}",
            "name": row.name,
            "kind": self._kind(row),
            "icon": _KIND_ICONS[VisitKind(row.kind)],
            "dose": self._dose(row) if self.is_clinical else "",
            "team": team,
            "room": room.name if room else "",
            "room_id": room.id if room else 0,
            "url": self.visit_url.replace(NIL, str(row.id)),
            "state": state,
            "mark": "",
            "chip": None,
            "live": "",
            "lines": (),
            "turn": "",
        }
        if row.kind == VisitKind.DOSING:
            found["turn"] = self._turnover(row)
        self._say_state(found, row, state)
        found["act"], found["act_text"], found["act_url"] = self._action(row, state)
        return found

    def _who(self, row: Row) -> tuple[Diary | None, str]:
        """The room, and who is with the patient: the prescriber where nobody else is."""
        found: dict[str, Diary] = {}
        for part in row.parts or ():
            role, _, schedule = part.partition(":")
            diary = self.people.get(int(schedule))
            if diary is not None:
                found[role] = diary
        team = [found[role].name for role in ("nurse", "therapist") if role in found]
        if not team and "prescriber" in found:
            team = [found["prescriber"].name]
        return found.get("room"), " · ".join(team)

    def _kind(self, row: Row) -> str:
        kind = VisitKind(row.kind)
        if kind is VisitKind.DOSING:
            word = "Dose" if self.is_clinical else "Session"
            return f"{word} {row.number} of {row.of_total}"
        if kind is VisitKind.INTEGRATION:
            return f"Integration {row.number}/{row.of_total}"
        return WORDS[kind]

    def _dose(self, row: Row) -> str:
        if row.kind != VisitKind.DOSING:
            return ""
        if not row.order:
            return ROUTE_WORDS[Route(row.route)] if row.route else ""
        route, _, dose = row.order.partition(" ")
        words = f"{ROUTE_WORDS[Route(route)]} {amount(Decimal(dose))}\u00a0mg"
        if row.given_at is not None:
            words += f" at {row.given_at.astimezone(self.place.zone):%H:%M}"
        return words

    def _turnover(self, row: Row) -> str:
        if row.room_until is None or row.room_until <= row.ends_at:
            return ""
        return f"s-{self.frame.row(row.ends_at)} e-{self.frame.row(row.room_until)}"

    def _say_state(self, card: Card, row: Row, state: str) -> None:
        """Chip, tint and the short checks; quiet when all is well."""
        if state == "going" and row.started_at is not None:
            card["mark"], card["live"] = " is-live", elapsed(since=row.started_at)
        elif row.status == AppointmentStatus.FULFILLED:
            card["mark"], card["chip"] = " is-done", ("", "check", "Done")
        elif row.status == AppointmentStatus.NOSHOW:
            card["mark"] = " is-done"
            card["chip"] = ("danger", "user-x", "Did not come")
        elif state == "arrived":
            card["chip"] = ("info", "user-check", "Arrived")
        elif self.is_today and self.now - row.starts_at > LATE:
            card["chip"] = ("warn", "clock", "Late")
        if state in {"remaining", "arrived"}:
            self._say_checks(card, self.checks.get(row.id, ()), state)

    def _say_checks(self, card: Card, checks: Sequence[Check], state: str) -> None:
        if not checks:
            return
        wrong = [check.text for check in checks if check.state == "no"]
        asked = [check.text.lower() for check in checks if check.state == "wait"]
        done = [check.text for check in checks if check.state == "ok"]
        if not wrong and not asked:
            card["lines"] = (
                ("ok", "check", f"{len(done)} of {len(done)} checks done"),
            )
            if card["chip"] is None:
                card["chip"] = ("ok", "check", "Ready")
            return
        lines = [("no", "x", text) for text in wrong]
        if asked:
            lines.append(("wait", "clock", f"To ask: {', '.join(asked)}"))
        if done:
            lines.append(
                ("ok", "check", ", ".join([done[0], *map(str.lower, done[1:])]))
            )
        card["lines"] = lines
        if wrong:
            card["mark"] = " is-blocked"
            if state == "remaining":
                card["chip"] = ("danger", "ban", "Blocked")

    def _action(self, row: Row, state: str) -> tuple[str, str, str]:
        """The one thing to do next: how (post or open), its words, its address."""
        if state == "remaining":
            return ("post", "Check in", "check-in/") if self.is_today else ("", "", "")
        if state == "done" or not self.is_clinical:
            return "", "", ""
        if row.kind == VisitKind.DOSING:
            return "open", "Open session", self.room_url.replace(NIL, str(row.id))
        if state == "arrived":
            return "post", "Start", "start/"
        return "post", "Finish", "finish/"


@dataclass(frozen=True, slots=True)
class Lane:
    """A room and its visits of the day."""

    id: int
    name: str
    note: str
    cards: list[Card]

    @property
    def html(self) -> SafeString:
        return room_cards(self.cards)


ROOM_NOTES: Final = MappingProxyType(
    {"dosing": "dosing", "therapy": "therapy", "video": "remote"}
)


def lanes(cards: Iterable[Card], people: Mapping[int, Diary]) -> list[Lane]:
    """Every active room in its order, and whatever other room a visit stands in."""
    found = {
        diary.id: Lane(diary.id, diary.name, ROOM_NOTES.get(diary.room_kind, ""), [])
        for diary in people.values()
        if diary.room_kind
    }
    for card in cards:
        lane = found.get(card["room_id"])
        if lane is None:
            lane = Lane(card["room_id"], card["room"] or "No room", "", [])
            found[card["room_id"]] = lane
        lane.cards.append(card)
    return list(found.values())


__all__ = ["CardMaker", "Lane", "counts", "frame_of", "lanes", "state_of"]
