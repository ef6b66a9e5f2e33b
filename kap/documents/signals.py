"""What other apps may hear of a document; ids only, after commit."""

from __future__ import annotations

from django.dispatch import Signal

document_ready = Signal()
"""``document_ready(document_id)``: a PDF lies in the record."""
