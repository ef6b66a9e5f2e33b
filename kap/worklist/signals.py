"""What others may hear of the work list: ids only, sent after commit."""

from __future__ import annotations

from django.dispatch import Signal

work_opened = Signal()
"""``item_id``, ``kind``, ``is_urgent``."""

work_escalated = Signal()
"""``item_id``, ``kind``, ``cover_role``: urgent work was left too long."""

work_closed = Signal()
"""``item_id``, ``kind``."""
