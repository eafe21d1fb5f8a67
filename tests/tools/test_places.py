import os
import shutil
import socket
from pathlib import Path
from types import SimpleNamespace

import pytest

from tools import places
from tools.places import Trouble


@pytest.fixture
def as_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)


def test_as_root_a_private_parent_is_refused_and_left_as_it_is(tmp_path: Path, as_root: None) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    for part in (tmp_path, *tmp_path.parents):
        if part.stat().st_uid == os.getuid() and part != Path("/tmp"):
            part.chmod(0o755)
    with pytest.raises(Trouble, match=r"private is private \(mode 0700\) and you are root.*DATA_DIR="):
        places.check_public(private / "var")
    assert private.stat().st_mode & 0o777 == 0o700
    assert not (private / "var").exists()


def test_a_private_parent_does_not_matter_to_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    tmp_path.chmod(0o700)
    places.check_public(tmp_path / "var")


def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=3_000_000))
    with pytest.raises(Trouble, match="nearly full: 3 MB free"):
        places.check_disk(tmp_path / "not" / "yet")


def test_a_busy_port_is_named_with_its_variable() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Trouble, match=rf"Port {port} on 127.0.0.1 is busy.*PORT={port + 1000}"):
            places.check_port(port, "PORT", "the web server")
    places.check_port(port, "PORT", "the web server")


def test_a_chosen_port_is_remembered(tmp_path: Path) -> None:
    first = places.remembered_port(tmp_path / "port")
    assert places.remembered_port(tmp_path / "port") == first
    (tmp_path / "port").write_text("nonsense")
    assert places.remembered_port(tmp_path / "port") > 0


@pytest.mark.parametrize(("length", "stays"), [(60, True), (150, False)])
def test_a_socket_has_a_short_path(length: int, stays: bool) -> None:
    folder = Path("/" + "d" * length)
    chosen = places.socket_folder(folder, ".s.PGSQL.5432.lock")
    assert (chosen == folder) is stays
    assert len(os.fsencode(chosen / ".s.PGSQL.5432.lock")) <= places.LONGEST_SOCKET


def test_somebody_elses_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "theirs").symlink_to(tmp_path)
    with pytest.raises(Trouble, match="somebody else"):
        places.own_folder(tmp_path / "theirs", None)


def test_the_data_folder_can_be_moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "here"))
    assert places.data_dir() == tmp_path / "here"
    monkeypatch.setenv("DATA_DIR", "")
    assert places.data_dir() == places.ROOT / "var"
