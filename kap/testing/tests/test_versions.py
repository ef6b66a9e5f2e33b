"""Floors below which a part has a known hole (2026), and the production settings."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import version

import pytest
from packaging.version import Version

from kap.embedded import paths

FLOORS = {
    "Django": "5.2.19",
    "weasyprint": "70.0",
    "django-allauth": "65.16.1",
    "celery": "5.7.0",
    "kombu": "5.7.0",
    "gunicorn": "22.0",
    "redis": "8.0",
    "cryptography": "48",
    "pillow": "13",
}


@pytest.mark.parametrize(("name", "floor"), list(FLOORS.items()))
def test_part_is_new_enough(name, floor):
    assert Version(version(name)) >= Version(floor)


def production(**changes: str) -> dict[str, str]:
    strong = "k9Qz-7Lw_" + "aB3dE5fG7hJ9kM2nP4qR6sT8uV" * 2
    return {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "kap.settings.production",
        "SECRET_KEY": strong,
        "AUDIT_ANCHOR_KEY": strong[::-1],
        "FIELD_KEYS": "k1:" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVoxMjM0NTY=",
        "ALLOWED_HOSTS": "clinic.example",
        "PUBLIC_URL": "https://clinic.example",
        "DATABASE_URL": "postgresql://kap@localhost/kap",
        **changes,
    }


def check(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "manage.py",
        "check",
        "--deploy",
        "--fail-level",
        "WARNING",
    ]
    return subprocess.run(
        command,
        cwd=paths.ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_production_settings_pass_djangos_own_check():
    done = check(production())

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "changes",
    [
        {"SECRET_KEY": ""},
        {"SECRET_KEY": "changeme" * 10},
        {"SECRET_KEY": "a" * 80},
        {"AUDIT_ANCHOR_KEY": "short"},
        {"FIELD_KEYS": ""},
        {"ALLOWED_HOSTS": ""},
    ],
    ids="-".join,
)
def test_production_does_not_start_with_a_missing_or_weak_secret(changes):
    done = check(production(**changes))

    assert done.returncode != 0
    assert next(iter(changes)) in done.stderr
