"""Handing a file out: whole, as it was made, as an attachment under a neutral name."""

from __future__ import annotations

from django.http import HttpResponse

from kap.documents import files
from kap.documents.models import DocumentReference


def file_response(document: DocumentReference) -> HttpResponse | None:
    """The PDF, or None when the file is missing or was changed.

    The caller has decided who may have it, and has written that down.
    """
    content = files.read_whole(document.path, checksum=document.content_sha256)
    if content is None:
        return None
    name = f"document-{document.pk.hex[:8]}.pdf"
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "no-store",
        },
    )
