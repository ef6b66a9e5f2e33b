"""Each app registers what it adds to the fictional clinic; the command runs them in order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kap.demo.world import DemoWorld


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """One part of filling the demo; ``order`` says when."""

    order: int
    name: str
    run: Callable[[DemoWorld], None]


_steps: list[Step] = []


def register(step: Step) -> None:
    if all(step.name != other.name for other in _steps):
        _steps.append(step)


def steps() -> list[Step]:
    return sorted(_steps)
