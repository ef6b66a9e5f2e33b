"""The patients list: everybody in care, finding somebody, the next fifty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from kap.accounts.enums import SCHEDULING
from kap.accounts.policies import StaffRequest, staff
from kap.audit.enums import Action, Category
from kap.audit.services import record
from kap.patients import queries
from kap.patients.enums import Phase
from kap.patients.frame import SEES_CHART
from kap.ui.text import search_words
from kap.ui.types import Link

WHOSE = ("mine", "clinic", "ended")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of the list is asked for; odd words in the address count as nothing."""

    whose: str
    phase: str
    after: UUID | None

    @classmethod
    def of(cls, request: StaffRequest) -> Wanted:
        whose, phase = request.GET.get("whose", ""), request.GET.get("phase", "")
        return cls(
            whose if whose in WHOSE else "clinic",
            phase if phase in Phase.values and phase != Phase.CLOSED else "",
            _uuid(request.GET.get("after", "")),
        )

    def url(self, **changes: Any) -> str:
        query = {"whose": self.whose, "phase": self.phase, **changes}
        return "?" + urlencode({name: value for name, value in query.items() if value})


@staff(*SEES_CHART)
@require_safe
def patient_list(request: StaffRequest) -> HttpResponse:
    wanted = Wanted.of(request)
    listing = queries.page(
        request.user, whose=wanted.whose, phase=wanted.phase, after=wanted.after
    )
    context: dict[str, Any] = {"listing": listing, "more_url": _more(wanted, listing)}
    record(
        by=request.user,
        action=Action.READ,
        category=Category.DEMOGRAPHICS,
        reason_code="list",
    )
    if "HX-Request" in request.headers and wanted.after:
        return render(request, "patients/_rows.html", context)
    counts = queries.counts(request.user, whose=wanted.whose)
    context |= {
        "counts": counts,
        "wanted": wanted,
        "segments": [
            Link(
                "Mine",
                wanted.url(whose="mine"),
                wanted.whose == "mine",
                count=counts.mine,
            ),
            Link(
                "Clinic",
                wanted.url(whose="clinic"),
                wanted.whose == "clinic",
                count=counts.clinic,
            ),
            Link(
                "Ended",
                wanted.url(whose="ended", phase=""),
                wanted.whose == "ended",
                count=counts.ended,
            ),
        ],
        "phases": _phases(wanted, counts),
        "is_first_day": not counts.clinic and not counts.ended,
        "may_register": request.user.has_role(*SCHEDULING),
    }
    return render(request, "patients/list.html", context)


@staff(*SEES_CHART)
@require_POST
def find(request: StaffRequest) -> HttpResponse:
    """What was typed travels in the body, so that no name stands in an address or a log."""
    typed = search_words(request.POST.get("q", ""))
    if not typed:
        return redirect("patients:list")
    record(by=request.user, action=Action.SEARCH, category=Category.DEMOGRAPHICS)
    rows = queries.find(typed, request.user)
    near = [] if rows else queries.nearest(typed, request.user)
    context = {
        "typed": typed,
        "listing": queries.fill(rows, request.user),
        "near": near,
        "most": queries.MOST_FOUND,
        "may_register": request.user.has_role(*SCHEDULING),
        "more_url": "",
    }
    part = "HX-Request" in request.headers
    template = "patients/_found.html" if part else "patients/found.html"
    return render(request, template, context)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _more(wanted: Wanted, listing: queries.Listing) -> str:
    if listing.after is None:
        return ""
    return reverse("patients:list") + wanted.url(after=listing.after)


def _phases(wanted: Wanted, counts: queries.Counts) -> list[dict[str, Any]]:
    """The filter chips: every phase in which somebody is, pressed when chosen."""
    return [
        {
            "word": phase.label,
            "icon": queries.PHASE_LOOK[phase][1],
            "count": counts.by_phase.get(phase, 0),
            "url": wanted.url(phase="" if wanted.phase == phase else phase),
            "chosen": wanted.phase == phase,
        }
        for phase in Phase
        if counts.by_phase.get(phase) or wanted.phase == phase
    ]
