"""Rows of bits as Python integers: runs of ones, sets moved by a range, positions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

_BYTE_BITS: Final[tuple[tuple[int, ...], ...]] = tuple(
    tuple(bit for bit in range(8) if byte >> bit & 1) for byte in range(256)
)


def runs(mask: int, length: int) -> int:
    """Positions at which ``length`` ones in a row begin."""
    done = 1
    while done < length:
        step = min(done, length - done)
        mask &= mask >> step
        done += step
    return mask


def shifted(mask: int, by: int) -> int:
    """Every position moved up by ``by`` (down when negative, falling off at zero)."""
    return mask << by if by >= 0 else mask >> -by


def spread(mask: int, low: int, high: int) -> int:
    """Every position ``p + d`` with ``p`` in the set and ``low <= d <= high``."""
    width = high - low + 1
    done = 1
    grown = mask
    while done < width:
        step = min(done, width - done)
        grown |= grown << step
        done += step
    return shifted(grown, low)


def lowest(mask: int) -> int:
    """The first position; the set must not be empty."""
    return (mask & -mask).bit_length() - 1


def positions(mask: int) -> list[int]:
    """All positions, rising."""
    if not mask:
        return []
    base = lowest(mask) & ~7
    found: list[int] = []
    trimmed = mask >> base
    for byte in trimmed.to_bytes((trimmed.bit_length() + 7) // 8, "little"):
        if byte:
            found.extend([base + bit for bit in _BYTE_BITS[byte]])
        base += 8
    return found


def window_least(
    at: Sequence[int],
    value: Sequence[int],
    starts: Sequence[int],
    bounds: tuple[int, int],
    none: int,
) -> list[int]:
    """For each start, the least value whose place lies in start + bounds, else ``none``.

    ``at`` and ``starts`` rise; one pass with a monotone queue.
    """
    low, high = bounds
    queue: list[int] = []
    head = fed = 0
    count = len(at)
    least: list[int] = []
    for start in starts:
        top = start + high
        while fed < count and at[fed] <= top:
            new = value[fed]
            while len(queue) > head and value[queue[-1]] >= new:
                queue.pop()
            queue.append(fed)
            fed += 1
        bottom = start + low
        while head < len(queue) and at[queue[head]] < bottom:
            head += 1
        least.append(value[queue[head]] if head < len(queue) else none)
    return least
