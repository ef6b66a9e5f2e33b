"""Who did what: for compliance and admins all of it, for everybody their own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from kap.accounts.enums import Role
from kap.accounts.models import User
from kap.accounts.policies import staff
from kap.audit import queries
from kap.audit.enums import Action, Category
from kap.audit.export import as_csv
from kap.audit.forms import HistoryForm, wanted_from
from kap.audit.services import record


@staff(Role.COMPLIANCE, Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def history(request: HttpRequest) -> HttpResponse:
    """The whole history.  The filter is posted, so that no number stands in an address."""
    form = HistoryForm(_posted(request), initial=_initial(request))
    if request.method == "POST":
        if form.is_valid():
            query = form.query()
            return redirect(f"{reverse('audit:history')}{'?' if query else ''}{query}")
        page = queries.HistoryPage(lines=[], older=None)
        return _show(request, page, status=422, form=form)
    wanted = wanted_from(request.GET)
    _say_that_it_was_read(request, Action.READ, wanted)
    return _show(request, queries.page(wanted), form=form)


@staff(Role.COMPLIANCE, Role.ADMIN)
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The same as CSV, at most 50,000 rows."""
    wanted = replace(wanted_from(request.GET), before=None)
    _say_that_it_was_read(request, Action.EXPORT, wanted)
    lines = as_csv(queries.every_line(wanted))
    response = HttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="history.csv"'
    return response


@staff()
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What the person signed in opened and changed."""
    user = cast(User, request.user)
    wanted = replace(wanted_from(request.GET), actor_id=user.pk, patient_id=None)
    return _show(request, queries.page(wanted), form=None)


def _posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _initial(request: HttpRequest) -> dict[str, str]:
    names = ("actor", "action", "first", "last")
    return {name: request.GET.get(name, "") for name in names}


def _show(
    request: HttpRequest,
    page: queries.HistoryPage,
    *,
    form: HistoryForm | None,
    status: int = 200,
) -> HttpResponse:
    query = request.GET.copy()
    query.pop("before", None)
    context: dict[str, Any] = {"page": page, "form": form, "query": query.urlencode()}
    if page.older:
        query["before"] = str(page.older)
    context["older"] = f"?{query.urlencode()}" if page.older else ""
    return render(request, "audit/history.html", context, status=status)


def _say_that_it_was_read(
    request: HttpRequest, action: Action, wanted: queries.Wanted
) -> None:
    record(
        by=cast(User, request.user),
        action=action,
        category=Category.AUDIT,
        patient_id=wanted.patient_id,
        object_type="audit.auditevent",
    )
