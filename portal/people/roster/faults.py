"""What can be wrong with a file, and where."""

from dataclasses import dataclass, field
from typing import Any


class FileError(Exception):
    """The file as a whole cannot be read. `code` is a key of words.py."""

    def __init__(self, code: str, **data: Any) -> None:
        super().__init__(code)
        self.code, self.data = code, data


class CellError(Exception):
    """One cell does not say what its column is for."""

    def __init__(self, code: str, **data: Any) -> None:
        super().__init__(code)
        self.code, self.data = code, data


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the file: the sheet's name (where there are several) and the row as the spreadsheet numbers it."""

    sheet: str | None
    row: int


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to tell about one place: why a row is bad, or what was done about it."""

    place: Place | None
    column: str | None
    code: str
    data: dict[str, Any] = field(default_factory=dict)
