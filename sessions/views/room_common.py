"""What every page of the dosing room needs: the visit, the bar on top, the people, a refusal."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from kap.accounts.enums import CLINICAL
from kap.accounts.models import User
from kap.accounts.policies import StaffRequest
from kap.audit.enums import Category
from kap.audit.services import record_read
from kap.core.errors import DomainError
from kap.patients import chart
from kap.patients.models import RelatedPerson
from screening.queries.preparation import Agreed
from sessions.forms.vitals import NUMBERS
from sessions.models import Appointment
from sessions.queries.readiness_facts import Room, visits_for


def visit_or_404(request: StaffRequest, pk: UUID) -> Appointment:
    found: Appointment = get_object_or_404(visits_for(request.user), pk=pk)
    return found


def note_read(request: StaffRequest, appointment: Appointment) -> None:
    record_read(
        by=request.user,
        category=Category.DOSING,
        patient_id=appointment.patient_id,
        object_type="Appointment",
        object_id=appointment.pk,
    )


def clinicians(user: User, *, first: set[UUID] | None = None) -> list[tuple[str, str]]:
    """Everybody who may be a second person, those in the room first."""
    here = first or set()
    rows = (
        User.objects.filter(is_active=True, roles__overlap=list(CLINICAL))
        .exclude(pk=user.pk)
        .order_by("name")
        .only("pk", "name", "roles")
    )
    people = sorted(rows, key=lambda row: row.pk not in here)
    return [(str(row.pk), f"{row.name}, {row.role_label.lower()}") for row in people]


def head_of(
    request: StaffRequest, room: Room, preparation: Agreed | None
) -> dict[str, Any]:
    """The bar on top: who this is, what could hurt them, who is in the room."""
    patient = room.appointment.patient
    facts = chart.banner_facts(patient.pk, request.user)
    return {
        "visit": room.appointment,
        "patient": patient,
        "age": patient.age_years(on=room.today),
        "plain_facts": [fact for fact in facts if fact.tone == "plain"],
        "alerts": [fact for fact in facts if fact.tone != "plain"][:3],
        "touch": preparation.touch if preparation else "",
        "present": room.present,
        "am_here": any(row.user_id == request.user.pk for row in room.present),
        "is_open": room.encounter is not None and room.encounter.ended_at is None,
        "chart_url": reverse("patients:chart", args=[patient.pk]),
    }


def last_values(room: Room) -> dict[str, str]:
    """For each number field “last 144”, or nothing."""
    found = dict.fromkeys(NUMBERS, "")
    for row in room.readings:
        for name in NUMBERS:
            value = getattr(row, name)
            if value is not None:
                found[name] = f"last {value}"
    return found


def escorts_of(patient_id: UUID) -> list[tuple[str, str]]:
    rows = RelatedPerson.objects.filter(
        patient=patient_id, kind="escort", ended_at=None
    ).order_by("-created_at")
    return [
        (str(row.pk), f"{row.name}, {row.relationship or 'escort'}") for row in rows
    ]


def refused(
    request: StaffRequest,
    appointment: Appointment,
    refusal: DomainError,
    *,
    status: int = 409,
) -> HttpResponse:
    """The step does not lead from here: a sentence, and the way on."""
    context = {"visit": appointment, "sentence": str(refusal)}
    return render(request, "sessions/room/refused.html", context, status=status)
