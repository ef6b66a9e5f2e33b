"""What later phases may hear of screening; sent after commit, ids only."""

from __future__ import annotations

from django.dispatch import Signal

response_completed = Signal()
"""kwargs: patient_id, response_id."""
determination_signed = Signal()
"""kwargs: episode_id, determination_id."""
consent_changed = Signal()
"""kwargs: episode_id, consent_id."""
