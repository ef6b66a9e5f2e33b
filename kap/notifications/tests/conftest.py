"""Tests here look at the shipped kinds, whatever a phase made of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kap.notifications import defaults, registry


@pytest.fixture(autouse=True)
def _shipped_kinds() -> Iterator[None]:
    before = list(registry.kinds())
    defaults.register_kinds()
    yield
    for kind in before:
        registry.register(kind)
