"""What the medicines add: the facts that the rules read."""

from __future__ import annotations

from screening.queries import medicines  # noqa: F401 -- registers where the facts come from
