"""How the running program writes its log."""

from __future__ import annotations

import logging


def json_formatter() -> logging.Formatter:
    """That of the handler which Django's start put in place."""
    found = [handler.formatter for handler in logging.getLogger().handlers]
    return next(
        one for one in found if one and type(one).__name__ == "ProcessorFormatter"
    )
