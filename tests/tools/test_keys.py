import base64
from pathlib import Path

from tools import keys


def test_keys_are_made_once_and_for_the_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    keys.make(folder)
    first = {p.name: p.read_text() for p in folder.iterdir()}
    assert set(first) == set(keys.MAKERS)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {p.stat().st_mode & 0o777 for p in folder.iterdir()} == {0o600}
    keys.make(folder)
    assert {p.name: p.read_text() for p in folder.iterdir()} == first


def test_a_killed_run_leaves_no_half_key(tmp_path: Path) -> None:
    tmp_path.joinpath(".SEAL_KEY.new").write_text("ha")
    keys.make(tmp_path)
    assert len((tmp_path / "SEAL_KEY").read_text()) >= 32
    assert not (tmp_path / ".SEAL_KEY.new").exists()


def test_a_keyring_holds_32_bytes() -> None:
    kid, _, key = keys.throwaway()["FIELD_KEYS"].partition(":")
    assert kid
    assert len(base64.b64decode(key, validate=True)) == 32


def test_processes_are_told_files_not_keys(tmp_path: Path) -> None:
    keys.make(tmp_path)
    told = keys.environment(tmp_path)
    assert set(told) == {f"{n}_FILE" for n in keys.OF_SETTINGS}
    assert all(Path(path).is_file() for path in told.values())
