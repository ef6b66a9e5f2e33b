"""The demo's mailbox; outside the demo these pages do not exist."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from kap.accounts.policies import StaffRequest, admin_only
from kap.audit.enums import Action, Category
from kap.audit.services import record
from kap.notifications import demo_mail, gsm
from kap.notifications.models import DemoMessage
from kap.patients.enums import Channel


@admin_only
@require_safe
def mailbox(request: StaffRequest, pk: UUID | None = None) -> HttpResponse:
    """What would have gone out; the links work, so that one can be the patient."""
    if not demo_mail.is_on():
        raise Http404
    record(by=request.user, action=Action.READ, category=Category.MESSAGE)
    found = demo_mail.newest()
    opened = _opened(found, pk)
    context = {
        "letters": found,
        "opened": opened,
        "is_text": bool(opened and opened.communication.channel == Channel.SMS),
        "paragraphs": demo_mail.parts(opened.body) if opened else [],
        "length": gsm.length(opened.body) if opened else 0,
    }
    return render(request, "notifications/mailbox.html", context)


def _opened(found: list[DemoMessage], pk: UUID | None) -> DemoMessage | None:
    if pk is None:
        return found[0] if found else None
    letters = DemoMessage.objects.select_related("communication")
    return next((one for one in found if one.pk == pk), None) or get_object_or_404(
        letters, pk=pk
    )
