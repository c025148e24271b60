"""Opening what was uploaded: XLSX (several sheets, merged cells) or CSV (UTF-8, UTF-16, GB 18030)."""

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import openpyxl
from openpyxl.utils import range_boundaries

from portal.people.roster.faults import FileError

MOST_ROWS = 100_000
MOST_COLUMNS = 60
MOST_UNPACKED = 600 * 1024 * 1024  # bytes; a small archive can unfold to a huge one
OLD_EXCEL = b"\xd0\xcf\x11\xe0"  # .xls, and .xlsx under a password
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z]+\d+:[A-Z]+\d+)"')

Cell = Any  # str, int, float, bool, date, datetime, time or None
Rows = Iterator[tuple[int, Sequence[Cell]]]


@dataclass
class Sheet:
    """One sheet: its name, about how many rows it has, its rows with their numbers as the spreadsheet shows them."""

    name: str
    length: int
    rows: Rows


def sheets(raw: bytes) -> Iterator[Sheet]:
    """The file's sheets, one after the other. Raises FileError where it is no workbook."""
    if not raw.strip():
        raise FileError("empty")
    if raw.startswith(OLD_EXCEL):
        raise FileError("old-excel")
    if raw.startswith(b"PK\x03\x04"):
        yield from _xlsx(raw)
    else:
        yield _csv(_decoded(raw))


def _xlsx(raw: bytes) -> Iterator[Sheet]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
        if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED:
            raise FileError("too-big")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and validations we do not read
            book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
    except FileError:
        raise
    except Exception as error:  # openpyxl raises whatever the broken part of a file leads to
        raise FileError("not-workbook") from error
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # what a program wrote there is often wrong
        length, merged = _survey(archive, sheet._worksheet_path)
        yield Sheet(sheet.title, length, _safely(_filled(sheet, merged)))


def _safely(rows: Rows) -> Rows:
    try:
        yield from rows
    except FileError:
        raise
    except Exception as error:  # as above: met only while the rows are unpacked
        raise FileError("not-workbook") from error


def _survey(archive: zipfile.ZipFile, path: str) -> tuple[int, dict[int, list[tuple[int, int]]]]:
    """About how many rows the sheet has, for the progress bar; and the cells merged downwards: column → (first row,
    last row) in order. They stand at the end of the sheet's text; openpyxl leaves them out when it reads by rows."""
    length, found, rest = 0, dict[int, list[tuple[int, int]]](), b""
    with archive.open(path) as part:
        for chunk in iter(lambda: part.read(1 << 20), b""):
            length += chunk.count(b"<row ")
            text, end = rest + chunk, 0
            for match in _MERGE.finditer(text):
                end = match.end()
                left, top, right, bottom = range_boundaries(match[1].decode())
                if left == right and bottom > top:
                    found.setdefault(left - 1, []).append((top, bottom))
            rest = text[end:][-64:]
    return length, {column: sorted(spans) for column, spans in found.items()}


def _filled(sheet: Any, merged: dict[int, list[tuple[int, int]]]) -> Rows:
    """The sheet's rows, a cell merged downwards standing in each of its rows."""
    waiting = {column: iter(spans) for column, spans in merged.items()}
    spans = {column: next(spans) for column, spans in waiting.items()}
    values: dict[int, Cell] = {}
    for number, read in enumerate(sheet.iter_rows(values_only=True), 1):
        if number > MOST_ROWS:
            raise FileError("too-long", most=MOST_ROWS)
        cells = list(read[:MOST_COLUMNS])
        for column in list(spans):
            top, bottom = spans[column]
            if number > bottom:
                spans[column] = top, bottom = next(waiting[column], (MOST_ROWS + 1, MOST_ROWS + 1))
            if number == top:
                values[column] = cells[column] if column < len(cells) else None
            elif top < number <= bottom:
                cells.extend([None] * (column + 1 - len(cells)))
                cells[column] = values.get(column)
        yield number, cells


def _csv(text: str) -> Sheet:
    head = text[:20_000]
    delimiter = max(",\t;", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)

    def rows() -> Rows:
        try:
            for number, cells in enumerate(reader, 1):
                if number > MOST_ROWS:
                    raise FileError("too-long", most=MOST_ROWS)
                yield number, cells[:MOST_COLUMNS]
        except csv.Error as error:
            raise FileError("not-workbook") from error

    return Sheet("", text.count("\n") + 1, rows())


def _decoded(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", errors="replace")
    if b"\x00" in raw[:4096]:
        raise FileError("not-workbook")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileError("not-text")
