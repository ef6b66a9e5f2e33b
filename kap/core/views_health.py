"""Is the web process well?"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse


def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=200)


def readyz(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=503)
