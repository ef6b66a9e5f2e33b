"""JSON out of files: exact numbers, bounded depth, and a sentence instead of an exception."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, NoReturn

from screening.importing.incoming import Refused

NOT_JSON = "Is not JSON."
TOO_DEEP = "Is nested too deeply to be FHIR."


def _no_constant(_: str) -> NoReturn:
    raise ValueError


def loads(content: bytes) -> Any:
    """The content, numbers with a fraction as Decimal; raises Refused, never with the text."""
    try:
        return json.loads(content, parse_float=Decimal, parse_constant=_no_constant)
    except RecursionError:
        reason = TOO_DEEP
    except (ValueError, ArithmeticError):
        reason = NOT_JSON
    raise Refused("", reason)
