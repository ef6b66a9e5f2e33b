"""A request id and a place to keep what the audit needs to know about a request."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass

import structlog
from django.http import HttpRequest, HttpResponse

from kap.core.ratelimit import client_ip


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """What an audit row says about where an act came from; no clinical word."""

    request_id: uuid.UUID
    ip: str
    agent_sha256: str


_current: ContextVar[RequestFacts | None] = ContextVar("request_facts", default=None)


def current_request() -> RequestFacts | None:
    """The request being answered, or None in a task or a command."""
    return _current.get()


class RequestContextMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        agent = request.META.get("HTTP_USER_AGENT", "")
        facts = RequestFacts(
            request_id=uuid.uuid4(),
            ip=client_ip(request),
            agent_sha256=hashlib.sha256(agent.encode()).hexdigest(),
        )
        request.request_id = facts.request_id  # type: ignore[attr-defined]  # ours
        token = _current.set(facts)
        structlog.contextvars.bind_contextvars(request_id=str(facts.request_id))
        try:
            response = self.get_response(request)
        finally:
            _current.reset(token)
            structlog.contextvars.clear_contextvars()
        response["X-Request-ID"] = str(facts.request_id)
        return response
