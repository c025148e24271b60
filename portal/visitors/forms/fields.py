"""Cleaning that the kiosk, the household and the guard's desk share."""

import re
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import ValidationError

from portal.people.numbers import clean_document, clean_phone, to_half_width

PLATE = re.compile(r"[\u4e00-\u9fff][A-Z][A-Z0-9]{4,6}[\u4e00-\u9fff]?|[A-Z0-9]{4,8}")


def half_width(value: str | None) -> str:
    """The text with ordinary letters, digits and spaces, trimmed."""
    return " ".join(to_half_width(value or "").split())


def bare(value: str | None) -> str:
    """The same without any space, in capitals: for numbers and plates."""
    return half_width(value).replace(" ", "").upper()


def phone(_form: Any, field: Any) -> None:
    """A valid number, brought into the form in which it is stored. Blank passes."""
    if not field.data:
        return
    number = clean_phone(field.data)
    if number is None:
        raise ValidationError(_("这个号码不对，请核对后重输。例：138 0013 5678"))
    field.data = number


def document(_form: Any, field: Any) -> None:
    if not field.data:
        return
    number = clean_document(field.data)
    if number is None:
        raise ValidationError(_("证件号码不对，请核对后重输。身份证是 18 位。"))
    field.data = number


def plate(_form: Any, field: Any) -> None:
    if field.data and not PLATE.fullmatch(field.data):
        raise ValidationError(_("车牌不对，请核对后重输。例：粤B12345"))
