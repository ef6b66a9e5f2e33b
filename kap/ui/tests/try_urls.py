"""Addresses for the browser tests of the scripts: a plain form, an htmx form, a board, a pad."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template import engines
from django.urls import path

from kap.ui import fields
from kap.ui.access import signed_in
from kap.urls import handler403, handler404, handler500, urlpatterns as real

__all__ = ["handler403", "handler404", "handler500", "urlpatterns"]

PAGE = """
{% extends "base_staff.html" %}{% block title %}Try{% endblock %}
{% block head %}<script type="module" src="{% static 'js/pad.js' %}"></script>{% endblock %}
{% block main %}<div class="k-pagehead"><h1>Try</h1></div><div class="k-body">
<form method="post" id="plain">{% csrf_token %}{% once %}<label for="w">Words</label><input id="w" name="w">
  <button class="btn btn-primary" data-save>Save it</button></form>
<div id="part">{% include "try-part" %}</div>
<div data-grid-keys class="k-row"><a href="#a" id="a" data-cell>A</a><a href="#b" id="b" data-cell>B</a></div>
<button hx-get="/try/closed/" hx-target="#part" class="btn btn-plain">Closed</button>
<button hx-get="/try/broken/" hx-target="#part" class="btn btn-plain">Broken</button>
<ul><li><a href="#1" data-item>one</a></li><li><a href="#2" data-item>two</a></li></ul>
<a class="btn btn-plain" href="/find/" aria-keyshortcuts="b">Book</a>
{% sign_pad name="signature" %}
</div>{% endblock %}
"""
PART = """<form method="post" action="/try/part/" hx-post="/try/part/" hx-target="#part">{% csrf_token %}
{% error_summary form=form %}{% field field=form.kg %}<button class="btn btn-primary">Weigh</button></form>"""

seen: list[str] = []


class Weight(forms.Form):
    kg = fields.DecimalField(label="Weight", low=20, high=350, unit="kg")


def _write(source: str, context: dict, request, status: int = 200) -> HttpResponse:
    template = engines["django"].from_string(
        source.replace('{% include "try-part" %}', PART)
    )
    return HttpResponse(template.render(context, request), status=status)


@signed_in()
def page(request):
    if request.method == "POST":
        seen.append(request.POST["w"])
        messages.success(request, "Saved.")
        return redirect("/try/")
    return _write(PAGE, {"form": Weight()}, request)


@signed_in()
def part(request):
    form = Weight(request.POST)
    if form.is_valid():
        return HttpResponse("<p>Weighed.</p>")
    return _write(PART, {"form": form}, request, status=422)


@signed_in()
def closed(request):
    raise PermissionDenied("Only prescribers sign orders.")


@signed_in()
def broken(request):
    return render(request, "500.html", {"code": "", "sentence": ""}, status=500)


urlpatterns = [
    path("try/", page),
    path("try/part/", part),
    path("try/closed/", closed),
    path("try/broken/", broken),
    *real,
]
