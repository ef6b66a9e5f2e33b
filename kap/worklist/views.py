"""The work list: what waits, taking it on, saying that it is done."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from kap.accounts.policies import StaffRequest, staff
from kap.core import clock
from kap.core.errors import DomainError
from kap.core.idempotency import once_only
from kap.ui.types import Link
from kap.worklist import queries, services
from kap.worklist.forms import DoneForm
from kap.worklist.models import WorkItem


def _whose(request: StaffRequest) -> str:
    return "clinic" if request.GET.get("whose") == "clinic" else "mine"


@staff()
@require_safe
def work_list(request: StaffRequest) -> HttpResponse:
    now, whose = clock.now(), _whose(request)
    found = queries.tasks(request.user, now, whose=whose)
    context = {
        "urgent": [task for task in found if task.is_urgent],
        "groups": queries.grouped([task for task in found if not task.is_urgent]),
        "count": len(found),
        "whose": whose,
        "seen_all": len(found) < queries.MOST_ON_PAGE,
        "segments": [
            Link("Mine", "?whose=mine", current=whose == "mine"),
            Link("Clinic", "?whose=clinic", current=whose == "clinic"),
        ],
    }
    return render(request, "worklist/list.html", context)


@staff()
@require_safe
def rail(request: StaffRequest) -> HttpResponse:
    """The panel of the day board alone."""
    whose = "mine" if request.GET.get("whose") == "mine" else "clinic"
    found = queries.rail(request.user, clock.now(), whose=whose)
    return render(request, "worklist/_rail.html", {"rail": found})


@staff()
@require_POST
@once_only
def take(request: StaffRequest, pk: UUID) -> HttpResponse:
    item = get_object_or_404(WorkItem.objects.visible_to(request.user), pk=pk)
    try:
        services.acknowledge(item_id=item.pk, by=request.user, now=clock.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "You have it.")
    return redirect("worklist:list")


@staff()
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def done(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Ask what was done, and close it."""
    item = get_object_or_404(
        WorkItem.objects.visible_to(request.user).select_related("patient"), pk=pk
    )
    now = clock.now()
    form = DoneForm(request.POST if request.method == "POST" else None)
    form.fields["note"].required = item.is_urgent
    if request.method == "POST" and form.is_valid():
        try:
            services.close(
                item_id=item.pk,
                by=request.user,
                now=now,
                note=form.cleaned_data["note"],
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Done. It is off the list.")
            return redirect("worklist:list")
    (task,) = queries.as_tasks([item], request.user, now)
    context = {"form": form, "task": task}
    return render(
        request, "worklist/done.html", context, status=422 if form.errors else 200
    )
