"""Importing patients: the form and the runs so far, one run with its problems."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from kap.accounts.policies import StaffRequest, admin_only
from kap.audit.enums import Action, Category
from kap.audit.services import record
from kap.core import clock
from kap.core.access import passive
from kap.core.errors import DomainError
from kap.core.idempotency import once_only
from screening.forms.importing import ImportForm
from screening.importing import listing, runs
from screening.importing.incoming import FileRefused
from screening.importing.progress import MOST_PROBLEMS_KEPT
from screening.models import ImportProblem, ImportRun


@admin_only
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def imports(request: StaffRequest) -> HttpResponse:
    """Take a file, and list what was taken before."""
    now = clock.now()
    if request.method != "POST":
        return _page(request, ImportForm(), now=now)
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, now=now, status=422)
    wishes = runs.Wishes(
        open_episode=form.cleaned_data["open_episode"],
        accept_matches=form.cleaned_data["accept_matches"],
        is_dry_run=form.cleaned_data["is_dry_run"],
        date_order=form.cleaned_data["date_order"],
    )
    try:
        run = runs.start_run(
            chunks=form.cleaned_data["file"].chunks(),
            site=form.chosen_site(),
            wishes=wishes,
            by=request.user,
            now=now,
        )
    except (FileRefused, DomainError) as refusal:
        form.add_error("file", str(refusal))
        return _page(request, form, now=now, status=422)
    return redirect("screening:import_run", run.pk)


def _page(
    request: StaffRequest, form: ImportForm, *, now: datetime, status: int = 200
) -> HttpResponse:
    found = (
        ImportRun.objects.visible_to(request.user)
        .select_related("site", "asked_by")
        .order_by("-created_at", "-pk")
    )
    page = Paginator(found, listing.PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": [listing.run_row(run, now=now) for run in page],
    }
    return render(request, "screening/import.html", context, status=status)


def _run(request: StaffRequest, pk: UUID) -> ImportRun:
    return get_object_or_404(
        ImportRun.objects.visible_to(request.user).select_related("site", "asked_by"),
        pk=pk,
    )


@admin_only
@require_safe
def run(request: StaffRequest, pk: UUID) -> HttpResponse:
    """How far it is, or what it brought and what could not be taken."""
    found = _run(request, pk)
    problems = ImportProblem.objects.filter(run=found).order_by("position")
    page = Paginator(problems, listing.PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "row": listing.run_row(found, now=clock.now()),
        "counted": listing.counted(found.counts),
        "left": listing.left_out(found.counts),
        "page": page,
        "problems": listing.problem_rows(page),
        "kept": MOST_PROBLEMS_KEPT,
    }
    return render(request, "screening/import_run.html", context)


@passive
@admin_only
@require_safe
def progress(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The progress alone; once it ended, the page is asked for again."""
    row = listing.run_row(_run(request, pk), now=clock.now())
    response = render(request, "screening/_import_progress.html", {"row": row})
    if not row.is_running:
        response["HX-Refresh"] = "true"
    return response


@admin_only
@require_safe
def problems(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The list of problems as a table for a spreadsheet."""
    found = _run(request, pk)
    record(
        by=request.user,
        action=Action.DOWNLOAD,
        category=Category.SYSTEM,
        object_type="ImportRun",
        object_id=found.pk,
    )
    rows = ImportProblem.objects.filter(run=found).order_by("position")
    name = f"import-{found.pk.hex[:8]}.csv"
    return HttpResponse(
        listing.as_csv(rows),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )
