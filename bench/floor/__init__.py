"""Views that do the least that could be done, to measure the product against."""

from __future__ import annotations
