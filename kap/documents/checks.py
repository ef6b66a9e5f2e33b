"""Looking whether signatures and files are still what they were."""

from __future__ import annotations

import hashlib
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist

from kap.core.errors import DomainError
from kap.documents import registry
from kap.documents.models import DocumentReference, Signature
from kap.documents.seal import digest, is_intact

Broken = list[tuple[UUID, str]]


def broken_signatures() -> tuple[int, Broken]:
    """How many were looked at, and the id and the fault of each that does not hold."""
    found: Broken = []
    count = 0
    for signature in Signature.objects.order_by("pk").iterator(chunk_size=500):
        count += 1
        if reason := signature_fault(signature):
            found.append((signature.pk, reason))
    return count, found


def signature_fault(signature: Signature) -> str:
    """What is wrong with a signature, or "" when it holds."""
    if not is_intact(signature):
        return "the row was changed after it was written"
    rebuild = registry.signed_content(signature.object_type)
    if rebuild is None:
        return ""
    try:
        content = rebuild(signature.object_id, signature.meaning)
    except (ObjectDoesNotExist, LookupError, DomainError):
        return "what was signed is gone"
    if digest(content) != signature.content_sha256:
        return "what was signed was changed afterwards"
    return ""


def broken_documents() -> tuple[int, Broken]:
    """How many files were looked at, and the id and the fault of each."""
    found: Broken = []
    count = 0
    for document in DocumentReference.objects.order_by("pk").iterator(chunk_size=500):
        count += 1
        if reason := document_fault(document):
            found.append((document.pk, reason))
    return count, found


def document_fault(document: DocumentReference) -> str:
    path = Path(settings.MEDIA_ROOT) / document.path
    try:
        content = path.read_bytes()
    except OSError:
        return "the file is missing"
    if hashlib.sha256(content).hexdigest() != document.content_sha256:
        return "the file was changed after it was made"
    return ""
