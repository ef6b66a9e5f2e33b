"""Writing planned messages: one statement that also asks what the patient agreed to.

By hand, because booking waits for it.  A test holds the columns against the model.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from kap.core import prepared

COLUMNS: Final = (
    ("id", "uuid"),
    ("key", "varchar"),
    ("patient_id", "uuid"),
    ("related_person_id", "uuid"),
    ("to_user_id", "uuid"),
    ("kind", "varchar"),
    ("channel", "varchar"),
    ("purpose", "varchar"),
    ("about_id", "uuid"),
    ("about_at", "timestamptz"),
    ("link_purpose", "varchar"),
    ("link_object_id", "uuid"),
    ("caused_by_id", "uuid"),
    ("due_at", "timestamptz"),
    ("useless_after", "timestamptz"),
    ("created_at", "timestamptz"),
)
CONSTANT: Final = {"status": "'preparation'", "attempts": "0", "problem": "''"}
_NAMES = ", ".join(name for name, _ in COLUMNS)
_ARRAYS = ", ".join(f"${place + 1}" for place in range(len(COLUMNS)))
# The patient's newest word on a channel and purpose counts; no word is a no.  For
# somebody else (an escort, the staff) the patient's word is not asked.
_SQL: Final = f"""
INSERT INTO notifications_communication ({_NAMES}, {", ".join(CONSTANT)})
SELECT {_NAMES}, {", ".join(CONSTANT.values())} FROM unnest({_ARRAYS}) AS wanted({_NAMES})
WHERE related_person_id IS NOT NULL OR to_user_id IS NOT NULL OR (
  SELECT said.is_given FROM patients_contactconsent AS said
  WHERE said.patient_id = wanted.patient_id AND said.channel = wanted.channel
    AND said.purpose = wanted.purpose
  ORDER BY said.said_at DESC, said.id DESC LIMIT 1)
ON CONFLICT DO NOTHING
"""  # noqa: S608 -- constants of this module
_INSERT: Final = prepared.Statement(
    "kap_messages", tuple(f"{kind}[]" for _, kind in COLUMNS), _SQL
)


def insert(rows: Sequence[tuple[Any, ...]]) -> None:
    """Write each row (values in the order of COLUMNS) whose patient agreed to it."""
    if rows:
        prepared.run(_INSERT, [list(column) for column in zip(*rows, strict=True)])
