"""Reads an uploaded file once, for its digest alone: nothing is kept, in memory or on disk."""

from __future__ import annotations

import hashlib
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

from kap.documents.verify import MAX_BYTES


class DigestedFile(UploadedFile):  # type: ignore[type-arg]  # generic only for type checkers
    """A file of which only the digest is left."""

    def __init__(self, *, name: str, size: int, checksum: str) -> None:
        super().__init__(file=None, name=name, size=size)
        self.checksum = checksum


class DigestHandler(FileUploadHandler):
    """Hashes what comes in and lets it go; ends the upload at the limit."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self._digest = hashlib.sha256()
        self._size = 0
        self.is_too_large = False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:  # noqa: ARG002
        self._size += len(raw_data)
        if self._size > MAX_BYTES:
            self.is_too_large = True
            raise StopUpload(connection_reset=False)
        self._digest.update(raw_data)

    def file_complete(self, file_size: int) -> DigestedFile:
        return DigestedFile(
            name=self.file_name or "",
            size=file_size,
            checksum=self._digest.hexdigest(),
        )


__all__ = ["DigestHandler", "DigestedFile"]
