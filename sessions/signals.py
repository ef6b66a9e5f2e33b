"""What others may hear of visits: ids only, sent after commit."""

from __future__ import annotations

from django.dispatch import Signal

appointment_booked = Signal()
"""``appointment_id``, ``patient_id``, ``episode_id`` (or None)."""

appointment_moved = Signal()
"""``appointment_id``, ``patient_id``, ``episode_id``."""

appointment_cancelled = Signal()
"""``appointment_id``, ``patient_id``, ``episode_id``."""

visit_finished = Signal()
"""``appointment_id``, ``encounter_id``, ``patient_id``, ``episode_id``, ``kind``."""

course_booked = Signal()
"""``care_plan_id``, ``patient_id``, ``episode_id``."""

dosing_finished = Signal()
"""``appointment_id``, ``encounter_id``, ``patient_id``, ``episode_id`` (or None): the patient has left."""
