"""What a transport is, and the three ways in which it can fail."""

from __future__ import annotations

from typing import Protocol

from kap.notifications.compose import Letter


class TransportError(Exception):
    """``code`` is short and ours; never what the other side said."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NotSentError(TransportError):
    """It certainly did not go out; another try may work."""


class RefusedError(TransportError):
    """It certainly did not go out, and another try will end the same way."""


class AmbiguousError(TransportError):
    """It may have gone out; nobody here can tell."""


class Transport(Protocol):
    """Sends one letter, once.  Any other exception than ours counts as ambiguous."""

    def send(self, letter: Letter) -> None: ...


class SmsTransport(Transport, Protocol):
    """A provider of text messages.  ``letter.body`` is plain GSM text."""
