"""Rosters as companies really keep them, made in memory."""

import io
from collections.abc import Callable, Sequence
from typing import Any

import xlsxwriter

from portal.people.numbers import _check_digit

HEADER = ("楼栋", "单元", "房号", "面积", "业主姓名", "联系电话", "身份证号", "邮箱", "入住日期", "身份", "备注")


def identity(number: int = 1, born: str = "19900101") -> str:
    """A valid identity number of nobody."""
    start = f"440304{born}{number:03}"
    return start + _check_digit(start)


def xlsx(rows: Sequence[Sequence[Any]], shape: Callable[[Any, Any], None] | None = None, name: str = "名册") -> bytes:
    """A workbook of one sheet; `shape(book, sheet)` adds merges, formats and more sheets."""
    kept = io.BytesIO()
    book = xlsxwriter.Workbook(kept, {"in_memory": True})
    sheet = book.add_worksheet(name)
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    if shape:
        shape(book, sheet)
    book.close()
    return kept.getvalue()


def csv_of(rows: Sequence[Sequence[Any]], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    lines = [delimiter.join(f'"{cell}"' if isinstance(cell, str) else str(cell) for cell in row) for row in rows]
    return "\r\n".join(lines).encode(encoding)
