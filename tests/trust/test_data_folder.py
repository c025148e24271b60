"""The data folder holds the database, the keys and the photos: nobody else on the machine reads it."""

import stat
from pathlib import Path

import pytest

from jobs.supervisor.settings import Settings
from portal import config


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "estate" / "data"


def others(path: Path) -> int:
    """What group and others may do there."""
    return stat.S_IMODE(path.stat().st_mode) & 0o077


def test_a_new_data_folder_is_its_owners_alone(folder: Path) -> None:
    config.load({"DATA_DIR": str(folder)})
    assert others(folder) == 0
    assert others(folder / "keys.json") == 0


def test_so_is_the_one_that_the_supervisor_makes(folder: Path) -> None:
    Settings.read({"DATA_DIR": str(folder)})
    assert others(folder) == 0


def test_keys_are_made_once_random_and_long(folder: Path, tmp_path: Path) -> None:
    first = config.load({"DATA_DIR": str(folder)})
    again = config.load({"DATA_DIR": str(folder)})
    other = config.load({"DATA_DIR": str(tmp_path / "other")})
    for name in ("SECRET_KEY", "DATA_KEY", "INDEX_KEY"):
        assert first[name] == again[name] != other[name]
        assert len(bytes.fromhex(str(first[name]))) == 32
    assert len({first["SECRET_KEY"], first["DATA_KEY"], first["INDEX_KEY"]}) == 3


def test_a_key_from_the_environment_that_is_none_is_said_at_the_start(folder: Path) -> None:
    """A short DATA_KEY must not be found out by the first visitor."""
    for name in ("DATA_KEY", "INDEX_KEY"):
        for wrong in ("secret", "00" * 8):
            with pytest.raises(ValueError, match=name):
                config.load({"DATA_DIR": str(folder), name: wrong})


def test_an_empty_setting_is_none(folder: Path) -> None:
    """SECRET_KEY= in a service file must not sign sessions with nothing."""
    kept = config.load({"DATA_DIR": str(folder)})
    assert config.load({"DATA_DIR": str(folder), "SECRET_KEY": ""})["SECRET_KEY"] == kept["SECRET_KEY"]
