"""The C-SSRS screener's result as a level of the safety pathway."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from screening.instruments import cssrs
from screening.rules.safety import Level

CSSRS: Final = "c-ssrs"


def level_of(answers: Mapping[str, int | None], *, is_final: bool = True) -> Level:
    """While it is being filled in only what was said counts; sent in, gaps count as well (5.6)."""
    if is_final:
        return Level(cssrs.risk(answers))
    said = {key: answers.get(key) or 0 for key in cssrs.LINK_IDS}
    return Level(cssrs.risk(said))
