"""What is looked at before anything starts."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from kap.embedded import checks, paths
from kap.embedded.say import CannotStartError


def test_sockets_of_a_shallow_home_lie_in_it(tmp_path: Path) -> None:
    home = Path("/srv/kap")

    assert paths.socket_folder(home, "redis") == Path("/srv/kap/run/redis")


def test_sockets_of_a_deep_home_lie_in_a_short_folder_of_its_own() -> None:
    deep, other = Path("/srv/" + "deep/" * 30), Path("/srv/" + "deed/" * 30)

    short = paths.socket_folder(deep, "postgres")

    assert len(str(short / paths.PG_SOCKET)) <= paths.LONGEST_SOCKET
    assert short != paths.socket_folder(other, "postgres")


def test_a_socket_folder_planted_by_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "planted").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(CannotStartError, match="belongs to somebody else"):
        paths.guard_private(tmp_path / "planted" / "postgres")


def test_a_taken_port_is_named_with_the_way_out() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        number = other.getsockname()[1]

        with pytest.raises(CannotStartError) as refused:
            checks.check_port("127.0.0.1", number)

    assert str(refused.value) == (
        f"Port {number} is taken by another program. Stop that one, or choose another "
        f"port: PORT={number + 1} make run"
    )


@pytest.mark.parametrize("text", ["eighty", "0", "65536", "-1", "80.5"])
def test_a_port_that_is_no_port_is_refused(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv("PORT", text)

    with pytest.raises(CannotStartError, match="PORT is"):
        checks.port()


def test_the_port_is_8000_unless_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PORT", raising=False)

    assert checks.port() == 8000


def test_the_env_file_gives_what_the_environment_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAP_T_SET", "from the shell")
    monkeypatch.delenv("KAP_T_NEW", raising=False)
    file = tmp_path / ".env"
    file.write_text(
        "# a comment\n\nKAP_T_SET=from the file\nKAP_T_NEW='quoted = too'\n"
    )

    checks.read_env_file(file)

    assert os.environ["KAP_T_SET"] == "from the shell"
    assert os.environ.pop("KAP_T_NEW") == "quoted = too"


def test_a_broken_line_of_the_env_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("PORT=8000\nwhat is this\n")

    with pytest.raises(CannotStartError, match="Line 2"):
        checks.read_env_file(file)


def test_a_home_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(CannotStartError, match="Cannot make the data folder"):
        checks.check_home(tmp_path / "file" / "var")


def test_a_full_disk_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "LEAST_FREE_MB", 10**9)

    with pytest.raises(CannotStartError, match="is full"):
        checks.check_home(tmp_path)


def test_a_second_start_over_the_same_home_is_refused(tmp_path: Path) -> None:
    second = checks.only_one(tmp_path)

    with (
        checks.only_one(tmp_path),
        pytest.raises(CannotStartError, match=f"process {os.getpid()}"),
    ):
        second.__enter__()

    with checks.only_one(tmp_path):
        pass
