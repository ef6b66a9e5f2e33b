from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.apps import apps
from django.core import serializers
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Model
from django.test import Client
from django.urls import NoReverseMatch

from integration.models import IntegrationNote
from integration.tests.guard.crawl import Page, crawl
from integration.tests.guard.enrich import PatientLink, enrich, patient_links
from integration.tests.guard.logs import json_formatter
from integration.tests.guard.marks import mark_everything
from kap.accounts.enums import Role
from kap.accounts.models import User
from kap.testing.addresses import every_address
from sessions.enums import VisitKind
from sessions.models import Encounter

NOBODY = UUID(int=404)
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
MAY_GROW = {
    "accounts.User",
    "audit.AuditEvent",
    "audit.AuditSeal",
    "core.OnceKey",
    "core.RateCounter",
    "patients.PatientLinkSession",
}


@dataclass(frozen=True)
class Walk:
    """One person's way through every page, and what it left behind."""

    pages: list[Page]
    logs: list[str]
    audit: list[str]
    keys: list[str]
    grown: dict[str, tuple[int, int]]


@pytest.fixture(scope="package")
def clinic(django_db_setup: None, django_db_blocker: Any) -> Iterator[list[str]]:
    """The demo clinic with marked words; answers the columns that hold them."""
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False):
        around = transaction.atomic()
        around._from_testcase = True  # type: ignore[attr-defined]  # as TestCase does
        with around:
            call_command("seed_demo", patients=12, months=3, seed=3, verbosity=0)
            enrich(NOW)
            yield mark_everything()
            transaction.set_rollback(True)


@pytest.fixture
def signed_in(clinic: list[str], db: None) -> Callable[[Role], Client]:
    def sign_in(role: Role) -> Client:
        client = Client(raise_request_exception=False)
        client.force_login(who_is(role))
        return client

    return sign_in


def who_is(role: Role) -> User:
    """The demo's own sign-in for a role."""
    return (
        User.objects.filter(roles=[role])
        .order_by("email")
        .get(email__in=[f"{name}@demo.example" for name in SIGN_INS[role]])
    )


SIGN_INS = {
    Role.FRONT_DESK: ["front.desk"],
    Role.THERAPIST: ["therapist"],
    Role.NURSE: ["nurse"],
    Role.PRESCRIBER: ["prescriber"],
    Role.MEDICAL_DIRECTOR: ["director"],
    Role.COMPLIANCE: ["compliance"],
    Role.ADMIN: ["admin"],
}


@pytest.fixture(scope="package")
def kept_walks() -> dict[str, Walk]:
    return {}


@pytest.fixture
def walk_of(
    signed_in: Callable[[Role], Client], kept_walks: dict[str, Walk]
) -> Callable[[Role], Walk]:
    def walk(role: Role) -> Walk:
        if role not in kept_walks:
            kept_walks[role] = take(signed_in(role), starts())
        return kept_walks[role]

    return walk


@pytest.fixture
def links(clinic: list[str], db: None) -> dict[str, PatientLink]:
    """Purpose to a fresh link: its path, the birth date that opens it, whose it is."""
    return patient_links(NOW)


def enter(link: PatientLink) -> tuple[Client, str]:
    """A browser in which the link was opened, and the patient's number."""
    path, birth_date, number = link
    client = Client(raise_request_exception=False)
    opened = client.post(path, parts_of(birth_date))
    assert opened.status_code == 302, opened.content.decode()[:2000]
    client.first_page = opened.headers["Location"]  # type: ignore[attr-defined]  # read below
    return client, number


@pytest.fixture
def link_walks(links: dict[str, PatientLink]) -> dict[str, Walk]:
    """One walk for each purpose of a link, as the patient whom it was sent to."""
    walks = {}
    for purpose, link in links.items():
        client, _ = enter(link)
        walks[f"link:{purpose}"] = take(client, [client.first_page])  # type: ignore[attr-defined]
    return walks


def parts_of(birth_date: str) -> dict[str, str]:
    year, month, day = birth_date.split("-")
    return {"year": year, "month": str(int(month)), "day": str(int(day))}


def starts() -> list[str]:
    """Every address that can be made up, so that what no link leads to is opened too."""
    things, found = one_of_each_thing(), ["/"]
    for address in every_address():
        if address.policy and address.policy.kind == "link":
            continue
        if address.name.startswith(("admin:", "account_", "mfa_")) and address.parts:
            continue
        try:
            path = address.path(things)
        except NoReverseMatch:
            continue
        kind = next((key for key in things if path.startswith(f"/{key}/")), None)
        if kind:
            path = address.path({**things, "pk": things[kind]})
        found.append(path)
    return found


def one_of_each_thing() -> dict[str, Any]:
    """By the name of an argument, or by how an address begins."""
    dosing = Encounter.objects.filter(kind=VisitKind.DOSING).order_by(
        "-arrived_at", "pk"
    )
    visit = dosing[0].appointment
    note = IntegrationNote.objects.order_by("pk")[0]
    return {
        "pk": visit.patient_id,
        "patient_id": visit.patient_id,
        "patient_pk": visit.patient_id,
        "episode_id": visit.episode_id,
        "encounter_id": note.encounter_id,
        "sessions": visit.pk,
        "patients": visit.patient_id,
        "integration/notes": note.pk,
        "screening/measures": first("screening.QuestionnaireResponse"),
        "screening/consents": first("screening.Consent"),
        "screening/episodes": visit.episode_id,
        "screening/patients": visit.patient_id,
        "documents/jobs": first("documents.RenderJob"),
        "work": first("worklist.WorkItem"),
        "messages/demo": first("notifications.DemoMessage"),
        "messages": first("notifications.Communication"),
    }


def first(label: str) -> Any:
    row = apps.get_model(label)._base_manager.order_by("pk").first()
    return row.pk if row else NOBODY


def take(client: Client, start: list[str]) -> Walk:
    before = counts()
    with listening() as logs:
        pages = crawl(client, start)
    after = counts()
    return Walk(
        pages,
        logs,
        rows_of("audit.AuditEvent"),
        rows_of("core.OnceKey") + rows_of("core.RateCounter"),
        {
            label: (before[label], after[label])
            for label in before
            if before[label] != after[label] and label not in MAY_GROW
        },
    )


def counts() -> dict[str, int]:
    """How many rows each table of ours has, and how often one was changed."""
    found = {}
    with connection.cursor() as cursor:
        for model in ours():
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"SELECT count(*), sum(hashtext(t::text)) FROM {table} t")  # noqa: S608
            found[model._meta.label] = hash(cursor.fetchone())
    return found


def uncounted(before: dict[str, int]) -> dict[str, int]:
    """What may differ: reads, refusals and tries are written down."""
    return {name: before[name] for name in MAY_GROW if name in before}


def ours() -> list[type[Model]]:
    return [
        model
        for model in apps.get_models()
        if model.__module__.split(".")[0]
        in {"kap", "screening", "sessions", "integration"}
    ]


def rows_of(label: str) -> list[str]:
    rows = apps.get_model(label)._base_manager.all()
    return [
        json.dumps(row["fields"])
        for row in json.loads(serializers.serialize("json", rows))
    ]


@contextmanager
def listening() -> Iterator[list[str]]:
    """The lines that the running program would write to its log."""
    lines: list[str] = []
    handler = _Keeps(lines)
    handler.setFormatter(json_formatter())
    logging.getLogger().addHandler(handler)
    try:
        yield lines
    finally:
        logging.getLogger().removeHandler(handler)


class _Keeps(logging.Handler):
    def __init__(self, lines: list[str]) -> None:
        super().__init__()
        self.lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))
