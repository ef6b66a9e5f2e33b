"""What others may hear of a patient's record: ids only, sent after commit."""

from __future__ import annotations

from django.dispatch import Signal

patient_registered = Signal()
"""``patient_id``, ``episode_id``, ``by_id`` (or None), ``send_packet``: bool."""

episode_opened = Signal()
"""``patient_id``, ``episode_id``, ``by_id`` (or None), ``send_packet``: bool."""

patient_changed = Signal()
"""``patient_id``: name or contact changed."""

contact_consent_changed = Signal()
"""``patient_id``."""

phase_moved = Signal()
"""``patient_id``, ``episode_id``, ``old``, ``new``: phases."""

link_locked = Signal()
"""``patient_id``, ``link_id``: five wrong birth dates; somebody should call the patient."""

link_revoked = Signal()
"""``patient_id``, ``link_id``."""
