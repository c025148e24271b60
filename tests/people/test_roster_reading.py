"""Reading a roster: whatever a property company's workbook looks like, each row is read or has its reason."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from portal.people.models import Relation, UnitKind
from portal.people.roster import reading
from portal.people.roster.faults import FileError
from portal.people.roster.reading import Reading
from portal.people.roster.rows import Row
from tests.people.workbooks import HEADER, csv_of, identity, xlsx


def read(raw: bytes) -> Reading:
    return reading.read(raw, lambda done, of: None)


def read_row(**cells: Any) -> Row:
    """The one row of a workbook with these columns."""
    found = read(xlsx([tuple(cells), tuple(cells.values())]))
    assert not found.bad, found.bad
    return found.rows[0]


def fault_of(**cells: Any) -> tuple[str | None, str]:
    """Column and code of the one reason why the row is bad."""
    found = read(xlsx([tuple(cells), tuple(cells.values())]))
    assert not found.rows
    (remark,) = found.bad
    assert remark.place is not None
    assert remark.place.row == 2
    return remark.column, remark.code


def test_reads_the_columns_of_the_brief() -> None:
    """The columns that a property company really has, read as what they are."""
    row = (
        "3",
        "1",
        "1204",
        89.5,
        "王建国",
        "13800135678",
        identity(),
        "w@example.test",
        "2020/1/5",
        "业主",
        "次卧漏水",
    )
    found = read(xlsx([HEADER, row])).rows[0]
    assert found.door.code == "3-1-1204"
    assert (found.area, found.name, found.phones) == (Decimal("89.50"), "王建国", ("13800135678",))
    assert (found.document, found.email, found.moved_in) == (identity(), "w@example.test", date(2020, 1, 5))
    assert (found.relation, found.note) == (Relation.OWNER, "次卧漏水")


@pytest.mark.parametrize(
    "header",
    [
        ("身份证号码", "手机号", "业主", "房间号", "单元号", "栋"),
        ("证件号码", "手机号码", "业主姓名", "室", "单元", "座"),
        ("证件号", "电话", "姓名", "房间", "单元名称", "楼号"),
        ("业主身份证号码（必填）", "业主联系电话*", "产权人", "房 号", "单元：", "楼栋号"),
        ("身份证", "联系方式", "户主姓名", "门牌号", "section", "Building"),
    ],
)
def test_knows_columns_in_any_order_and_by_other_names(header: tuple[str, ...]) -> None:
    found = read(xlsx([header, (identity(), "13800135678", "王建国", "1204", "1", "3")]))
    assert [row.door.code for row in found.rows] == ["3-1-1204"]
    assert found.rows[0].phones == ("13800135678",)
    assert found.rows[0].document == identity()
    assert not found.warnings


@pytest.mark.parametrize("room", ["3-1-1204", "3栋1单元1204室", "３－１－１２０４", "3#1单元1204", "三栋一单元1204房"])
def test_a_room_can_say_building_and_section(room: str) -> None:
    assert read_row(房号=room, 姓名="王建国").door.code == "3-1-1204"


def test_a_room_that_repeats_its_building_is_the_room_alone() -> None:
    assert read_row(楼栋="3栋", 房号="3-1204", 姓名="王建国").door.code == "3-1204"


@pytest.mark.parametrize(
    ("building", "room"), [(3.0, 1204.0), ("3", "1204.0"), ("３栋", "１２０４"), ("\u00a03 ", " 1204\u200b")]
)
def test_numbers_as_text_and_text_as_numbers(building: Any, room: Any) -> None:
    """Numbers stored as text, 1204.0, full-width characters, no-break spaces."""
    assert read_row(楼栋=building, 房号=room, 姓名="王 建 国").door.code == "3-1204"


def test_spaces_inside_a_chinese_name_are_filling() -> None:
    assert read_row(楼栋="3", 房号="1204", 姓名="张　三").name == "张三"
    assert read_row(楼栋="3", 房号="1204", 姓名="John  Smith").name == "John Smith"


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        (13800135678, ("13800135678",)),
        ("13800135678、13900135678", ("13800135678", "13900135678")),
        ("13800135678/13900135678；13800135678", ("13800135678", "13900135678")),
        ("138 0013 5678 139-0013-5678", ("13800135678", "13900135678")),
        ("+86 13800135678\n0755-88881234", ("13800135678", "075588881234")),
        ("１３８００１３５６７８（王太太），（0755）88881234", ("13800135678", "075588881234")),
    ],
)
def test_several_phones_in_a_cell(cell: Any, numbers: tuple[str, ...]) -> None:
    assert read_row(楼栋="3", 房号="1204", 姓名="王建国", 电话=cell).phones == numbers


def test_every_phone_column_counts() -> None:
    row = read_row(楼栋="3", 房号="1204", 姓名="王建国", 联系电话1="13800135678", 联系电话2="", 手机="13900135678")
    assert row.phones == ("13800135678", "13900135678")


@pytest.mark.parametrize(
    "cell", ["2020/1/5", "2020-01-05", "2020年1月5日", "20200105", "2020.1.5", 43835, "2020-01-05 00:00:00"]
)
def test_dates_in_every_writing(cell: Any) -> None:
    assert read_row(楼栋="3", 房号="1204", 姓名="王建国", 交房日期=cell).moved_in == date(2020, 1, 5)


def test_dates_as_excel_keeps_them() -> None:
    def date_cell(book: Any, sheet: Any) -> None:
        sheet.write_datetime(1, 2, datetime(2020, 1, 5), book.add_format({"num_format": "yyyy-mm-dd"}))  # noqa: DTZ001

    found = read(xlsx([("房号", "姓名", "入住日期"), ("3-1204", "王建国", "")], date_cell))
    assert found.rows[0].moved_in == date(2020, 1, 5)


def test_titles_blank_rows_footers_and_totals_are_no_rows() -> None:
    """Merged title rows above the header, blank rows, a header printed again, a total and a signature below."""
    rows = [
        ("翠湖花园业主名册",),
        ("截至 2026 年 10 月",),
        HEADER,
        ("3", "1", "1204", 89.5, "王建国", "13800135678", "", "", "", "", ""),
        (),
        ("", "", "", None, "  ", "", "", "", "", "", ""),
        ("翠湖花园业主名册",),
        HEADER,
        ("3", "1", "1203", 89.5, "李梅", "", "", "", "", "", ""),
        ("合计", "", "2 户", 179, "", "", "", "", "", "", ""),
        ("制表人：张三", "", "", "", "", "", "", "", "2026-10-31", "", ""),
    ]
    found = read(xlsx(rows, lambda book, sheet: sheet.merge_range(0, 0, 0, 10, "翠湖花园业主名册")))
    assert [row.door.code for row in found.rows] == ["3-1-1204", "3-1-1203"]
    assert [row.place.row for row in found.rows] == [4, 9]
    assert not found.bad


def test_group_headings_above_the_header_are_not_the_header() -> None:
    rows = [
        ("房屋", "", "业主", "", ""),
        ("楼栋", "房号", "姓名", "电话", "面积"),
        ("3", "1204", "王建国", "13800135678", "89"),
    ]
    row = read(xlsx(rows, lambda book, sheet: sheet.merge_range(0, 2, 0, 4, "业主"))).rows[0]
    assert (row.door.code, row.name, row.phones) == ("3-1204", "王建国", ("13800135678",))


def test_cells_merged_downwards_stand_in_each_row() -> None:
    """A building written once for all its rows; header cells merged over two rows."""

    def merge(book: Any, sheet: Any) -> None:
        sheet.merge_range("A1:A2", "楼栋")
        sheet.merge_range("A3:A5", "3栋")
        sheet.merge_range("B3:B4", "1204")

    rows = [
        ("楼栋", "房屋", "业主"),
        ("", "房号", "姓名"),
        ("3栋", "1204", "王建国"),
        ("", "", "李梅"),
        ("", "1203", "赵岗"),
        ("", "1202", "孙账"),
    ]
    found = read(xlsx(rows, merge))
    assert [(row.door.code, row.name) for row in found.rows] == [
        ("3-1204", "王建国"),
        ("3-1204", "李梅"),
        ("3-1203", "赵岗"),
    ]
    assert [(remark.place.row if remark.place else 0, remark.code) for remark in found.bad] == [(6, "building-missing")]


def test_every_sheet_with_a_header_is_read() -> None:
    def more(book: Any, sheet: Any) -> None:
        other = book.add_worksheet("2栋")
        other.write_row(0, 0, ("楼栋", "房号", "姓名"))
        other.write_row(1, 0, ("2", "0101", "李梅"))
        book.add_worksheet("说明").write(0, 0, "本表由管理处填写")
        book.add_worksheet("空表")

    found = read(xlsx([("楼栋", "房号", "姓名"), ("1", "0101", "王建国")], more, name="1栋"))
    assert [(row.place.sheet, row.door.code) for row in found.rows] == [("1栋", "1-0101"), ("2栋", "2-0101")]
    assert [(remark.code, remark.data) for remark in found.warnings] == [("sheet-skipped", {"sheet": "说明"})]


def test_unknown_columns_are_told() -> None:
    found = read(xlsx([("序号", "楼栋", "房号", "姓名", "车牌"), (1, "3", "1204", "王建国", "粤B12345")]))
    assert [(remark.code, remark.column) for remark in found.warnings] == [("column-unknown", "车牌")]


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ({"楼栋": "3", "房号": "", "姓名": "王建国"}, ("房号", "room-missing")),
        ({"房号": "1204", "姓名": "王建国"}, ("房号", "building-missing")),
        ({"房号": "3-1204", "姓名": "", "联系电话": "13800135678"}, ("姓名", "name-missing")),
        ({"房号": "3-1204", "姓名": "13800135678"}, ("姓名", "name-number")),
        ({"房号": "3-1204", "姓名": "王建国", "手机": "1380013567"}, ("手机", "phone")),
        ({"房号": "3-1204", "姓名": "王建国", "手机": "88881234"}, ("手机", "phone")),
        ({"房号": "3-1204", "姓名": "王建国", "手机": "1.38E+10"}, ("手机", "phone-rounded")),
        ({"房号": "3-1204", "姓名": "王建国", "证件号码": identity()[:-1]}, ("证件号码", "document-length")),
        ({"房号": "3-1204", "姓名": "王建国", "证件号码": "000304199001010018"}, ("证件号码", "document-region")),
        ({"房号": "3-1204", "姓名": "王建国", "证件号码": "440304199013010018"}, ("证件号码", "document-birthday")),
        ({"房号": "3-1204", "姓名": "王建国", "证件号码": 440304199001010018}, ("证件号码", "document-rounded")),
        ({"房号": "3-1204", "姓名": "王建国", "email": "wang＠example"}, ("email", "email")),
        ({"房号": "3-1204", "姓名": "王建国", "入住日期": "去年春天"}, ("入住日期", "date")),
        ({"房号": "3-1204", "姓名": "王建国", "入住日期": "2020-02-30"}, ("入住日期", "date")),
        ({"房号": "3-1204", "姓名": "王建国", "建筑面积(㎡)": "八十九"}, ("建筑面积(㎡)", "area")),
        ({"房号": "3-1204", "姓名": "王建国", "建筑面积(㎡)": -3}, ("建筑面积(㎡)", "area")),
        ({"房号": "3-1204", "姓名": "王建国", "关系": "朋友"}, ("关系", "relation")),
    ],
)
def test_a_bad_row_names_its_column_and_reason(cells: dict[str, Any], fault: tuple[str, str]) -> None:
    assert fault_of(**cells) == fault


def test_an_identity_number_with_a_wrong_check_digit_is_bad() -> None:
    right = identity()
    wrong = right[:-1] + ("1" if right[-1] != "1" else "2")
    assert fault_of(房号="3-1204", 姓名="王建国", 身份证号=wrong) == ("身份证号", "document-check")


def test_one_row_can_have_several_faults() -> None:
    header = ("房号", "姓名", "电话", "邮箱")
    found = read(xlsx([header, ("3-1204", "王建国", "12345", "x"), ("3-1203", "李梅", "", "")]))
    assert found.bad_rows == 1
    assert [remark.code for remark in found.bad] == ["phone", "email"]
    assert len(found.rows) == 1


def test_a_bad_number_is_shown_masked() -> None:
    found = read(xlsx([("房号", "姓名", "电话"), ("3-1204", "王建国", "13800135678、138001356789")]))
    assert found.bad[0].data == {"position": 2, "number": "138****6789"}


def test_kinds_and_relations() -> None:
    row = read_row(楼栋="3", 房号="商铺12", 姓名="李梅", 用途="商铺", 身份="租客", 保修期至="2027-06-30")
    assert (row.door.code, row.kind, row.relation) == ("3-商铺12", UnitKind.SHOP, Relation.TENANT)
    assert row.warranty == date(2027, 6, 30)
    assert read_row(楼栋="3", 房号="1204", 姓名="李梅", 户型="三室两厅").kind is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_in_the_encodings_that_programs_write(encoding: str, delimiter: str) -> None:
    raw = csv_of(
        [("翠湖花园",), ("楼栋", "房号", "姓名", "电话"), ("3", "1204", "王喆", "13800135678")], encoding, delimiter
    )
    row = read(raw).rows[0]
    assert (row.door.code, row.name, row.phones, row.place.row) == ("3-1204", "王喆", ("13800135678",), 3)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 600, "old-excel"),
        (b"PK\x03\x04" + b"x" * 600, "not-workbook"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not-workbook"),
        ("今天天气很好".encode(), "no-header"),
        (xlsx([("姓名", "电话"), ("王建国", "13800135678")]), "no-header"),
        (xlsx([HEADER]), "no-rows"),
        (xlsx([]), "no-header"),
        (xlsx([HEADER, ("3", "1", "1204")])[:-200], "not-workbook"),
    ],
)
def test_what_is_no_roster_is_refused_with_one_reason(raw: bytes, code: str) -> None:
    with pytest.raises(FileError) as refused:
        read(raw)
    assert refused.value.code == code


def test_progress_is_told_while_reading(app: Flask) -> None:
    told: list[tuple[int, int]] = []
    rows = [("房号", "姓名"), *((f"3-{number}", "王建国") for number in range(1000, 2000))]
    reading.read(xlsx(rows), lambda done, of: told.append((done, of)))
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1] == (1000, 1001)
