"""Digests of what is signed, and the seal over a signature's row."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import json
from functools import cache
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

if TYPE_CHECKING:
    from kap.documents.models import Signature

INFO = b"kap signature seal, edition 1"
SEALED = (
    "object_type",
    "object_id",
    "meaning",
    "content_sha256",
    "user_id",
    "patient_id",
    "link_id",
    "signer_key",
    "printed_name",
    "proof",
    "drawing_svg",
    "agent_sha256",
)


def digest(content: str) -> str:
    """SHA-256 of everything that was shown to the signer."""
    return hashlib.sha256(content.encode()).hexdigest()


@cache
def _key(secret: str) -> bytes:
    """A key of its own for seals; it is nowhere in the database."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=INFO).derive(
        secret.encode()
    )


def _content(signature: Signature) -> bytes:
    facts = {name: getattr(signature, name) for name in SEALED}
    facts["id"] = signature.pk
    facts["ip"] = str(ipaddress.ip_address(signature.ip)) if signature.ip else None
    facts["signed_at"] = signature.signed_at.timestamp()
    return json.dumps(facts, sort_keys=True, default=str).encode()


def _mac(signature: Signature, secret: str) -> str:
    return hmac.new(_key(secret), _content(signature), hashlib.sha256).hexdigest()


def seal_of(signature: Signature) -> str:
    """The seal that this row must carry, under today's key."""
    return _mac(signature, settings.SECRET_KEY)


def is_intact(signature: Signature) -> bool:
    """Whether the row is as it was written, under today's key or an earlier one."""
    secrets = [settings.SECRET_KEY, *map(str, settings.SECRET_KEY_FALLBACKS)]
    return any(
        hmac.compare_digest(_mac(signature, secret), signature.seal)
        for secret in secrets
    )
