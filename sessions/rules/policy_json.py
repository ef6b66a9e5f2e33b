"""Policies as JSON and back, so that a dated edition can hold them.

Decimals are text, durations whole minutes, enums their codes.  A figure that an
edition leaves out keeps its shipped default; one that nobody knows is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Final, TypeVar, get_args, get_origin, get_type_hints

Policy = TypeVar("Policy")
_MINUTE: Final = timedelta(minutes=1)


class PolicyRefused(ValueError):
    """An edition that cannot be understood; the sentence names the figure."""


def to_json(value: Any) -> Any:
    """Plain JSON values of a policy, without loss."""
    if is_dataclass(value):
        return {one.name: to_json(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {to_json(key): to_json(entry) for key, entry in value.items()}
    if isinstance(value, frozenset):
        return sorted(to_json(entry) for entry in value)
    if isinstance(value, tuple):
        return [to_json(entry) for entry in value]
    return _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return str(value)
    return value // _MINUTE if isinstance(value, timedelta) else value


def from_json(kind: type[Policy], body: Mapping[str, Any]) -> Policy:
    """Read what ``to_json`` wrote; PolicyRefused names what does not fit."""
    value: Policy = _read(kind, body, kind.__name__)
    return value


def _read(kind: Any, value: Any, where: str) -> Any:
    try:
        return _read_container(kind, value, where)
    except PolicyRefused:
        raise
    except (TypeError, ValueError, InvalidOperation, AttributeError):
        raise PolicyRefused(f"{where} cannot be read.") from None


def _read_container(kind: Any, value: Any, where: str) -> Any:
    if is_dataclass(kind):
        return _read_dataclass(kind, value, where)
    origin, inner = get_origin(kind), get_args(kind)
    if origin is UnionType:
        return _read_union(inner, value, where)
    if origin is Mapping:
        return {
            _read(inner[0], key, where): _read(inner[1], entry, f"{where}.{key}")
            for key, entry in value.items()
        }
    if origin in {tuple, frozenset}:
        if not isinstance(value, list):
            raise TypeError
        return origin(_read(inner[0], entry, where) for entry in value)
    return _read_plain(kind, value)


def _read_dataclass(kind: Any, value: Any, where: str) -> Any:
    hints = get_type_hints(kind)
    if unknown := sorted(set(value) - set(hints)):
        raise PolicyRefused(f"{where} has no figure {unknown[0]!r}.")
    return kind(
        **{
            name: _read(hints[name], entry, f"{where}.{name}")
            for name, entry in value.items()
        }
    )


def _read_union(kinds: tuple[Any, ...], value: Any, where: str) -> Any:
    """``X | None``, and ``Decimal | int`` where an int stays one."""
    if value is None:
        if NoneType in kinds:
            return None
        raise TypeError
    if int in kinds and type(value) is int:
        return value
    kind = next((one for one in kinds if one not in {NoneType, int}), int)
    return _read(kind, value, where)


def _read_plain(kind: Any, value: Any) -> Any:
    if kind is Decimal:
        if not isinstance(value, str):
            raise TypeError
        number = Decimal(value)
        if not number.is_finite():
            raise ValueError
        return number
    if kind is timedelta:
        return timedelta(minutes=_read_plain(int, value))
    if issubclass(kind, Enum):
        return kind(value)
    if type(value) is not kind:
        raise TypeError
    return value
