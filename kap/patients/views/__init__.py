"""Pages of the patients app."""

from __future__ import annotations
