"""Puts words that occur nowhere else into what the demo clinic knows of its patients.

``PERSON`` stands in who somebody is, ``CLINICAL`` in what is said of their treatment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.db.models import F, Value
from django.db.models.functions import Cast, Concat

PERSON = "Zqperson"
CLINICAL = "Zqclinic"
SHORTEST = 12
FOUND = re.compile(f"{PERSON}|{CLINICAL}", re.IGNORECASE)

ABOUT_WHOM = ("patients.Patient", "patients.RelatedPerson")
OF_THE_DIARY = {
    "kap_sessions.Appointment",
    "kap_sessions.AppointmentStatusChange",
    "kap_sessions.PlannedStep",
}
"""The front desk writes why a visit was cancelled, and reads it."""
ABOUT_TREATMENT = ("screening", "kap_sessions", "integration")
SETTINGS_OF_THE_CLINIC = {
    "kap_sessions.CalendarView",  # of who works here: choices of an address, no patient
    "kap_sessions.Protocol",
    "kap_sessions.ProtocolDraft",
    "kap_sessions.ProtocolStep",
    "screening.ImportRun",
    "screening.ImportProblem",
    "screening.PacketTemplate",
}
WHO_SIGNS_BESIDE = {"interpreter_id", "authority_document"}
"""The front desk writes down who else signs a consent, and by what paper."""
NOT_FREE_TEXT = re.compile(
    r"sha256|^code|external_key|^instrument|^unit$|^interpretation$|^field$|^gate$"
    r"|body_site|relation$|search_text|language|^cause$|frozen_html|^term$|^outcome$|^action$"
)
"""Keys, codes and words from a list that a reader chose from."""


def mark_everything() -> list[str]:
    """Answers which columns were marked."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        done = []
        for model in _models():
            columns = dict(_marked(model))
            if not columns:
                continue
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            done += [
                f"{model._meta.label}.{name}"
                for name, value in columns.items()
                if _mark(model, name, value)
            ]
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return done


def _mark(model: type[models.Model], name: str, value: Any) -> bool:
    """Mark every row, or, where a rule of the table forbids that, those that have a text."""
    rows = model._base_manager
    for some in (rows.all(), rows.exclude(**{name: ""})):
        try:
            with transaction.atomic():
                return bool(some.update(**{name: value}))
        except IntegrityError:
            continue
    return False


def _models() -> list[type[models.Model]]:
    return [
        model
        for model in apps.get_models()
        if model._meta.label in ABOUT_WHOM
        or (
            model._meta.app_label in ABOUT_TREATMENT
            and model._meta.label not in SETTINGS_OF_THE_CLINIC
        )
    ]


def _marked(model: type[models.Model]) -> Iterator[tuple[str, Any]]:
    for field in model._meta.concrete_fields:
        if type(field) not in {models.CharField, models.TextField, models.EmailField}:
            continue
        if field.choices or NOT_FREE_TEXT.search(field.name):
            continue
        if field.max_length is None or field.max_length >= SHORTEST:
            yield field.name, _value(model, field)


def _value(model: type[models.Model], field: Any) -> Any:
    if model._meta.label == "patients.Patient":
        if field.name == "phone":
            return Concat(Value("+1 904 555 "), Cast(F("number"), models.CharField()))
        end = "@canary.example" if field.name == "email" else f"{field.name[0]}x"
        number = Cast(F("number"), models.CharField())
        return Concat(Value(PERSON), number, Value(end))
    if (
        "name" in field.name
        or field.name in WHO_SIGNS_BESIDE
        or model._meta.label in {*ABOUT_WHOM, *OF_THE_DIARY}
    ):
        return PERSON + field.name[:4]
    return f"{CLINICAL}{model.__name__}{field.name}"[: field.max_length]


def marks_in(text: str) -> list[str]:
    return sorted(set(FOUND.findall(text)))
