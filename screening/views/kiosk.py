"""The clinic's tablet: staff show a code, the patient enters it, one form opens."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib.auth import logout
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from kap.accounts.enums import SCHEDULING
from kap.accounts.policies import StaffRequest, public, staff
from kap.core import clock
from kap.core.idempotency import once_only
from kap.core.ratelimit import Limit, client_ip, give_back, hit
from kap.patients import links
from kap.ui.fields import TextField
from screening.services.kiosk import DIGITS, LIVES, make_code, redeem_code
from screening.views.form_states import open_form_or_404
from screening.views.staff import episode_or_404, frame

BY_ADDRESS = Limit("kiosk", 10, LIVES)
"""Tries from one network address; the clinic's tablets share one."""


class CodeForm(forms.Form):
    """Six digits, with or without a space between them."""

    code = TextField(
        label=_("Code with six digits"),
        max_length=20,
        error_messages={"required": _("Enter the code that the clinic shows you.")},
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "autofocus": True}
        ),
    )

    def clean_code(self) -> str:
        code = "".join(str(self.cleaned_data["code"]).split())
        if not (code.isascii() and code.isdigit() and len(code) == DIGITS):
            raise forms.ValidationError(_("The code has six digits."))
        return code


@public
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Ask for the code.  Opening the page changes nothing."""
    if request.method != "POST":
        over = "over" in request.GET
        return _page(request, CodeForm(), template="kiosk_over" if over else "kiosk")
    form, now = CodeForm(request.POST), clock.now()
    if not form.is_valid():
        return _page(request, form)
    address = client_ip(request)
    if not hit(BY_ADDRESS, address, now=now):
        form.add_error(
            "code", _("Too many wrong codes. Ask the front desk to open the form.")
        )
        return _page(request, form, status=429)
    opened = redeem_code(code=form.cleaned_data["code"], now=now)
    if opened is None:
        form.add_error(
            "code", _("This code is not valid. Ask the front desk for a new one.")
        )
        return _page(request, form)
    give_back(BY_ADDRESS, address)
    link, secret = opened
    list(get_messages(request))
    logout(request)
    response = redirect(links.purpose_of(link.purpose).view_name)
    links.start_session(response, secret)
    return links.neutral(response)


def _page(
    request: HttpRequest, form: CodeForm, *, template: str = "kiosk", status: int = 0
) -> HttpResponse:
    context = {"form": form, "is_staff": request.user.is_authenticated}
    answer = render(
        request,
        f"screening/p/{template}.html",
        context,
        status=status or (422 if form.errors else 200),
    )
    return links.neutral(answer)


@staff(*SCHEDULING)
@require_POST
@once_only
def show_code(request: StaffRequest, pk: UUID, kind: str, form: UUID) -> HttpResponse:
    """Make a code and show it once."""
    episode, now = episode_or_404(request, pk), clock.now()
    open_form_or_404(episode, kind, form)
    code = make_code(
        patient=episode.patient, purpose=kind, object_id=form, by=request.user, now=now
    )
    context = {
        **frame(request, episode, now=now),
        "code": f"{code[:3]}\u00a0{code[3:]}",
        "until": now + LIVES,
    }
    return links.neutral(render(request, "screening/kiosk_code.html", context))
