"""The rules' editions, and the draft of the next one; signed by the medical director."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from kap.accounts.enums import Role
from kap.accounts.policies import StaffRequest, staff
from kap.clinic.enums import PolicyKind
from kap.clinic.models import PolicyEdition
from kap.core import clock
from kap.core.errors import DomainError, NotAllowed
from kap.core.idempotency import once_only
from screening.forms.policy import BeginForm, PublishForm, RuleForm
from screening.models import EligibilityDraft
from screening.queries import policies
from screening.queries.policy_preview import MOST, SHOWN, preview
from screening.rules.eligibility_policy import DEFAULT_RULES
from screening.rules.policy_edit import OUTCOME_WORD, changes
from screening.rules.policy_problems import problems
from screening.rules.rule_set import Outcome
from screening.services import policy_edit

SHIPPED = {entry["id"]: entry for entry in DEFAULT_RULES["rules"]}


@staff(Role.MEDICAL_DIRECTOR, Role.COMPLIANCE)
@require_safe
def rules(request: StaffRequest) -> HttpResponse:
    """Every edition with who signed it and why; the open drafts for the director."""
    may_edit = request.user.has_role(Role.MEDICAL_DIRECTOR)
    context = {
        "lines": policies.editions(on=clock.now().date()),
        "may_edit": may_edit,
        "drafts": policies.open_drafts() if may_edit else [],
        "form": BeginForm() if may_edit else None,
    }
    return render(request, "screening/rules.html", context)


@staff(Role.MEDICAL_DIRECTOR, Role.COMPLIANCE)
@require_safe
def edition(request: StaffRequest, pk: UUID) -> HttpResponse:
    """One edition: what it changed, and all of its rules; made to be printed."""
    found = get_object_or_404(
        PolicyEdition.objects.select_related("site", "signed_by"),
        pk=pk,
        kind=PolicyKind.ELIGIBILITY,
    )
    before, changed = policies.changes_of(found)
    context = {
        "edition": found,
        "before": before,
        "changes": changed,
        "domains": _domains(found.body, set()),
        "draft": None,
    }
    return render(request, "screening/rules_edition.html", context)


@staff(Role.MEDICAL_DIRECTOR)
@require_POST
@once_only
def begin(request: StaffRequest) -> HttpResponse:
    form = BeginForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose one of the sites of this clinic.")
        return redirect("screening:rules")
    draft = policy_edit.begin_draft(
        site=form.cleaned_data["site"], by=request.user, now=clock.now()
    )
    return redirect("screening:rules_draft", draft.pk)


@staff(Role.MEDICAL_DIRECTOR)
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def draft(request: StaffRequest, pk: UUID) -> HttpResponse:
    """All rules of a draft, what speaks against it, and its signature."""
    found = _draft_or_404(pk)
    posted = request.POST if request.method == "POST" else None
    form = PublishForm(posted, today=clock.now().date())
    if posted is not None and form.is_valid():
        try:
            made = policy_edit.publish_draft(
                draft_id=found.pk,
                version=_whole(posted.get("version", "")),
                effective_from=form.cleaned_data["effective_from"],
                reason=form.cleaned_data["reason"],
                password=form.cleaned_data["password"],
                by=request.user,
                now=clock.now(),
            )
        except DomainError as refusal:
            form.add_error(_field_of(refusal), str(refusal))
        else:
            words = (
                f"Edition {made.edition} is signed. Open courses are judged anew now."
            )
            messages.success(request, words)
            return redirect("screening:rules_edition", made.pk)
    changed = changes(found.based_on.body, found.body)
    context = {
        "draft": found,
        "form": form,
        "changes": changed,
        "problems": problems(found.body, DEFAULT_RULES),
        "domains": _domains(found.body, {one.code for one in changed}),
    }
    status = 422 if form.errors else 200
    return render(request, "screening/rules_draft.html", context, status=status)


@staff(Role.MEDICAL_DIRECTOR)
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def rule(request: StaffRequest, pk: UUID, code: str) -> HttpResponse:
    """One rule of a draft."""
    found = _draft_or_404(pk)
    entry = next((one for one in found.body["rules"] if one["id"] == code), None)
    if entry is None:
        raise Http404
    posted = request.POST if request.method == "POST" else None
    form = RuleForm(posted, entry=entry, shipped=SHIPPED.get(code))
    if posted is not None and form.is_valid():
        try:
            policy_edit.change_rule(
                draft_id=found.pk,
                code=code,
                seen=posted.get("seen", ""),
                entry=form.changed_entry(),
                by=request.user,
                now=clock.now(),
            )
        except policy_edit.RuleNotKept as refusal:
            form.show(refusal.problems)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Rule {code} is kept in the draft.")
            return redirect("screening:rules_draft", found.pk)
    context = {
        "draft": found,
        "entry": entry,
        "form": form,
        "seen": policy_edit.seal(entry),
    }
    status = 422 if form.errors else 200
    return render(request, "screening/rules_rule.html", context, status=status)


@staff(Role.MEDICAL_DIRECTOR)
@require_safe
def affected(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Which patients of now the draft would judge otherwise."""
    found = _draft_or_404(pk)
    context = {
        "draft": found,
        "preview": preview(found, user=request.user, now=clock.now()),
        "most": MOST,
        "shown": SHOWN,
    }
    return render(request, "screening/rules_preview.html", context)


@staff(Role.MEDICAL_DIRECTOR)
@require_POST
@once_only
def discard(request: StaffRequest, pk: UUID) -> HttpResponse:
    try:
        policy_edit.discard_draft(
            draft_id=_draft_or_404(pk).pk, by=request.user, now=clock.now()
        )
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "The draft is discarded.")
    return redirect("screening:rules")


def _draft_or_404(pk: UUID) -> EligibilityDraft:
    return get_object_or_404(
        EligibilityDraft.objects.select_related("site", "based_on", "changed_by"),
        pk=pk,
        closed_at=None,
    )


def _domains(body: Any, changed: set[str]) -> list[tuple[str, list[dict[str, Any]]]]:
    """The rules by domain, each with its outcomes in words."""
    grouped: dict[str, list[dict[str, Any]]] = {}
    for entry in body["rules"]:
        name = str(entry.get("domain") or "other").capitalize()
        grouped.setdefault(name, []).append(
            {
                "id": entry["id"],
                "title": entry["title"],
                "racemic": OUTCOME_WORD[Outcome(entry["rac"])],
                "esketamine": OUTCOME_WORD[Outcome(entry["esk"])],
                "enabled": entry.get("enabled", True),
                "locked": entry.get("locked", False),
                "source": entry.get("source", ""),
                "changed": entry["id"] in changed,
            }
        )
    return sorted(grouped.items())


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else -1


def _field_of(refusal: DomainError) -> str | None:
    if isinstance(refusal, NotAllowed):
        return "password"
    return "reason" if "reason" in str(refusal) else None
