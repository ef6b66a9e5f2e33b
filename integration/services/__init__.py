"""Everything that changes an integration record."""

from __future__ import annotations

from integration.services.notes import add_to_note, save_note, sign_note, start_note
from integration.services.summaries import request_summary

__all__ = ["add_to_note", "request_summary", "save_note", "sign_note", "start_note"]
