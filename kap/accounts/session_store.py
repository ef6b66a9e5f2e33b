"""Django's sessions in the database, read by a plain statement: every request does it."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.sessions.backends import db

from kap.core import clock, prepared

_DATA: Final = prepared.Statement(
    "kap_session",
    ("text", "timestamptz"),
    "SELECT session_data FROM django_session WHERE session_key = $1 AND expire_date > $2",
)


class SessionStore(db.SessionStore):
    """Writing, ending and sweeping stay Django's."""

    def load(self) -> dict[str, Any]:
        found = prepared.rows((_DATA, [self.session_key, clock.now()]))
        if not found:
            self._session_key = None
            return {}
        return dict(self.decode(found[0][0]))
