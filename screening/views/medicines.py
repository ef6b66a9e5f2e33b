"""Going through the medicines with the patient, before the course and on the day of a dose."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from kap.accounts.enums import CLINICAL
from kap.accounts.policies import StaffRequest, staff
from kap.audit.enums import Category
from kap.audit.services import record_read
from kap.core import clock
from kap.core.errors import DomainError, NotAllowed
from kap.core.idempotency import once_only
from kap.documents.services import request_document
from screening.enums_medicines import ReconciliationState
from screening.forms.medicines import MedicineLineForm, ReconcileForms
from screening.forms.review import EndMedicineForm
from screening.models import MedicationReconciliation, MedicationStatement
from screening.queries.medicine_cards import Card, card_of, twice_written
from screening.queries.medicines import current_statements, newest_confirmed
from screening.services.medicine_end import end_medication
from screening.services.medicines import ReconciliationRefused, reconcile_medicines
from screening.views.staff import episode_or_404, frame

KEPT = {
    ReconciliationState.CONFIRMED: "Confirmed. The rules run again.",
    ReconciliationState.PREPARED: "Kept. A prescriber is asked to sign it.",
}
MOST_LISTS = 12


@staff(*CLINICAL)
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def reconcile(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Each medicine with what it is and what is done; confirmed, or prepared to be signed."""
    episode, now = episode_or_404(request, pk), clock.now()
    is_today = "today" in request.GET
    visit_on = now.astimezone(episode.site.zone).date() if is_today else None
    rows = list(current_statements(episode.patient_id))
    lists = list(
        MedicationReconciliation.objects.visible_to(request.user)
        .filter(episode=episode)
        .select_related("made_by", "signed_by")
        .order_by("-made_at", "-pk")[:MOST_LISTS]
    )
    posted = request.POST if request.method == "POST" else None
    forms = ReconcileForms(
        posted, rows=rows, before=lists[0] if lists else None, visit_on=visit_on
    )
    if posted is not None and forms.is_valid():
        try:
            made = reconcile_medicines(
                episode=episode, facts=forms.facts(), by=request.user, now=now
            )
        except ReconciliationRefused as refusal:
            forms.refuse(refusal.problems)
        except DomainError as refusal:
            is_password = isinstance(refusal, NotAllowed)
            forms.whole.add_error("password" if is_password else None, str(refusal))
        else:
            messages.success(request, KEPT[ReconciliationState(made.state)])
            return redirect("screening:review", episode.pk)
    record_read(
        by=request.user, category=Category.SCREENING, patient_id=episode.patient_id
    )
    refused = list(forms.refused())
    context: dict[str, Any] = {
        **frame(request, episode, now=now),
        "forms": forms,
        "cards": [_card(line, lists) for line in forms.lines],
        "refused": refused,
        "twice": twice_written(rows),
        "lists": lists,
        "waits": bool(lists) and lists[0].state == ReconciliationState.PREPARED,
        "confirmed": _newest_confirmed(lists),
        "may_sign": request.user.may_prescribe,
        "visit_on": visit_on,
    }
    return render(
        request, "screening/reconcile.html", context, status=422 if refused else 200
    )


def _newest_confirmed(
    lists: list[MedicationReconciliation],
) -> MedicationReconciliation | None:
    done = (one for one in lists if one.state == ReconciliationState.CONFIRMED)
    return next(done, None)


def _card(line: MedicineLineForm, lists: list[MedicationReconciliation]) -> Card:
    route = line.data.get("route", "") or (lists[0].route if lists else "")
    return card_of(line, route)


@staff(*CLINICAL)
@require_POST
@once_only
def paper(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The patient's sheet of the newest confirmed list, as a PDF."""
    episode, now = episode_or_404(request, pk), clock.now()
    made = newest_confirmed(episode.pk)
    if made is None:
        messages.error(request, "Confirm the list first.")
    else:
        request_document(
            kind="medicine-sheet",
            source_id=made.pk,
            patient=episode.patient,
            by=request.user,
            now=now,
        )
        messages.success(request, "The sheet is being made.")
    return redirect("screening:reconcile", episode.pk)


@staff(*CLINICAL)
@require_POST
@once_only
def end(request: StaffRequest, pk: UUID, row: UUID) -> HttpResponse:
    """The last day of a medicine that is no longer taken."""
    episode, now = episode_or_404(request, pk), clock.now()
    statement = get_object_or_404(
        MedicationStatement, pk=row, patient=episode.patient_id
    )
    form = EndMedicineForm(request.POST)
    if not form.is_valid():
        sentence = next(iter(form.errors["ended_on"]))
        messages.error(request, f"Not ended: {sentence}")
        return redirect("screening:medicines", episode.pk)
    try:
        end_medication(
            statement_id=statement.pk,
            ended_on=form.cleaned_data["ended_on"],
            today=now.astimezone(episode.site.zone).date(),
            by=request.user,
        )
    except DomainError as refusal:
        messages.error(request, f"Not ended: {refusal}")
    else:
        messages.success(request, "Ended. It stays in the history.")
    return redirect("screening:medicines", episode.pk)
