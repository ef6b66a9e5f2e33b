"""The content security policy, written out once instead of twice for every answer."""

from __future__ import annotations

from typing import Final

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

_CHANGED: Final = ("_csp_exempt", "_csp_config", "_csp_update", "_csp_replace")


class PlainCSPMiddleware(CSPMiddleware):
    """One policy for every page; an answer that has its own goes the package's way."""

    _policy = ""

    def process_request(self, request: HttpRequest) -> None:
        """No nonce: there is no script or style in a page."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if settings.DEBUG or any(hasattr(response, name) for name in _CHANGED):
            return super().process_response(request, response)
        self._policy = self._policy or build_policy()
        response.headers.setdefault(HEADER, self._policy)
        return response
