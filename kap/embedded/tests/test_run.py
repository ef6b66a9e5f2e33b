"""`make run`, from the first start to Ctrl-C."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psutil
import pytest

from kap.embedded import paths

OPEN = "The clinic is open at"


class Clinic:
    """One `make run` in a folder of its own."""

    def __init__(self, home: Path, port: int) -> None:
        taken = {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"}
        env = {key: value for key, value in os.environ.items() if key not in taken}
        env |= {"KAP_HOME": str(home), "PORT": str(port), "KAP_DEMO": "0"}
        self.output = home.with_suffix(".out")
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "kap.embedded.run"],
                cwd=paths.ROOT,
                env=env,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_until_open(self, within_s: float = 240) -> None:
        deadline = time.monotonic() + within_s
        while OPEN not in self.output.read_text():
            assert self.process.poll() is None, self.output.read_text()
            assert time.monotonic() < deadline, self.output.read_text()
            time.sleep(0.1)

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.slow
def test_the_clinic_opens_and_closes_and_leaves_no_process(open_folder, port):
    home = open_folder / "var"
    clinic = Clinic(home, port)
    try:
        clinic.wait_until_open()
        answer = urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz")
        family = clinic.family()
        web = [one for one in family if "gunicorn" in " ".join(one.cmdline())]

        assert (answer.status, answer.read()) == (200, b"")
        assert len(web) >= 2
        assert all("REDIS_URL" not in one.environ() for one in web)
    finally:
        clinic.process.send_signal(signal.SIGINT)
        code = clinic.process.wait(60)
    assert code == 0
    assert [one for one in family if one.is_running()] == []

    began = time.monotonic()
    again = Clinic(home, port)
    try:
        again.wait_until_open()
        took_s = time.monotonic() - began
        family = again.family()
    finally:
        again.process.kill()
        again.process.wait()
    _, left = psutil.wait_procs(family, timeout=20)

    assert left == []
    others_work = os.getloadavg()[0] > 1.5
    assert took_s < (60 if others_work else 10)
