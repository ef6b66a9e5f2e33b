"""Makes a template of ours that names an unknown variable fail its test."""

from __future__ import annotations

import sys
from pathlib import Path
from types import FrameType

import pytest
from django.template.base import Node

OURS = Path(__file__).resolve().parent.parent.parent / "templates"


class UnknownVariable(str):
    """Stands where Django puts the text of a variable that it cannot find.

    Templates of other packages (the admin's, allauth's) rely on unknown variables
    being empty; for those it is the empty text.
    """

    __slots__ = ()

    def __contains__(self, part: object) -> bool:
        return part == "%s"

    def __mod__(self, variable: object) -> str:
        origin = _origin(sys._getframe(1))
        if origin is not None and Path(origin).is_relative_to(OURS):
            name = Path(origin).relative_to(OURS)
            pytest.fail(f"{name} names {variable}, which is not in its context")
        return ""


def _origin(frame: FrameType | None) -> str | None:
    """The file of the template node that is being rendered."""
    while frame is not None:
        node = frame.f_locals.get("self")
        if isinstance(node, Node) and getattr(node, "origin", None) is not None:
            return str(node.origin.name)
        frame = frame.f_back
    return None


UNKNOWN_VARIABLE = UnknownVariable("%s")
