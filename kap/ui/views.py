"""Small pages of the shell: the palette, the theme, the counts, the gallery of components."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from kap.core.access import passive
from kap.ui import gallery as sample, navigation, palette
from kap.ui.access import signed_in
from kap.ui.errors import (
    bad_request,
    csrf_failure,
    forbidden,
    not_found,
    server_error,
)
from kap.ui.text import search_words

THEMES = frozenset({"light", "dark", "auto"})


@signed_in()
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Find a patient, an action or a page.  The words travel in the body, never in the address."""
    words = search_words(request.POST.get("q", ""))
    groups = palette.find(words, request.user)
    template = "ui/find.html"
    if request.headers.get("HX-Request"):
        template = "ui/find_results.html"
    return render(request, template, {"words": words, "groups": groups})


def _back(request: HttpRequest) -> HttpResponse:
    """To the page that the form stood on, or an empty answer when a script sent it."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        target = "/"
    return HttpResponseRedirect(target)


@signed_in()
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep how the pages look for this person."""
    chosen = request.POST.get("theme", "")
    if chosen not in THEMES:
        return HttpResponse("Choose light, dark or auto.", status=422)
    user: Any = request.user
    user.theme = chosen
    user.save(update_fields=["theme"])
    return _back(request)


@signed_in()
@require_POST
def shortcuts(request: HttpRequest) -> HttpResponse:
    """Switch the single-letter shortcuts on or off for this person."""
    user: Any = request.user
    user.shortcuts_enabled = request.POST.get("on") == "1"
    user.save(update_fields=["shortcuts_enabled"])
    return _back(request)


@passive
@signed_in()
@require_safe
def counts(request: HttpRequest) -> HttpResponse:
    """What waits for this person, by place; asked once after the page and then each minute."""
    rail = [
        {"key": item.key, "count": item.count(request.user)}
        for item in navigation.items_for(request.user)
        if item.count
    ]
    top = [
        {"item": item, "count": item.count(request.user)}
        for item in navigation.top_for(request.user)
    ]
    return render(request, "ui/counts.html", {"rail": rail, "top": top})


@signed_in("admin")
@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component in three themes."""
    return render(request, "ui/components.html", sample.context())


__all__ = [
    "bad_request",
    "counts",
    "csrf_failure",
    "find",
    "forbidden",
    "gallery",
    "not_found",
    "server_error",
    "shortcuts",
    "theme",
]
