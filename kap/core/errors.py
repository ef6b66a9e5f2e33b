"""Refusals: every one is a plain sentence that a person may read."""

from __future__ import annotations


class DomainError(Exception):
    """The clinic's rules refuse this; ``str(error)`` says why, in one sentence."""


class NotAllowed(DomainError):
    """This person may not do this."""


class IllegalTransition(DomainError):
    """The record's status does not lead there."""


class ChangedMeanwhile(DomainError):
    """Somebody else changed the record since the page was opened."""
