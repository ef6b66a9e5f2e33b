"""What other apps may hear of a message; both carry its id and nothing else.

``communication_unknown(communication_id)``: it may have gone out, nobody can tell.
``communication_failed(communication_id)``: it certainly did not go out and will not.
Sent by the sweep, once for each message, in one transaction with the mark that it was
spoken of: a receiver that fails is asked again a minute later.
"""

from __future__ import annotations

from django.dispatch import Signal

communication_unknown = Signal()
communication_failed = Signal()
communication_settled = Signal()
"""``communication_settled(communication_id, by_id)``: a person found out, after commit."""
