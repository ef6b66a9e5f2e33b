"""Addresses for the browser tests of the scripts: a plain form, an htmx form, a board, a pad."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template import engines
from django.urls import path

from kap.core import clock
from kap.ui import fields, gallery
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

PHONE = """
{% extends "base_patient.html" %}{% block title %}Question{% endblock %}
{% block main %}{% pt_progress number=4 total=9 %}
<div class="k-row k-pt-meta"><a class="k-pt-back" href="#">{% icon name="chevron-left" size=20 %}Back</a><span class="k-push k-muted">4 of 9</span></div>
<form method="post" id="f" data-autosave>{% csrf_token %}{% answers field=form.answer lead="Over the last 2 weeks, how often have you been bothered by any of the following problems?" %}</form>
{% endblock %}
{% block foot %}<div class="k-pt-foot"><button class="btn btn-primary btn-pt w-100" form="f">Next</button><p class="k-pt-save">{% icon name="circle-check" size=16 %}Saved as you go. About 2 minutes left.</p></div>{% endblock %}
"""
ROOM = """
{% extends "base_room.html" %}{% block title %}Session{% endblock %}
{% block top %}<a class="btn btn-quiet btn-room-sm" href="#">{% icon name="chevron-left" %}Leave view</a><div class="k-room-id"><h1>Basil Notreal</h1><span class="k-muted">44 y · MRN 100 433</span></div>{% chip text="Allergy: ibuprofen" tone="danger" icon="alert-triangle" %}{% endblock %}
{% block body %}<div class="k-room-main"><div class="k-room-col">{% card heading="Dose 3 of 6" %}<p>55 mg ketamine IM</p>{% endcard %}</div>
<div class="k-room-col"><div class="k-clock">{% elapsed since=since seconds=True %}</div>{{ chart }}</div>
<div class="k-room-col"><button type="button" class="btn btn-danger-line btn-room">{% icon name="urgent" %}Call for help</button></div></div>{% endblock %}
"""
DOOR = """
{% extends "base_door.html" %}{% block title %}Sign in{% endblock %}
{% block main %}<div class="k-door-card"><h1>Sign in</h1><p>With your work address.</p><label class="form-label" for="e">Work email</label><input class="form-control" id="e"><button class="btn btn-primary btn-lg w-100 mt-3" type="button">Go on</button></div>{% endblock %}
"""

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


class Question(forms.Form):
    answer = fields.RadioField(
        label="Feeling tired or having little energy", choices=gallery.ANSWERS
    )


@signed_in()
def shell(request, source):
    context = {
        "form": Question({"answer": "1"}),
        "since": clock.now() - timedelta(minutes=50, seconds=12),
        "chart": gallery.context()["vitals"],
    }
    return _write(source, context, request)


urlpatterns = [
    path("try/phone/", shell, {"source": PHONE}),
    path("try/room/", shell, {"source": ROOM}),
    path("try/door/", shell, {"source": DOOR}),
    path("try/", page),
    path("try/part/", part),
    path("try/closed/", closed),
    path("try/broken/", broken),
    *real,
]
