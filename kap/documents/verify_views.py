"""The page where anybody may learn whether a PDF is one of this clinic's."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from kap.accounts.policies import public
from kap.core import clock
from kap.core.ratelimit import client_ip, hit
from kap.documents.verify import BY_ADDRESS, MAX_BYTES, fingerprint_of, look_up
from kap.documents.verify_upload import DigestedFile, DigestHandler

TOO_LARGE = (
    "This file is larger than 20 MB. Ours are smaller; choose the PDF we gave you."
)


class VerifyForm(forms.Form):
    """A file, or its fingerprint."""

    file = forms.FileField(
        label="The PDF",
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}),
    )
    fingerprint = forms.CharField(
        label="Or the fingerprint of the file (SHA-256)",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        text = data.get("fingerprint", "")
        file = data.get("file")
        if text and not fingerprint_of(text):
            self.add_error(
                "fingerprint",
                "A fingerprint has 64 signs: digits and the letters a to f.",
            )
        elif not text and file is None:
            self.add_error("file", "Choose the PDF, or paste its fingerprint.")
        return data

    def checksum(self) -> str:
        file = self.cleaned_data.get("file")
        if file is not None:
            return cast(DigestedFile, file).checksum
        return fingerprint_of(self.cleaned_data["fingerprint"])


@public
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Genuine or not known; no name, no word of the care; the file is kept nowhere."""
    if request.method != "POST":
        return _page(request, VerifyForm())
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BYTES + 10_000:
        return _page(request, VerifyForm(), problem=TOO_LARGE, status=422)
    handler = DigestHandler(request)
    request.upload_handlers = [handler]
    return _checked(request, handler)


@csrf_protect
def _checked(request: HttpRequest, handler: DigestHandler) -> HttpResponse:
    if not hit(BY_ADDRESS, client_ip(request), now=clock.now()):
        words = "That were many tries. Wait ten minutes, then try again."
        return _page(request, VerifyForm(), problem=words, status=429)
    form = VerifyForm(request.POST, request.FILES)
    if handler.is_too_large:
        return _page(request, VerifyForm(), problem=TOO_LARGE, status=422)
    if not form.is_valid():
        return _page(request, form, status=422)
    return _page(request, VerifyForm(), answer=look_up(form.checksum()))


def _page(
    request: HttpRequest, form: forms.Form, *, status: int = 200, **more: Any
) -> HttpResponse:
    response = render(
        request, "documents/verify.html", {"form": form, **more}, status=status
    )
    response["Cache-Control"] = "no-store"
    return response
