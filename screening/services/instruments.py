"""Questionnaires that a clinic loads, publishes and retires, and which ones a site uses."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max

from kap.accounts.enums import Role
from kap.accounts.models import User
from kap.audit.enums import Action, Category
from kap.audit.services import record
from kap.clinic.models import Site
from kap.core.errors import DomainError, IllegalTransition, NotAllowed
from screening import instruments
from screening.enums_instruments import DefinitionStatus, ScoringKind
from screening.importing.questionnaires import Read
from screening.instruments import slots
from screening.models import InstrumentDefinition, InstrumentSetting
from screening.queries.instruments import current_definition


class AlreadyLoaded(DomainError):
    """The same file is here already."""


def check_may_manage(user: User) -> None:
    if not user.has_role(Role.ADMIN):
        raise NotAllowed("Admins load questionnaires and say which ones are used.")


def load_questionnaire(
    *,
    read: Read,
    key: str,
    licence: str,
    scoring: ScoringKind,
    by: User,
    now: datetime,
) -> InstrumentDefinition:
    """Keep a checked file as a draft: the next edition of its key."""
    check_may_manage(by)
    _check_fits(read, key, scoring)
    try:
        return _keep(read, key=key, licence=licence, scoring=scoring, by=by, now=now)
    except IntegrityError:
        _check_new(read)
        raise DomainError(
            "Somebody else loaded an edition just now. Try again."
        ) from None


def _keep(
    read: Read,
    *,
    key: str,
    licence: str,
    scoring: ScoringKind,
    by: User,
    now: datetime,
) -> InstrumentDefinition:
    with transaction.atomic():
        _check_new(read)
        newest = InstrumentDefinition.objects.filter(key=key).aggregate(
            newest=Max("edition")
        )["newest"]
        row = InstrumentDefinition.objects.create(
            key=key,
            edition=(newest or 0) + 1,
            title=read.title,
            licence=licence,
            source=read.source,
            sha256=read.sha256,
            scoring=ScoringKind.OWN if key in slots.SLOTS else scoring,
            uploaded_by=by,
            uploaded_at=now,
        )
        _audit(row, Action.CREATE, by=by)
    return row


def _check_new(read: Read) -> None:
    same = InstrumentDefinition.objects.filter(sha256=read.sha256).first()
    if same is not None:
        state = DefinitionStatus(same.status).label.lower()
        raise AlreadyLoaded(
            f"This file is here already: {same.title}, edition {same.edition} ({state})."
        )


def _check_fits(read: Read, key: str, scoring: ScoringKind) -> None:
    if instruments.is_shipped(key):
        raise DomainError(
            "This short name belongs to a questionnaire that ships. Choose another."
        )
    if key in slots.SLOTS:
        if why := slots.fault(slots.SLOTS[key], read.instrument):
            raise DomainError(why)
    elif scoring is not ScoringKind.NONE and not read.instrument.scored_items:
        raise DomainError(
            "No answer in this file has points (ordinalValue or itemWeight). Choose “No score”."
        )


def publish_definition(
    *, definition_id: UUID, on: date, by: User, now: datetime
) -> InstrumentDefinition:
    """Put an edition in use; the one before it is asked no longer, its answers stay."""
    check_may_manage(by)
    with transaction.atomic():
        row = InstrumentDefinition.objects.select_for_update().get(pk=definition_id)
        if row.status != DefinitionStatus.DRAFT:
            raise IllegalTransition("Only a draft is published. This one was before.")
        before = current_definition(row.key)
        if before is not None:
            _retire(before, by=by, now=now)
        row.status = DefinitionStatus.ACTIVE
        row.effective_from = on
        row.published_by = by
        row.save(update_fields=["status", "effective_from", "published_by"])
        _audit(row, Action.UPDATE, by=by)
    return row


def retire_definition(
    *, definition_id: UUID, by: User, now: datetime
) -> InstrumentDefinition:
    """Take an edition out of use; forms that were sent can still be filled in."""
    check_may_manage(by)
    with transaction.atomic():
        row = InstrumentDefinition.objects.select_for_update().get(pk=definition_id)
        if row.status == DefinitionStatus.RETIRED:
            raise IllegalTransition("This edition is not asked any more.")
        _retire(row, by=by, now=now)
    return row


def _retire(row: InstrumentDefinition, *, by: User, now: datetime) -> None:
    row.status = DefinitionStatus.RETIRED
    row.retired_at = now
    row.save(update_fields=["status", "retired_at"])
    _audit(row, Action.UPDATE, by=by)


def set_in_use(*, site: Site, key: str, is_on: bool, by: User, now: datetime) -> None:
    """Switch a questionnaire on or off for a site."""
    check_may_manage(by)
    if not instruments.is_shipped(key) and current_definition(key) is None:
        raise DomainError("This questionnaire is not in use. Publish it first.")
    with transaction.atomic():
        row, _ = InstrumentSetting.objects.update_or_create(
            site=site,
            key=key,
            defaults={"is_on": is_on, "changed_at": now, "changed_by": by},
        )
        record(
            by=by,
            action=Action.UPDATE,
            category=Category.SYSTEM,
            object_type="InstrumentSetting",
            object_id=row.pk,
            reason_code="on" if is_on else "off",
        )


def _audit(row: InstrumentDefinition, action: Action, *, by: User) -> None:
    record(
        by=by,
        action=action,
        category=Category.SYSTEM,
        object_type="InstrumentDefinition",
        object_id=row.pk,
        reason_code=row.status,
    )
