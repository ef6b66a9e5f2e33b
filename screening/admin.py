"""What of screening is set up in the admin."""

from __future__ import annotations

from screening import admin_packets

__all__ = ["admin_packets"]
