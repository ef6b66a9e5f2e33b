"""Error pages: a plain sentence, what to do next, the code that support asks for."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string


def _answer(
    request: HttpRequest, name: str, status: int, sentence: str
) -> HttpResponse:
    """The page, or only the sentence where htmx asked for a part."""
    if request.headers.get("HX-Request"):
        return HttpResponse(sentence, status=status, content_type="text/plain")
    context = {"sentence": sentence}
    return render(request, f"errors/{name}.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 -- Django's signature
    """400: the request itself cannot be read; the reason is for the log, not the page."""
    return _answer(
        request,
        "400",
        400,
        "This request could not be read. Go back and try once more.",
    )


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: the sentence of the refusal names who may."""
    sentence = str(exception) or "This page is not open to your role."
    return _answer(request, "403", 403, sentence)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 -- Django's signature
    """404: says the same whether it never was or is not yours."""
    return _answer(
        request,
        "404",
        404,
        "There is nothing at this address, or it is not yours to see.",
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 -- Django's signature
    """A form whose page was open too long; what was typed is still in the browser."""
    sentence = (
        "This page was open too long. Go back, your text is still there; "
        "reload it in a new tab if it is refused again."
    )
    return _answer(request, "403_csrf", 403, sentence)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: asks nothing of the database, because that may be what failed."""
    code = str(getattr(request, "request_id", ""))
    sentence = "Something failed on our side. What was saved before is safe."
    if request.headers.get("HX-Request"):
        return HttpResponse(sentence, status=500, content_type="text/plain")
    context: dict[str, Any] = {"code": code, "sentence": sentence}
    return HttpResponse(render_to_string("errors/500.html", context), status=500)
