"""Drafting, publishing and discarding the next edition of the eligibility rules."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from kap.accounts.models import User
from kap.accounts.services import prove_identity
from kap.audit.enums import Action, Category
from kap.audit.services import record
from kap.clinic.enums import PolicyKind
from kap.clinic.models import PolicyEdition, Site
from kap.clinic.queries import policy_in_force
from kap.clinic.services import new_edition
from kap.core.constraints import breaks
from kap.core.errors import ChangedMeanwhile, DomainError
from kap.documents.models import Meaning
from kap.documents.services import sign
from screening.models import EligibilityDraft
from screening.permissions import check_may_edit_rules
from screening.rules.eligibility_policy import DEFAULT_RULES
from screening.rules.policy_edit import changes
from screening.rules.policy_problems import Problem, problems, problems_of_rule

KIND = PolicyKind.ELIGIBILITY


class RuleNotKept(DomainError):
    """A rule of a draft contradicts what must hold; ``problems`` says where."""

    def __init__(self, found: list[Problem]) -> None:
        super().__init__(found[0].sentence)
        self.problems = found


def seal(entry: Mapping[str, Any]) -> str:
    """Names one state of one rule, so that nobody overwrites what another just changed."""
    text = json.dumps(entry, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def check_rules(body: Mapping[str, Any]) -> None:
    """For every door through which an edition comes: locked rules stay locked."""
    if "rules" not in body:
        raise DomainError("The rules must be a list under “rules”.")
    found = problems(body, DEFAULT_RULES)
    if found:
        where = f"Rule {found[0].code}: " if found[0].code else ""
        raise DomainError(where + found[0].sentence)


def begin_draft(*, site: Site | None, by: User, now: datetime) -> EligibilityDraft:
    """A draft from the edition in force; the one that is open already, if there is one."""
    check_may_edit_rules(by)
    on = now.date() if site is None else now.astimezone(site.zone).date()
    base = policy_in_force(KIND, on=on, site=site)
    try:
        with transaction.atomic():
            draft = EligibilityDraft.objects.create(
                site=site,
                based_on=base,
                body=base.body,
                begun_at=now,
                begun_by=by,
                changed_at=now,
                changed_by=by,
            )
            _record(draft, Action.CREATE, by)
    except IntegrityError as error:
        if not breaks(error, constraint="eligibility_draft_one_open"):
            raise
        return EligibilityDraft.objects.get(site=site, closed_at=None)
    return draft


def change_rule(
    *,
    draft_id: UUID,
    code: str,
    seen: str,
    entry: Mapping[str, Any],
    by: User,
    now: datetime,
) -> EligibilityDraft:
    """Keep one rule of a draft; ``seen`` is the seal of the state that was shown."""
    check_may_edit_rules(by)
    with transaction.atomic():
        draft = _open(draft_id)
        rules = list(draft.body["rules"])
        place = next(at for at, one in enumerate(rules) if one["id"] == code)
        if seal(rules[place]) != seen:
            who = draft.changed_by.name
            raise ChangedMeanwhile(
                f"{who} changed this rule meanwhile. Your text is kept below; compare and"
                " keep it again."
            )
        found = problems_of_rule(entry, draft.body, DEFAULT_RULES)
        if found:
            raise RuleNotKept(found)
        rules[place] = dict(entry)
        draft.body = {**draft.body, "rules": rules}
        draft.version += 1
        draft.changed_at, draft.changed_by = now, by
        draft.save(update_fields=["body", "version", "changed_at", "changed_by"])
        _record(draft, Action.UPDATE, by)
    return draft


def discard_draft(*, draft_id: UUID, by: User, now: datetime) -> None:
    check_may_edit_rules(by)
    with transaction.atomic():
        draft = _open(draft_id)
        draft.closed_at, draft.closed_by = now, by
        draft.save(update_fields=["closed_at", "closed_by"])
        _record(draft, Action.UPDATE, by)


def publish_draft(
    *,
    draft_id: UUID,
    version: int,
    effective_from: date,
    reason: str,
    password: str,
    by: User,
    now: datetime,
) -> PolicyEdition:
    """Sign a draft as the next edition.  Open episodes are judged anew in the background."""
    check_may_edit_rules(by)
    with transaction.atomic():
        draft = _open(draft_id)
        _check_ready(draft, version, reason)
        prove_identity(user=by, password=password, now=now)
        edition = new_edition(
            kind=KIND,
            site=draft.site,
            effective_from=effective_from,
            body=draft.body,
            source=str(draft.body.get("source", ""))[:300] or "The clinic's own rules",
            reason=reason.strip(),
            by=by,
            now=now,
        )
        draft.closed_at, draft.closed_by, draft.published = now, by, edition
        draft.save(update_fields=["closed_at", "closed_by", "published"])
        sign(
            object_type="PolicyEdition",
            object_id=edition.pk,
            meaning=Meaning.DECISION,
            content=edition_content(edition),
            user=by,
            printed_name=by.name,
            proof="password",
            now=now,
        )
    return edition


def edition_content(edition: PolicyEdition) -> str:
    """What the director signs: the rules, from when, and why."""
    return json.dumps(
        {
            "edition": edition.edition,
            "site": str(edition.site_id or ""),
            "effective_from": edition.effective_from.isoformat(),
            "reason": edition.reason,
            "body": edition.body,
        },
        sort_keys=True,
    )


def _check_ready(draft: EligibilityDraft, version: int, reason: str) -> None:
    if draft.version != version:
        raise ChangedMeanwhile(
            f"{draft.changed_by.name} changed the draft since this page was opened."
            " Look at it again, then sign."
        )
    newest = (
        PolicyEdition.objects.filter(kind=KIND, site=draft.based_on.site_id)
        .order_by("-edition")
        .first()
    )
    if newest is not None and newest.pk != draft.based_on_id:
        raise ChangedMeanwhile(
            f"Edition {newest.edition} was signed since this draft was begun. Discard the"
            " draft and begin again from that edition."
        )
    if not reason.strip():
        raise DomainError("Write the reason for the new edition.")
    if not changes(draft.based_on.body, draft.body) and (
        draft.site_id == draft.based_on.site_id
    ):
        raise DomainError("Nothing is changed yet, so there is nothing to sign.")
    check_rules(draft.body)


def _open(draft_id: UUID) -> EligibilityDraft:
    draft = (
        EligibilityDraft.objects.select_for_update(of=("self",))
        .select_related("site", "based_on", "changed_by")
        .get(pk=draft_id)
    )
    if draft.closed_at is not None:
        raise ChangedMeanwhile("This draft is signed or discarded already.")
    return draft


def _record(draft: EligibilityDraft, action: Action, by: User) -> None:
    record(
        by=by,
        action=action,
        category=Category.SYSTEM,
        object_type="EligibilityDraft",
        object_id=draft.pk,
    )
