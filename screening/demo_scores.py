"""Scores of the demo's patients: a believable way from first to last, item by item."""

from __future__ import annotations

from random import Random

from screening import instruments

ITEM_MAX = 3
SAFE_ITEM = "phq9-9"
"""The demo's patients answer "Not at all" here, but for those the demo means to show."""


def score_at(random: Random, key: str, start: int, end: int, progress: float) -> int:
    """A total on the way from ``start`` to ``end``; ``progress`` from 0 to 1."""
    exact = start + (end - start) * progress
    noise = random.uniform(-1.4, 1.4) if 0 < progress < 1 else 0
    most = ITEM_MAX * len(_items(key))
    return max(0, min(most, round(exact + noise)))


def answers_for(random: Random, key: str, total: int) -> dict[str, int]:
    """Item answers that sum to the total, as far as the items allow."""
    items = _items(key)
    answers = dict.fromkeys(items, 0)
    left = min(total, ITEM_MAX * len(items))
    while left:
        item = random.choice(items)
        if answers[item] < ITEM_MAX:
            answers[item] += 1
            left -= 1
    if key == "phq-9":
        answers[SAFE_ITEM] = max(0, total - ITEM_MAX * len(items))
    return answers


def _items(key: str) -> list[str]:
    scored = instruments.load(key).scored_items
    return [item.link_id for item in scored if item.link_id != SAFE_ITEM]
