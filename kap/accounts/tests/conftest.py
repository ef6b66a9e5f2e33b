"""Hears what accounts tell the history."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from kap.accounts import signals


@pytest.fixture
def heard() -> Iterator[list[tuple[Any, ...]]]:
    """Each act as (who, what, about, why, was it refused), each refusal as (who, route)."""
    said: list[tuple[Any, ...]] = []

    def act(by: Any, what: str, about: Any, why: str, **more: Any) -> None:
        said.append((by, what, str(about), why, more.get("refused", False)))

    def refusal(by: Any, route: str, **_: Any) -> None:
        said.append((by, route))

    signals.acted.connect(act, weak=False)
    signals.refused.connect(refusal, weak=False)
    yield said
    signals.acted.disconnect(act)
    signals.refused.disconnect(refusal)
