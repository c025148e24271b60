"""The uploaded rosters: sealed on disk under random names, outside the web root, deleted once they are settled."""

import re
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidTag
from flask import current_app

from portal.people.roster.faults import FileError
from portal.secret import new_token, seal, unseal

PLACE = "roster.file"
_KEY = re.compile(r"[\w-]{20,64}")


def _folder() -> Path:
    folder = Path(current_app.config["FILES_DIR"]) / "roster"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def keep(raw: bytes) -> str:
    """Seal the file and return the key under which it is found."""
    key = new_token()
    path = _folder() / key
    path.touch(mode=0o600)
    path.write_bytes(seal(raw, PLACE))
    return key


def load(key: str | None) -> bytes:
    """The file as uploaded. Raises FileError where it is gone."""
    try:
        return unseal((_folder() / (key or "-")).read_bytes(), PLACE)
    except (FileNotFoundError, InvalidTag) as error:
        raise FileError("file-gone") from error


def delete(key: str | None) -> None:
    if key and _KEY.fullmatch(key):
        (_folder() / key).unlink(missing_ok=True)


def delete_strays(wanted: set[str], before: datetime) -> int:
    """Delete files that belong to no run any more: their process died between two steps. Returns how many."""
    strays = [
        path for path in _folder().iterdir() if path.name not in wanted and path.stat().st_mtime < before.timestamp()
    ]
    for path in strays:
        path.unlink(missing_ok=True)
    return len(strays)
