"""Floor and product in turns, so that a busy moment of the machine falls on both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median

from bench.driver import Block, Target, load

MOST_NOISE = 1.25
"""A floor whose own blocks differ by more than this says that the machine was not quiet."""


@dataclass(slots=True)
class Pair:
    """Two targets measured in turns; ``first`` is the floor (or the smaller database)."""

    first: list[Block] = field(default_factory=list)
    second: list[Block] = field(default_factory=list)
    is_noisy: bool = False

    def p50s(self) -> tuple[float, float]:
        return (
            median(block.p50_ms for block in self.first),
            median(block.p50_ms for block in self.second),
        )

    def rates(self) -> tuple[float, float]:
        return (
            median(block.rate for block in self.first),
            median(block.rate for block in self.second),
        )


def abba(
    first: Target,
    second: Target,
    *,
    clients: int,
    blocks: int,
    seconds: float,
    tries: int,
) -> Pair:
    """Blocks of load in the order A B B A A B ...; measured again while the floor wavers."""
    value: Callable[[Block], float]
    value = (lambda block: block.p50_ms) if clients == 1 else (lambda block: block.rate)
    best: tuple[float, Pair] | None = None
    for _ in range(tries):
        pair = Pair()
        for turn in range(blocks):
            order = [(first, pair.first), (second, pair.second)]
            for target, kept in order if turn % 2 == 0 else reversed(order):
                kept.append(load(target, clients=clients, seconds=seconds))
        floor = [value(block) for block in pair.first]
        noise = max(floor) / max(min(floor), 1e-9)
        pair.is_noisy = noise > MOST_NOISE
        if best is None or noise < best[0]:
            best = (noise, pair)
        if not pair.is_noisy:
            break
    assert best is not None
    return best[1]
