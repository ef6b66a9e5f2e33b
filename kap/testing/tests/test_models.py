"""What holds for every table of ours."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import models

PHASES = ("kap", "screening", "sessions", "integration")


def phase_of(model) -> int | None:
    package = model.__module__.split(".", 1)[0]
    return PHASES.index(package) if package in PHASES else None


OURS = [model for model in apps.get_models() if phase_of(model) is not None]
RELATIONS = [
    pytest.param(model, field, id=f"{model._meta.label}.{field.name}")
    for model in OURS
    for field in model._meta.get_fields()
    if field.concrete and field.is_relation and field.related_model
]


@pytest.mark.parametrize(("model", "field"), RELATIONS)
def test_relations_point_to_earlier_phases(model, field):
    """A string such as "app.Model" is an import that the linter does not see."""
    target, own = phase_of(field.related_model), phase_of(model)

    assert own is not None
    assert target is None or target <= own


@pytest.mark.parametrize(("model", "field"), RELATIONS)
def test_nothing_is_deleted_along(model, field):
    if isinstance(field, models.ForeignKey):
        assert field.remote_field.on_delete is models.PROTECT


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_constraints_are_named_after_what_they_say(model):
    options = model._meta
    assert not options.unique_together
    names = [constraint.name for constraint in options.constraints]
    assert all(name and name == name.lower() for name in names)
    assert len(names) == len(set(names))


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_no_table_has_an_order_of_its_own(model):
    assert list(model._meta.ordering) == []


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_every_moment_is_aware(model):
    naive = [f.name for f in model._meta.get_fields() if type(f) is models.TimeField]

    assert naive == [] or model._meta.label in {
        "clinic.OpeningHours",
        "clinic.WorkingHours",
    }


def test_constraint_names_are_unique_in_the_whole_database():
    names = [c.name for model in OURS for c in model._meta.constraints]

    assert len(names) == len(set(names))
