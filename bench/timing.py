"""Says in a header how long the application itself took, so that queueing can be told apart."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

from django.http import HttpRequest, HttpResponse

HEADER = "X-Bench-Ms"


class TimingMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        start = perf_counter()
        response = self.get_response(request)
        response[HEADER] = f"{1000 * (perf_counter() - start):.2f}"
        return response
