"""Secrets at rest: AES-256-GCM, the key named in front, each value bound to its row.

A stored value reads ``1.KEY_ID.BASE64``: version, key, then nonce and sealed text.  The
place it belongs to (``table.column.pk``) is authenticated with it, so a value that was
moved to another row does not open.  ``settings.FIELD_KEYS`` holds ``id:base64`` pairs,
the newest first: it seals, the others still open.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Callable
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

VERSION: Final = "1"
NONCE_BYTES: Final = 12
KEY_BYTES: Final = 32


class CannotOpenError(Exception):
    """The value was changed, moved to another row, or its key is not given."""


def place(table: str, column: str, key: object) -> bytes:
    """What a value is bound to."""
    return f"{table}.{column}.{key}".encode()


def seal(text: str, *, bound_to: bytes) -> str:
    """Encrypt with the newest key."""
    key_id, key = next(iter(_keys().items()))
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, text.encode(), _header(key_id, bound_to))
    return f"{VERSION}.{key_id}.{base64.b64encode(nonce + sealed).decode()}"


def open_sealed(value: str, *, bound_to: bytes) -> str:
    """Decrypt a value of this very place."""
    version, key_id, body = _parts(value)
    key = _keys().get(key_id)
    if version != VERSION or key is None:
        raise CannotOpenError
    try:
        raw = base64.b64decode(body, validate=True)
        nonce, sealed = raw[:NONCE_BYTES], raw[NONCE_BYTES:]
        return AESGCM(key).decrypt(nonce, sealed, _header(key_id, bound_to)).decode()
    except (InvalidTag, ValueError) as error:
        raise CannotOpenError from error


def is_sealed_with_newest(value: str) -> bool:
    return _parts(value)[1] == next(iter(_keys()))


def _parts(value: str) -> tuple[str, str, str]:
    parts = value.split(".")
    if len(parts) != 3:
        raise CannotOpenError
    return parts[0], parts[1], parts[2]


def _header(key_id: str, bound_to: bytes) -> bytes:
    return b".".join((VERSION.encode(), key_id.encode(), bound_to))


def _keys() -> dict[str, bytes]:
    keys = dict(_key(pair) for pair in settings.FIELD_KEYS)
    if not keys:
        raise ImproperlyConfigured("Set FIELD_KEYS; see .env.example for what it is.")
    return keys


def _key(pair: str) -> tuple[str, bytes]:
    key_id, _, body = pair.strip().partition(":")
    padded = body.replace("-", "+").replace("_", "/") + "=" * (-len(body) % 4)
    try:
        material = base64.b64decode(padded, validate=True)
    except ValueError:
        material = b""
    if not key_id.isalnum() or len(material) < KEY_BYTES:
        raise ImproperlyConfigured(
            "FIELD_KEYS takes id:base64 pairs of at least 32 random bytes each."
        )
    return key_id, _of_right_length(material)


def _of_right_length(material: bytes) -> bytes:
    """Exactly 32 bytes are the key; longer material is condensed to one."""
    if len(material) == KEY_BYTES:
        return material
    return HKDF(
        algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"kap field key"
    ).derive(material)


Rotator = Callable[[], int]
"""Seals anew, with the newest key, what an older one sealed; returns how many."""

_rotators: dict[str, Rotator] = {}


def register_rotator(name: str, rotator: Rotator) -> None:
    """Each app that keeps sealed values says how to seal them anew; may be resumed."""
    _rotators[name] = rotator


def rotate() -> dict[str, int]:
    """Run every rotator; returns how many values each sealed anew."""
    return {name: rotator() for name, rotator in _rotators.items()}
