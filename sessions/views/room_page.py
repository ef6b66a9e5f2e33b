"""Page w, before the dose: everything on it, and how a refused form is shown again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import render

from kap.accounts.policies import StaffRequest
from sessions import gates
from sessions.forms.dosing import (
    CheckForm,
    GiveForm,
    NotTodayForm,
    OverrideForm,
    SyringeForm,
    TimeOutForm,
    WeightForm,
)
from sessions.forms.order import OrderForm
from sessions.forms.vitals import VitalsForm
from sessions.models import Appointment
from sessions.queries.live import latest_of, preparation_of
from sessions.queries.live_version import version_of
from sessions.queries.readiness import Readiness, readiness_of
from sessions.queries.readiness_chair import READERS, VOLUME, amount_word
from sessions.queries.readiness_dose import previous_dose
from sessions.queries.readiness_facts import Room, room_of
from sessions.rules.dose_units import with_unit
from sessions.rules.readiness_types import GateResult, GateState
from sessions.services.dosing_common import GIVES
from sessions.views.room_common import (
    clinicians,
    escorts_of,
    head_of,
    last_values,
    note_read,
)

MENDED_AT: Final = MappingProxyType(
    {
        "G-09": ("ask", "Ask now"),
        "G-10": ("ask", "Ask now"),
        "G-11": ("ask", "Name the escort"),
        "G-12": ("weigh", "Weigh now"),
        "G-13": ("ask", "Ask now"),
        "G-14": ("reading", "Measure"),
        "G-15": ("order", "Write the order"),
        "G-17": ("present", "Come in"),
        VOLUME: ("volume", "Read the syringe"),
        "G-19": ("timeout", "Hold the time-out"),
    }
)
"""Where on this page an open gate is mended; the others are mended in the chart."""
STATE_LOOKS: Final = MappingProxyType(
    {
        GateState.DONE: ("is-ok", "check", "done"),
        GateState.OPEN: ("is-hold", "clock", "open"),
        GateState.BLOCKED: ("is-hold", "ban", "blocked"),
        GateState.UNKNOWN: ("is-last", "circle", "to do"),
        GateState.NOT_NEEDED: ("is-none", "minus", "not needed"),
    }
)


@dataclass(frozen=True, slots=True)
class GateLine:
    """One gate as the list shows it."""

    gate: GateResult
    css: str
    icon: str
    state: str
    anchor: str
    action: str
    passed: Any
    """The override, when somebody went on past it."""
    form: OverrideForm | None
    needs_second: bool


class GatePage:
    """One view of page w; ``forms`` are the bound ones, by name."""

    def __init__(
        self,
        request: StaffRequest,
        appointment: Appointment,
        *,
        now: datetime,
        **forms: Form,
    ) -> None:
        self.request, self.appointment, self.now = request, appointment, now
        self.forms = forms

    @cached_property
    def room(self) -> Room:
        return room_of(self.appointment, now=self.now)

    @cached_property
    def readiness(self) -> Readiness:
        return readiness_of(self.room, now=self.now)

    @cached_property
    def people(self) -> list[tuple[str, str]]:
        here = {row.user_id for row in self.room.present}
        return clinicians(self.request.user, first=here)

    def response(self, *, status: int = 200) -> HttpResponse:
        note_read(self.request, self.appointment)
        return render(
            self.request, "sessions/gate/gate.html", self.context(), status=status
        )

    def context(self) -> dict[str, Any]:
        room, preparation = self.room, preparation_of(self.room)
        return {
            **head_of(self.request, room, preparation),
            **self.part_context(),
            **self._order_context(),
            **self._reading_context(),
            **self._form_context(),
            "intention": preparation.intention if preparation else "",
        }

    def part_context(self) -> dict[str, Any]:
        """What the poll draws anew: the gates, and what the dose waits for."""
        room, readiness, user = self.room, self.readiness, self.request.user
        lines = {gate.code: self._line(gate) for gate in readiness.results}
        passed = [g for g in readiness.results if g.state in gates.PASSED]
        groups = [
            (
                gates.OWNER_TITLES[owner],
                [lines[gate.code] for gate in found],
                sum(gate.state in gates.PASSED for gate in found),
            )
            for owner, found in gates.by_owner(readiness.results)
        ]
        return {
            "visit": self.appointment,
            "open_lines": [lines[gate.code] for gate in readiness.open],
            "groups": groups,
            "done_count": len(passed),
            "gate_count": len(readiness.results),
            "waits_for": ", ".join(gate.title.lower() for gate in readiness.open),
            "may_begin": readiness.may_begin and room.is_open_for_dose,
            "is_here": room.is_open_for_dose,
            "may_give": user.has_role(*GIVES),
            "order": room.order,
            "dose_words": with_unit(room.order.dose_mg, "mg") if room.order else "",
            "version": version_of(self.appointment.pk, now=self.now),
            "now": self.now,
        }

    def _line(self, gate: GateResult) -> GateLine:
        css, icon, state = STATE_LOOKS[gate.state]
        anchor, action = MENDED_AT.get(gate.code, ("", ""))
        passed = self.room.overrides.get(gate.code) if gate.holds_the_dose else None
        may = gates.may_override(self.request.user, gate) and not passed
        form = None
        if may and gate.holds_the_dose:
            form = self._override_form(gate)
        return GateLine(
            gate=gate,
            css=css,
            icon=icon,
            state=state,
            anchor=anchor,
            action=action,
            passed=passed,
            form=form,
            needs_second=len(gate.overridable_by) > 1,
        )

    def _override_form(self, gate: GateResult) -> OverrideForm:
        bound = self.forms.get("override")
        if isinstance(bound, OverrideForm) and bound.data.get("code") == gate.code:
            return bound
        return OverrideForm(code=gate.code)

    def _order_context(self) -> dict[str, Any]:
        room = self.room
        form = self.forms.get("order_form")
        return {
            "order_form": form
            or (OrderForm() if self.request.user.may_prescribe else None),
            "order_is_open": form is not None or room.order is None,
            "may_prescribe": self.request.user.may_prescribe,
            "previous": previous_dose(self.appointment, str(room.route)),
            "weight": self.readiness.weight,
        }

    def _reading_context(self) -> dict[str, Any]:
        room, vitals = self.room, self.readiness.vitals
        return {
            "vitals_form": self.forms.get("vitals_form") or VitalsForm(),
            "readings": room.before,
            "latest": latest_of(room),
            "last": last_values(room),
            "before": vitals,
            "recheck_at": vitals.recheck_at
            if vitals.recheck_at and vitals.recheck_at > self.now
            else None,
        }

    def _form_context(self) -> dict[str, Any]:
        room, order = self.room, self.room.order
        unit = amount_word(room)
        start = {"order": order.pk} if order else {}
        first_read = room.syringe[-1] if len(room.syringe) % READERS else None
        return {
            "check_form": self.forms.get("check_form") or self._check_form(),
            "weight_form": self.forms.get("weight_form") or WeightForm(),
            "syringe_form": self.forms.get("syringe_form")
            or SyringeForm(unit=unit, initial=start),
            "timeout_form": self.forms.get("timeout_form")
            or TimeOutForm(people=self.people, unit=unit, initial=start),
            "give_form": self.forms.get("give_form")
            or GiveForm(people=self.people, initial=start),
            "stop_form": self.forms.get("stop_form") or NotTodayForm(),
            "first_read": first_read,
            "volume": self.readiness.gate(VOLUME),
            "time_out": self.readiness.gate("G-19"),
        }

    def _check_form(self) -> CheckForm:
        return CheckForm(
            people=escorts_of(self.appointment.patient_id),
            now=self.now,
            zone=self.room.zone,
        )
