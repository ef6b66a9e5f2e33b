"""The clinic's list of texts to be signed anew."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from kap.accounts.enums import SCHEDULING
from kap.accounts.policies import StaffRequest, staff
from kap.audit.enums import Action, Category
from kap.audit.services import record
from kap.core import clock
from kap.core.errors import DomainError
from kap.core.idempotency import once_only
from screening.consents import KINDS
from screening.queries.consent_renewals import PAGE, WHYS, RenewalFilter, renewals
from screening.services.consent_renewals import send_renewals


@staff(*SCHEDULING)
@require_safe
def renewals_page(request: StaffRequest) -> HttpResponse:
    """Who must sign what anew, why, and by when."""
    record(by=request.user, action=Action.READ, category=Category.CONSENT)
    wanted = RenewalFilter(
        why=request.GET.get("why", ""),
        kind=request.GET.get("kind", ""),
        unsent_only=request.GET.get("sent") == "no",
    )
    rows = renewals(request.user, on=clock.now().date(), wanted=wanted)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "total": len(rows),
        "wanted": wanted,
        "whys": WHYS,
        "kinds": [
            ("", "Any text"),
            *((key, kind.title) for key, kind in KINDS.items()),
        ],
        "is_filtered": wanted != RenewalFilter(),
    }
    return render(request, "screening/renewals.html", context)


@staff(*SCHEDULING)
@require_POST
@once_only
def send(request: StaffRequest) -> HttpResponse:
    """Put the new text before those chosen."""
    ids = [pk for text in request.POST.getlist("chosen") if (pk := _uuid(text))]
    if not ids:
        messages.error(request, "Tick at least one name.")
        return redirect("screening:renewals")
    try:
        made = send_renewals(consent_ids=ids, by=request.user, now=clock.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        word = "text is" if len(made) == 1 else "texts are"
        messages.success(request, f"{len(made)} {word} on the way.")
    return redirect("screening:renewals")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
