"""What happens to accounts, for the history; received at once and inside the transaction."""

from __future__ import annotations

from django.dispatch import Signal

acted = Signal()
"""``by`` (User or None), ``what`` (an audit action), ``about`` (the account's id), ``why`` (a
short code), ``refused`` (True when it was not done), ``job`` (a command that did it)."""

refused = Signal()
"""A signed-in person was kept from a page: ``by`` (User), ``route`` (the name of its address)."""
