"""PHQ-9 forms with one question to go, each behind a link of its own, for the benchmark."""

from __future__ import annotations

import json
import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import cycle

from django.conf import settings
from django.http import HttpResponse

from kap.patients import links
from kap.patients.models import EpisodeOfCare, PatientLinkSession, SecureLink
from screening import instruments
from screening.models import QuestionnaireResponse

INSTRUMENT = "phq-9"
CSRF_LENGTH = 32


def as_json(count: int, *, now: datetime) -> str:
    """The cookies of so many link sessions; the last question is not answered yet."""
    known = instruments.load(INSTRUMENT)
    said = {item.link_id: 1 for item in known.items[:-1]} | {"phq9-9": 0}
    episodes = cycle(
        list(EpisodeOfCare.objects.open().order_by("patient__number")[:400])
    )
    forms, rows, secrets_of = [], [], []
    for episode in (next(episodes) for _ in range(count)):
        form = QuestionnaireResponse(
            patient_id=episode.patient_id,
            episode=episode,
            instrument=INSTRUMENT,
            instrument_version=known.version,
            answers=said,
            created_at=now,
            started_at=now,
        )
        forms.append(form)
        secret = secrets.token_urlsafe(24)
        secrets_of.append(secret)
        rows.append(
            SecureLink(
                token_sha256=links.fingerprint(secrets.token_urlsafe(32)),
                purpose="measures",
                patient_id=episode.patient_id,
                object_id=form.pk,
                created_at=now,
                expires_at=now + timedelta(days=1),
                max_uses=5,
            )
        )
    QuestionnaireResponse.objects.bulk_create(forms, batch_size=1000)
    SecureLink.objects.bulk_create(rows, batch_size=1000)
    PatientLinkSession.objects.bulk_create(
        [
            PatientLinkSession(
                secret_sha256=sha256(secret.encode()).hexdigest(),
                link=link,
                opened_at=now,
                seen_at=now,
            )
            for secret, link in zip(secrets_of, rows, strict=True)
        ],
        batch_size=1000,
    )
    token = secrets.token_hex(CSRF_LENGTH // 2)
    found = {
        "path": f"/p/form/{len(known.items)}/",
        "token": token,
        "cookies": [
            {links.COOKIE: _signed(secret), settings.CSRF_COOKIE_NAME: token}
            for secret in secrets_of
        ],
    }
    return json.dumps(found)


def _signed(secret: str) -> str:
    response = HttpResponse()
    links.start_session(response, secret)
    return str(response.cookies[links.COOKIE].value)
