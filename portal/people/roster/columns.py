"""Which column holds what: headers as property companies write them, in any order."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Field(StrEnum):
    BUILDING = "building"
    SECTION = "section"
    ROOM = "room"
    FLOOR = "floor"
    AREA = "area"
    KIND = "kind"
    WARRANTY = "warranty"
    NAME = "name"
    PHONE = "phone"
    DOCUMENT = "document"
    EMAIL = "email"
    MOVED_IN = "moved_in"
    RELATION = "relation"
    NOTE = "note"


_WORDS = {
    Field.BUILDING: (
        "楼栋 楼号 楼栋号 楼 栋 栋号 栋数 幢 幢号 座 座号 楼座 楼宇 楼宇名称 楼栋名称 building block tower"
    ),
    Field.SECTION: "单元 单元号 单元名称 门栋 梯 section entrance",
    Field.ROOM: (
        "房号 房间 房间号 房屋 房屋编号 房间编号 房产编号 房产 房产名称 资产编号 室 室号 门牌 门牌号 "
        "门号 户号 单元房号 楼栋房号 房屋地址 房屋坐落 坐落 地址 住址 house unit room roomno"
    ),
    Field.FLOOR: "楼层 层 层数 所在楼层 floor",
    Field.AREA: "面积 建筑面积 房屋面积 计费面积 收费面积 产权面积 套内面积 使用面积 area",
    Field.KIND: "户型 用途 房屋用途 物业类型 房屋类型 房屋性质 物业性质 类型 业态 房产类型 kind usage",
    Field.WARRANTY: "保修到期 保修期至 保修期 保修截止 质保到期 质保期至 保修到期日 warranty",
    Field.NAME: (
        "姓名 名字 名称 业主 业主姓名 业主名称 户主 户主姓名 产权人 产权人姓名 住户 住户姓名 客户 "
        "客户姓名 客户名称 房主 联系人 权利人 name owner"
    ),
    Field.PHONE: (
        "电话 联系电话 电话号码 手机 手机号 手机号码 联系方式 联系手机 移动电话 固定电话 座机 座机号 "
        "固话 家庭电话 备用电话 其他电话 紧急联系电话 常用电话 phone mobile tel telephone phonenumber"
    ),
    Field.DOCUMENT: "身份证 身份证号 身份证号码 证件 证件号 证件号码 证照号码 证件编号 idcard idnumber",
    Field.EMAIL: "邮箱 电子邮箱 邮件 电子邮件 邮箱地址 邮箱号 email e-mail mail",
    Field.MOVED_IN: (
        "入住日期 入住时间 入伙日期 入伙时间 收楼日期 收楼时间 收房日期 收房时间 交房日期 交房时间 "
        "交付日期 交付时间 交楼日期 接房日期 迁入日期 起租日期 movein moveindate"
    ),
    Field.RELATION: (
        "关系 身份 住户类型 客户类型 业主类型 人员类型 人员类别 客户类别 与业主关系 与户主关系 "
        "成员关系 住户身份 居住身份 住户性质 relation"
    ),
    Field.NOTE: "备注 说明 备注说明 其他 附注 note notes remark remarks",
}
KNOWN = {word: field for field, words in _WORDS.items() for word in words.split()}
# Columns that number the rows or name the estate: left out without a warning.
PASSED_OVER = frozenset(("序号", "编号", "序", "no", "id", "项目", "项目名称", "小区", "小区名称", "园区"))
BETTER_AREAS = ("建筑面积", "计费面积", "收费面积", "产权面积")
_PREFIX = re.compile(r"^(?:业主|住户|产权人|客户|户主|房主|房屋|房产|本人)(?=.)")
_BRACKETS = re.compile(r"[(\[【〔].*?[)\]】〕]")
_JUNK = re.compile(r"[\s*:：_·.]+")


@dataclass(frozen=True)
class Layout:
    """What each column is: its field and its own label, by position; and the labels nobody knows."""

    fields: dict[int, Field]
    labels: dict[int, str]
    unknown: tuple[str, ...]

    @property
    def score(self) -> int:
        """How many different things the header names; a header names a room and at least one thing more."""
        return len(set(self.fields.values())) if Field.ROOM in self.fields.values() else 0

    def label(self, field: Field) -> str | None:
        """What the file calls the field's first column."""
        return next((self.labels[index] for index, known in self.fields.items() if known is field), None)


def recognise(cells: Sequence[str]) -> Layout:
    """Read one row as a header."""
    fields: dict[int, Field] = {}
    unknown: list[str] = []
    for index, cell in enumerate(cells):
        field = _field(cell)
        if field is not None and not (field in fields.values() and not _adds(field, cell, fields, cells)):
            fields[index] = field
        elif cell and _simple(cell) not in PASSED_OVER:
            unknown.append(" ".join(cell.split())[:60])
    labels = {index: " ".join(cells[index].split())[:60] for index in fields}
    return Layout(fields, labels, tuple(unknown))


def _adds(field: Field, cell: str, fields: dict[int, Field], cells: Sequence[str]) -> bool:
    """Whether a second column of the same field is used: every telephone is, and the better of two areas."""
    if field is Field.PHONE:
        return True
    if field is Field.AREA and _simple(cell) in BETTER_AREAS:
        other = next(index for index, known in fields.items() if known is Field.AREA)
        if _simple(cells[other]) not in BETTER_AREAS:
            del fields[other]
            return True
    return False


def _field(cell: str) -> Field | None:
    word = _simple(cell)
    for candidate in (word, word.rstrip("0123456789一二三"), _PREFIX.sub("", word)):
        if candidate in KNOWN:
            return KNOWN[candidate]
    return None


def _simple(cell: str) -> str:
    """手机号码（必填）* → 手机号码."""
    text = unicodedata.normalize("NFKC", cell).lower()
    return _JUNK.sub("", _BRACKETS.sub("", text)).removesuffix("m2").removesuffix("㎡").removesuffix("平方米")
