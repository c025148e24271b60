"""The whole file: find the header of each sheet, read what stands under it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from portal.people.roster import cells, workbook
from portal.people.roster.columns import Field, Layout, recognise
from portal.people.roster.faults import FileError, Place, Remark
from portal.people.roster.rows import Row, RowReader, is_aside
from portal.people.roster.workbook import Sheet

HEADER_WITHIN = 30  # rows
STEP = 200  # rows between two moves of the progress bar
Progress = Callable[[int, int], None]  # rows done, rows in all


@dataclass
class Reading:
    """What a file holds: rows that can be taken over, why others can't, what else to tell."""

    rows: list[Row] = field(default_factory=list)
    bad: list[Remark] = field(default_factory=list)
    bad_rows: int = 0
    warnings: list[Remark] = field(default_factory=list)
    sheets: int = 0


def read(raw: bytes, progress: Progress) -> Reading:
    """Read an uploaded roster. Raises FileError where no sheet has a header with a room in it."""
    found, done = Reading(), 0
    for sheet in workbook.sheets(raw):
        done += _read_sheet(sheet, found, _shifted(progress, done))
    if not found.sheets:
        raise FileError("no-header")
    if not found.rows and not found.bad:
        raise FileError("no-rows")
    return found


def _read_sheet(sheet: Sheet, found: Reading, progress: Progress) -> int:
    head = list(islice(sheet.rows, HEADER_WITHIN))
    at, layout = _header(head)
    if layout is None:
        if any(cells.one_line(cell) for _, row in head for cell in row):
            found.warnings.append(Remark(None, None, "sheet-skipped", {"sheet": sheet.name[:60]}))
        return 0
    found.sheets += 1
    _tell_columns(sheet, layout, found)
    titles = frozenset(cells.one_line(cell) for _, row in head[:at] for cell in row) - {""}
    reader, number = RowReader(layout), 0
    for number, row in _chained(head[at + 1 :], sheet.rows):
        if not is_aside(row, layout, titles):
            _take(reader.read(Place(sheet.name[:60] or None, number), row), found)
        if number % STEP == 0:
            progress(number, max(number, sheet.length))
    return number


def _shifted(progress: Progress, before: int) -> Progress:
    return lambda done, of: progress(before + done, before + of)


def _take(read_row: tuple[Row | None, list[Remark]], found: Reading) -> None:
    row, remarks = read_row
    if row is None:
        found.bad += remarks
        found.bad_rows += 1
    else:
        found.rows.append(row)


def _chained(head: list[tuple[int, Any]], rest: Any) -> Iterator[tuple[int, Sequence[Any]]]:
    yield from head
    yield from rest


def _header(head: list[tuple[int, Sequence[Any]]]) -> tuple[int, Layout | None]:
    """The row that names most. Of two neighbours that name as much the lower: the upper has group headings."""
    at, best, most = 0, None, 1
    for index, (_, row) in enumerate(head):
        layout = recognise([cells.text(cell) for cell in row])
        if layout.score > most or (best is not None and layout.score == most and index == at + 1):
            at, best, most = index, layout, layout.score
    return at, best


def _tell_columns(sheet: Sheet, layout: Layout, found: Reading) -> None:
    for label in dict.fromkeys(layout.unknown):
        found.warnings.append(Remark(Place(sheet.name[:60] or None, 0), label, "column-unknown"))
    if Field.NAME not in layout.fields.values():
        found.warnings.append(Remark(Place(sheet.name[:60] or None, 0), None, "no-names"))
