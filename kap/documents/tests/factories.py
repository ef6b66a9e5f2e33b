"""Made-up documents: the row, and the file it speaks of."""

from __future__ import annotations

import hashlib
import uuid
from datetime import UTC, datetime
from typing import Any

import factory
from factory.django import DjangoModelFactory

from kap.documents import files
from kap.documents.models import DocumentReference, RenderJob
from kap.documents.services import USELESS_AFTER
from kap.documents.tests.samples import KIND
from kap.patients.tests.factories import PatientFactory

MADE = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
CONTENT = b"%PDF-1.7 sample"


class DocumentFactory(DjangoModelFactory[DocumentReference]):
    class Meta:
        model = DocumentReference

    patient = factory.SubFactory(PatientFactory)
    kind = KIND
    source_id = factory.LazyFunction(uuid.uuid4)
    source_key = factory.Sequence(lambda n: f"{KIND}:{n}")
    title = "Sample paper"
    path = factory.LazyFunction(lambda: files.name_for(uuid.uuid4()))
    content_sha256 = hashlib.sha256(CONTENT).hexdigest()
    byte_count = len(CONTENT)
    page_count = 1
    made_at = MADE

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> DocumentReference:
        path = files.root() / kwargs["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(CONTENT)
        return model_class.objects.create(*args, **kwargs)


class RenderJobFactory(DjangoModelFactory[RenderJob]):
    class Meta:
        model = RenderJob

    patient = factory.SubFactory(PatientFactory)
    kind = KIND
    source_id = factory.LazyFunction(uuid.uuid4)
    key = factory.Sequence(lambda n: f"{KIND}:job-{n}")
    due_at = MADE
    useless_after = MADE + USELESS_AFTER
    created_at = MADE
