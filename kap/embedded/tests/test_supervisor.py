"""Children are revived, stopped in order, and never outlive the supervisor."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from kap.embedded import process, supervisor
from kap.embedded.supervisor import Child, Register, Supervisor


def wait_for(condition: Callable[[], bool], within_s: float = 10) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.02)


def a_child(tmp_path: Path, name: str, script: str) -> Child:
    return Child(
        name=name,
        title=f"The {name}",
        command=[sys.executable, "-c", script],
        env=dict(os.environ),
        log=tmp_path / f"{name}.log",
        grace_s=5,
    )


@pytest.fixture
def watch(tmp_path: Path):
    watching = Supervisor(Register(tmp_path / "processes.json"))
    yield watching
    for child in watching.children:
        if child.process is not None:
            process.kill_group(child.process.pid)
            child.process.wait()


def test_a_child_that_dies_is_started_again(watch, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(supervisor, "BACK_OFF_S", (0,))
    child = a_child(tmp_path, "sleeper", "import time; time.sleep(60)")
    watch.add(child)
    first = child.process.pid

    os.kill(first, signal.SIGKILL)
    wait_for(child.dead)
    watch.watch_once()

    assert child.process.pid != first
    assert capsys.readouterr().out == (
        "The sleeper stopped by itself; starting it again in 0 s.\n"
    )


def test_a_child_that_keeps_dying_is_started_ever_later(watch, tmp_path, capsys):
    child = a_child(tmp_path, "weak", "raise SystemExit(1)")
    watch.add(child)

    for _ in range(2):
        wait_for(child.dead)
        watch.watch_once()
        child.not_before = 1e-9
        watch.watch_once()
    wait_for(child.dead)
    watch.watch_once()

    pauses = [line.split()[-2] for line in capsys.readouterr().out.splitlines()]
    assert pauses == ["0.5", "1", "2"]


def test_a_child_that_ignores_the_request_is_killed_with_its_family(watch, tmp_path):
    script = (
        "import signal, subprocess, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "subprocess.Popen(['sleep', '60'])\n"
        "print('up', flush=True)\n"
        "time.sleep(60)\n"
    )
    child = a_child(tmp_path, "stubborn", script)
    child.grace_s = 0.2
    watch.add(child)
    wait_for(lambda: "up" in child.log.read_text())
    group = child.process.pid

    watch.stop_children([["stubborn"]])

    wait_for(lambda: not process.group_alive(group))


def test_the_next_start_clears_what_a_killed_one_left(tmp_path):
    register = Register(tmp_path / "run" / "processes.json")
    register.file.parent.mkdir()
    left = subprocess.Popen(["sleep", "60"], start_new_session=True)
    register.write([left.pid])

    assert register.clear_leftovers() == 1
    assert process.alive(left.pid) is None
    left.wait(5)
    assert register.clear_leftovers() == 0


def test_a_process_that_merely_has_an_old_number_is_left_alone(tmp_path):
    register = Register(tmp_path / "run" / "processes.json")
    register.file.parent.mkdir()
    with subprocess.Popen(["sleep", "60"], start_new_session=True) as stranger:
        started = psutil.Process(stranger.pid).create_time() - 100
        register.file.write_text(f'[{{"pid": {stranger.pid}, "started": {started}}}]')

        assert register.clear_leftovers() == 0
        assert stranger.poll() is None
        stranger.kill()


def test_a_child_dies_with_a_parent_that_was_killed(tmp_path):
    script = (
        "import signal, sys, time, pathlib\n"
        "from kap.embedded.process import spawn\n"
        "child = spawn(['sleep', '60'], log=pathlib.Path(sys.argv[1]),"
        " death_signal=signal.SIGKILL)\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path / "log")], stdout=subprocess.PIPE
    ) as parent:
        child = int(parent.stdout.readline())
        assert process.alive(child) is not None

        parent.kill()

        wait_for(lambda: process.alive(child) is None)


def test_logs_are_kept_for_three_starts(tmp_path):
    log = tmp_path / "web.log"
    for start in range(5):
        process.rotate(log)
        log.write_text(f"start {start}")

    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "web.log",
        "web.log.1",
        "web.log.2",
        "web.log.3",
    ]
    assert (tmp_path / "web.log.3").read_text() == "start 1"
