"""What one cell says: text as numbers, numbers as text, dates in every writing. A CellError says what is wrong."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from portal.people.models import Relation, UnitKind
from portal.people.numbers import clean_document, clean_phone, document_fault, plain_dashes, split_phones, to_half_width
from portal.people.roster.faults import CellError
from portal.secret import mask_phone

_WHOLE = re.compile(r"(-?\d+)\.0")
_NOTHING = frozenset(
    ("-", "--", "---", "/", "\\", "无", "暂无", "没有", "空", "未知", "n/a", "na", "null", "none", "#n/a", "#ref!")
)
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*(?:[-/.月]\s*(\d{1,2})?)?\s*日?(?:[ T].*)?")
_RUN_TOGETHER = re.compile(r"(\d{4})(\d{2})(\d{2})")
_EXCEL_DAY_ONE = date(1899, 12, 30)
_EMAIL = re.compile(r"[^\s@,;<>()\"]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,24}")
_EXACT_DIGITS = 10**15  # a spreadsheet keeps fifteen digits of a number; what follows has become zeros

RELATIONS = {
    Relation.OWNER: "业主 产权人 户主 房主 业主本人 本人 共有人 产权共有人 owner",
    Relation.TENANT: "租户 租客 承租人 租赁 租住 承租 租赁户 租房 使用人 商户 tenant",
    Relation.FAMILY: (
        "家属 家人 家庭成员 成员 同住 同住人 亲属 亲戚 配偶 丈夫 妻子 夫妻 夫 妻 "
        "父母 父亲 母亲 父 母 子女 儿子 女儿 子 女 兄弟 姐妹 保姆 family"
    ),
}
KINDS = {
    UnitKind.HOME: "住宅 住房 公寓 别墅 洋房 商住 home residential",
    UnitKind.SHOP: "商铺 铺 店铺 商业 商业用房 底商 门面 商服 非住宅 shop retail",
    UnitKind.OFFICE: "写字楼 办公 办公室 办公用房 office",
    UnitKind.PARKING: "车位 车库 停车位 地下车位 车库车位 parking garage",
}
_RELATION = {word: relation for relation, words in RELATIONS.items() for word in words.split()}
_KIND = {word: kind for kind, words in KINDS.items() for word in words.split()}


def text(value: Any) -> str:
    """The cell as text: 1204.0 is 1204, full-width is half-width, dashes for nothing are nothing."""
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    written = to_half_width(str(value))
    if written.endswith(".0") and (whole := _WHOLE.fullmatch(written)):
        return whole[1]
    return "" if written.lower() in _NOTHING else written.lstrip("'")


def one_line(value: Any) -> str:
    return " ".join(text(value).split())


def area(value: Any) -> Decimal | None:
    """Square metres, two places."""
    written = re.sub(r"(?:㎡|m2|m²|平方米|平米|平|,|\s)", "", text(value), flags=re.IGNORECASE)
    if not written:
        return None
    try:
        square_metres = Decimal(written).quantize(Decimal("0.01"))
    except InvalidOperation:
        raise CellError("area") from None
    if not 0 < square_metres < 100_000:
        raise CellError("area")
    return square_metres


def floor(value: Any) -> int | None:
    written = re.sub(r"[层楼F\s]", "", text(value).upper())
    if not written:
        return None
    if not re.fullmatch(r"-?\d{1,3}|B\d", written):
        raise CellError("floor")
    return -int(written[1:]) if written.startswith("B") else int(written)


def kind(value: Any) -> UnitKind | None:
    """What the unit is for. A layout such as 三室两厅 says nothing about it."""
    written = one_line(value).lower()
    if written in _KIND:
        return _KIND[written]
    return next((known for word, known in _KIND.items() if len(word) > 1 and word in written), None)


def relation(value: Any) -> Relation | None:
    written = one_line(value).lower()
    if not written:
        return None
    if written not in _RELATION:
        raise CellError("relation", said=written[:20])
    return _RELATION[written]


def name(value: Any) -> str:
    """As written, spaces inside Chinese names taken out (张 三), as they are put in to fill a column."""
    written = one_line(value)
    if len(written) > 80:
        raise CellError("name-long")
    if re.fullmatch(r"[\d\s.+-]+", written):
        raise CellError("name-number")
    return re.sub(r"(?<=[㐀-鿿]) (?=[㐀-鿿])", "", written)


def phones(value: Any) -> tuple[str, ...]:
    """Every number in the cell, cleaned; one that is none makes the row bad."""
    found: list[str] = []
    for position, written in enumerate(split_phones(text(value)), 1):
        number = clean_phone(written)
        if number is None:
            shown = mask_phone(re.sub(r"\s", "", written)[:20])
            raise CellError("phone-rounded" if "E+" in written.upper() else "phone", position=position, number=shown)
        found.append(number)
    return tuple(dict.fromkeys(found))


def document(value: Any) -> str | None:
    if isinstance(value, int | float) and not isinstance(value, bool) and value >= _EXACT_DIGITS:
        raise CellError("document-rounded")
    written = text(value)
    if not written:
        return None
    number = clean_document(written)
    if number is None:
        squeezed = re.sub(r"[\s-]", "", plain_dashes(written)).upper()
        raise CellError(f"document-{document_fault(squeezed) or 'length'}")
    return number


def email(value: Any) -> str | None:
    written = text(value).replace(" ", "")
    if not written:
        return None
    if len(written) > 200 or not _EMAIL.fullmatch(written):
        raise CellError("email")
    return written


def day(value: Any) -> date | None:
    """An Excel date, its serial number, 2020/1/5, 2020-01-05, 2020.1.5, 2020年1月5日, 20200105; a month is its 1st."""
    if isinstance(value, datetime):
        return _sensible(value.date())
    if isinstance(value, date):
        return _sensible(value)
    written = text(value)
    if not written:
        return None
    if re.fullmatch(r"\d{5}", written):
        return _sensible(_EXCEL_DAY_ONE + timedelta(days=int(written)))
    match = _RUN_TOGETHER.fullmatch(written) or _DATE.fullmatch(written)
    if match is None:
        raise CellError("date")
    try:
        return _sensible(date(int(match[1]), int(match[2]), int(match[3] or 1)))
    except ValueError:
        raise CellError("date") from None


def _sensible(found: date) -> date:
    if not date(1949, 10, 1) <= found < date(2100, 1, 1):
        raise CellError("date")
    return found


def note(value: Any) -> str | None:
    return one_line(value)[:400] or None
