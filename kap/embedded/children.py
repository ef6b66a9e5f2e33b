"""The programs of the clinic: web, workers, beat; how each is started and stopped."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kap.embedded.supervisor import Child

QUEUES = {
    "mail": ("mail,maintenance", 2),
    "text": ("text", 1),
    "pdf": ("pdf", 1),
}
"""Worker name: its queues and how many processes. Apart, so none starves another."""
STOP_ORDER = (("web", "beat"), tuple(f"worker-{name}" for name in QUEUES))


@dataclass(frozen=True, slots=True)
class Place:
    """Where this start keeps things and where it listens."""

    home: Path
    bind: str
    port: int

    @property
    def address(self) -> str:
        shown = "localhost" if self.bind in {"127.0.0.1", "0.0.0.0"} else self.bind  # noqa: S104 -- compared, not bound
        return f"http://{shown}:{self.port}"


def common_env(place: Place, *, database_url: str) -> dict[str, str]:
    """What every Django process is told; where Redis is, is not part of it."""
    env = {key: value for key, value in os.environ.items() if key != "REDIS_URL"}
    env.setdefault("DJANGO_SETTINGS_MODULE", "kap.settings.development")
    env.setdefault("PUBLIC_URL", place.address)
    env.setdefault("LC_ALL", "C.UTF-8")
    env["PYTHONUNBUFFERED"] = "1"
    env["KAP_HOME"] = str(place.home)
    env["DATABASE_URL"] = database_url
    return env


def web(place: Place, env: Mapping[str, str]) -> Child:
    host = f"[{place.bind}]" if ":" in place.bind else place.bind
    command = [sys.executable, "-m", "gunicorn", "kap.wsgi:application"]
    command += ["--config", "python:kap.embedded.gunicorn_conf"]
    command += ["--bind", f"{host}:{place.port}"]
    return Child(
        name="web",
        title="The web server",
        command=command,
        env=env,
        log=place.home / "log" / "web.log",
        grace_s=35,
    )


def ready_file(place: Place, name: str) -> Path:
    return place.home / "run" / f"worker-{name}.ready"


def workers(place: Place, env: Mapping[str, str], redis_url: str) -> list[Child]:
    return [_worker(place, env, redis_url, name) for name in QUEUES]


def _worker(place: Place, env: Mapping[str, str], redis_url: str, name: str) -> Child:
    queues, processes = QUEUES[name]
    ready = ready_file(place, name)
    ready.unlink(missing_ok=True)
    command = [sys.executable, "-m", "celery", "-A", "kap.celery", "worker"]
    command += ["--queues", queues, "--concurrency", str(processes)]
    command += ["--hostname", f"{name}@%h", "--loglevel", "WARNING"]
    command += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    own = {"REDIS_URL": redis_url, "KAP_READY_FILE": str(ready), "KAP_WORKER": name}
    return Child(
        name=f"worker-{name}",
        title=f"The {name} worker",
        command=command,
        env={**env, **own},
        log=place.home / "log" / f"worker-{name}.log",
        # Only when the supervisor was killed. Its children go with it (kap.celery),
        # and a task that was running is delivered again.
        death_signal=signal.SIGKILL,
    )


def beat(place: Place, env: Mapping[str, str], redis_url: str) -> Child:
    command = [sys.executable, "-m", "celery", "-A", "kap.celery", "beat"]
    command += ["--schedule", str(place.home / "run" / "beat"), "--pidfile", ""]
    command += ["--loglevel", "WARNING"]
    return Child(
        name="beat",
        title="The clock (beat)",
        command=command,
        env={**env, "REDIS_URL": redis_url},
        log=place.home / "log" / "beat.log",
        grace_s=10,
    )
