"""How the start-up speaks: one plain sentence at a time, to the person at the terminal."""

from __future__ import annotations

import sys


class CannotStartError(Exception):
    """Something stands in the way; the text says what, and what to do about it."""


def say(sentence: str) -> None:
    """Print one line at once, also when the output is a file or a pipe."""
    try:
        sys.stdout.write(sentence + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        return


def complain(sentence: str) -> None:
    """Print one line where errors belong."""
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()
