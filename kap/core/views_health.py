"""Is it alive (for machines), and is everything there (for admins)?"""

from __future__ import annotations

from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kap.core import clock, readiness


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """200 when this process reaches its database, else 503; never a word more."""
    try:
        alive = readiness.database_answers()
    except Error:
        alive = False
    return HttpResponse(status=200 if alive else 503)


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """The state of every part, in words; kap.urls says that it is for admins."""
    readings = readiness.readings(now=clock.now())
    ready = all(reading.ok for reading in readings)
    return render(
        request,
        "core/readyz.html",
        {"readings": readings, "ready": ready},
        status=200 if ready else 503,
    )
