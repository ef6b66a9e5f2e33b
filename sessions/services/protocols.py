"""Editions of protocols: begun from the last one, written as text, published with a reason."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max

from kap.accounts.enums import Role
from kap.audit import services as audit
from kap.audit.enums import Action, Category
from kap.core.constraints import breaks
from kap.core.errors import ChangedMeanwhile, DomainError, NotAllowed
from sessions.defaults import protocol_steps, protocol_values
from sessions.models import Protocol, ProtocolDraft, ProtocolStep
from sessions.queries.protocols import body_of, known_words
from sessions.rules.protocol_check import Problem, check_protocol
from sessions.rules.protocol_draft import read_draft, text_of
from sessions.rules.protocol_types import ProtocolBody

if TYPE_CHECKING:
    from kap.accounts.models import User

EDITORS: Final = (Role.MEDICAL_DIRECTOR, Role.ADMIN)
CODE: Final = re.compile(r"[a-z][a-z0-9_]{2,38}")


class ProtocolRefused(DomainError):
    """The edition cannot be published as it is."""


def check_may_edit(by: User) -> None:
    if not by.has_role(*EDITORS):
        raise NotAllowed("The medical director and admins write protocols.")


def start_draft(*, protocol_id: UUID, by: User, now: datetime) -> ProtocolDraft:
    """The next edition, begun from this one; the draft there is already, if there is one."""
    check_may_edit(by)
    protocol = Protocol.objects.get(pk=protocol_id)
    return _open(protocol.code, text_of(body_of(protocol)), protocol, by=by, now=now)


def start_new(*, code: str, like_id: UUID, by: User, now: datetime) -> ProtocolDraft:
    """A protocol of a new code, begun from another one."""
    check_may_edit(by)
    if not CODE.fullmatch(code):
        raise DomainError(
            "Write the code in small letters, digits and _, such as clinic_im_5."
        )
    if Protocol.objects.filter(code=code).exists():
        raise DomainError("This code is taken. Begin the next edition of it instead.")
    like = Protocol.objects.get(pk=like_id)
    text = text_of(body_of(like))
    text["head"]["source"] = f"Begun from {like.code}, edition {like.edition}"[:300]
    return _open(code, text, like, by=by, now=now)


def _open(
    code: str, text: dict[str, Any], based_on: Protocol, *, by: User, now: datetime
) -> ProtocolDraft:
    try:
        with transaction.atomic():
            draft = ProtocolDraft.objects.create(
                code=code,
                based_on=based_on,
                body=text,
                changed_at=now,
                changed_by=by,
            )
            _record(draft, Action.CREATE, by=by)
    except IntegrityError as error:
        if not breaks(error, constraint="protocol_draft_one_open_for_a_code"):
            raise
        return ProtocolDraft.objects.get(
            code=code, published__isnull=True, dropped_at__isnull=True
        )
    return draft


def save_draft(
    *, draft_id: UUID, version: int, text: Mapping[str, Any], by: User, now: datetime
) -> ProtocolDraft:
    """Keep what was typed, sound or not; ChangedMeanwhile when somebody else saved first."""
    check_may_edit(by)
    with transaction.atomic():
        draft = _held(draft_id, version)
        draft.body = dict(text)
        draft.version += 1
        draft.changed_at, draft.changed_by = now, by
        draft.save(update_fields=["body", "version", "changed_at", "changed_by"])
        _record(draft, Action.UPDATE, by=by)
    return draft


def drop_draft(*, draft_id: UUID, version: int, by: User, now: datetime) -> None:
    check_may_edit(by)
    with transaction.atomic():
        draft = _held(draft_id, version)
        draft.dropped_at = now
        draft.save(update_fields=["dropped_at"])
        _record(draft, Action.UPDATE, by=by, reason="dropped")


def publish(
    *,
    draft_id: UUID,
    version: int,
    reason: str,
    effective_from: date,
    by: User,
    now: datetime,
) -> Protocol:
    """Make the draft an edition.  Courses that run keep theirs; raises ProtocolRefused."""
    check_may_edit(by)
    if not reason.strip():
        raise ProtocolRefused("Write what is new and why.")
    with transaction.atomic():
        draft = _held(draft_id, version)
        body, problems = review(draft.code, draft.body)
        hard = [problem for problem in problems if problem.is_hard]
        if body is None or hard:
            raise ProtocolRefused(hard[0].sentence)
        newest = Protocol.objects.filter(code=draft.code).aggregate(n=Max("edition"))
        protocol = Protocol.objects.create(
            **protocol_values(body),
            edition=(newest["n"] or 0) + 1,
            effective_from=effective_from,
            published_at=now,
            published_by=by,
            publish_reason=reason.strip()[:300],
        )
        ProtocolStep.objects.bulk_create(protocol_steps(body, protocol))
        draft.published = protocol
        draft.save(update_fields=["published"])
        audit.record(
            by=by,
            action=Action.SIGN,
            category=Category.SCHEDULE,
            object_type="Protocol",
            object_id=protocol.pk,
            reason_code="published",
        )
    return protocol


def switch(*, protocol_id: UUID, is_active: bool, by: User, now: datetime) -> Protocol:
    """Offer a protocol in the planner, or no longer."""
    del now
    check_may_edit(by)
    with transaction.atomic():
        protocol = Protocol.objects.select_for_update().get(pk=protocol_id)
        protocol.is_active = is_active
        protocol.save(update_fields=["is_active"])
        audit.record(
            by=by,
            action=Action.UPDATE,
            category=Category.SCHEDULE,
            object_type="Protocol",
            object_id=protocol.pk,
            reason_code="on" if is_active else "off",
        )
    return protocol


def review(
    code: str, text: Mapping[str, Any]
) -> tuple[ProtocolBody | None, tuple[Problem, ...]]:
    """What the text says, and everything that is wrong with it."""
    body, problems = read_draft(code, text)
    if body is None:
        return None, problems
    features, devices = known_words()
    return body, check_protocol(body, features=features, devices=devices)


def _held(draft_id: UUID, version: int) -> ProtocolDraft:
    draft = ProtocolDraft.objects.select_for_update().get(pk=draft_id)
    if draft.published_id is not None or draft.dropped_at is not None:
        raise ChangedMeanwhile("This draft is closed. Look at the list of protocols.")
    if draft.version != version:
        raise ChangedMeanwhile(
            "Somebody else saved this draft meanwhile. Your text stands below; open the "
            "page anew beside it to compare."
        )
    return draft


def _record(
    draft: ProtocolDraft, action: Action, *, by: User, reason: str = ""
) -> None:
    audit.record(
        by=by,
        action=action,
        category=Category.SCHEDULE,
        object_type="ProtocolDraft",
        object_id=draft.pk,
        reason_code=reason,
    )
