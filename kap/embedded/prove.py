"""`make test`: linters, types, contracts, migrations, production settings, then the tests."""

from __future__ import annotations

import base64
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from kap.embedded import checks, paths, testbed
from kap.embedded.say import CannotStartError, complain, say

PROCESSES = "2"
"""Tests run in two processes, each with a database of its own."""


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    command: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)


def _python(*words: str) -> list[str]:
    return [sys.executable, *words]


def _manage(*words: str) -> list[str]:
    return _python("manage.py", *words)


def production_env() -> dict[str, str]:
    """Made-up secrets, good for one check of the production settings."""
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    return {
        "DJANGO_SETTINGS_MODULE": "kap.settings.production",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "AUDIT_ANCHOR_KEY": secrets.token_urlsafe(64),
        "FIELD_KEYS": f"k1:{key}",
        "ALLOWED_HOSTS": "kap.example.org",
        "PUBLIC_URL": "https://kap.example.org",
        "KAP_DEMO": "0",
    }


def steps(database_url: str) -> list[Step]:
    """The checks that need no browser, each with its name."""
    test = {
        "DJANGO_SETTINGS_MODULE": "kap.settings.test",
        "DATABASE_URL": database_url,
    }
    deploy = ["check", "--deploy", "--fail-level", "WARNING"]
    lint_imports = "from importlinter.cli import lint_imports_command as go; go()"
    return [
        Step("lint", _python("-m", "ruff", "check", ".")),
        Step("format", _python("-m", "ruff", "format", "--check", "--quiet", ".")),
        Step("types", _python("-m", "mypy", "--no-error-summary", "."), test),
        Step("import contracts", _python("-c", lint_imports, "--no-cache"), test),
        Step("migrations", _manage("makemigrations", "--check", "--dry-run"), test),
        Step("production settings", _manage(*deploy), production_env()),
    ]


def _take(step: Step) -> tuple[Step, float, subprocess.CompletedProcess[str]]:
    began = time.monotonic()
    done = subprocess.run(
        step.command,
        cwd=paths.ROOT,
        env={**os.environ, **step.env},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    return step, time.monotonic() - began, done


def _check_all(database_url: str) -> list[str]:
    """Every step, two at a time; the names of those that failed."""
    failed = []
    with ThreadPoolExecutor(max_workers=2) as pool:
        for step, seconds, done in pool.map(_take, steps(database_url)):
            passed = done.returncode == 0
            say(f"{'ok    ' if passed else 'FAILED'} {step.name} ({seconds:.0f} s)")
            if not passed:
                say(done.stdout.rstrip())
                failed.append(step.name)
    return failed


def _pytest() -> int:
    command = _python("-m", "pytest", "-q", "-n", PROCESSES, "--dist", "worksteal")
    return subprocess.run(
        [*command, *sys.argv[1:]], cwd=paths.ROOT, check=False
    ).returncode


def main() -> int:
    given = os.environ.get("DATABASE_URL", "").strip()
    try:
        checks.check_home(paths.home())
        server, in_use = (None, None) if given else testbed.join()
    except CannotStartError as reason:
        complain(str(reason))
        return 1
    try:
        failed = _check_all(given or (server.url() if server else ""))
        outcome = _pytest()
    except KeyboardInterrupt:
        return 130
    finally:
        if in_use is not None:
            in_use.close()
            testbed.leave()
    if failed:
        complain(f"These checks failed: {', '.join(failed)}.")
    return 1 if failed or outcome else 0


if __name__ == "__main__":
    sys.exit(main())
