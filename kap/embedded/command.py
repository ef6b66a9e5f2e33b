"""Django's command line over the embedded database: `make manage ARGS="audit_verify"`."""

from __future__ import annotations

import os
import subprocess
import sys

from kap.embedded import checks, paths
from kap.embedded.postgres_server import EmbeddedPostgres
from kap.embedded.redis_server import EmbeddedRedis
from kap.embedded.say import CannotStartError, complain


def main() -> int:
    """Run one command; start the database for it when the clinic is not open."""
    try:
        checks.read_env_file(checks.env_file())
        if os.environ.get("DATABASE_URL"):
            return _run(os.environ["DATABASE_URL"])
        postgres = EmbeddedPostgres(paths.home())
        if postgres.running_pid() is not None:
            return _run(postgres.url())
        checks.check_home(paths.home())
        with checks.only_one(paths.home()):
            postgres.start()
            try:
                return _run(postgres.url())
            finally:
                postgres.stop()
    except CannotStartError as reason:
        complain(str(reason))
        return 1


def _run(database_url: str) -> int:
    redis = EmbeddedRedis(paths.home())
    env = {"REDIS_URL": redis.url, **os.environ, "DATABASE_URL": database_url}
    command = [sys.executable, str(paths.ROOT / "manage.py"), *sys.argv[1:]]
    return subprocess.run(command, env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
