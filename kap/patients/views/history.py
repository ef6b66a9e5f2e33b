"""Who opened and changed this chart."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kap.accounts.enums import Role
from kap.accounts.policies import StaffRequest, staff
from kap.audit import queries
from kap.audit.enums import Category
from kap.audit.forms import wanted_from
from kap.audit.services import record_read
from kap.core import clock
from kap.patients.frame import chart_frame, patient_or_404

READERS = (Role.ADMIN, Role.MEDICAL_DIRECTOR)
"""Compliance reads the same by number under /history/, without the patient's name."""


@staff(*READERS)
@require_safe
def history(request: StaffRequest, pk: UUID) -> HttpResponse:
    patient = patient_or_404(request, pk)
    record_read(by=request.user, category=Category.AUDIT, patient_id=patient.pk)
    page = queries.page(replace(wanted_from(request.GET), patient_id=patient.pk))
    older = f"?before={page.older}" if page.older else ""
    frame = chart_frame(request, patient, now=clock.now(), tab="history")
    return render(
        request, "patients/history.html", {**frame, "lines": page.lines, "older": older}
    )
