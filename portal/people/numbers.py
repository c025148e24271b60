"""Phone and document numbers as people write them: brought into one form, or refused.

A phone is kept as digits that can be dialled in mainland China: 13800135678, 075588881234, 0085291234567.
A document is kept in capitals: an 18-digit identity number, a passport, a permit, a company's credit code.
"""

import re
from datetime import date

import phonenumbers

from portal import clock

LONGEST, LONGEST_CELL = 80, 400  # characters of a number, of a cell with several: what is longer is none
_SPACES = dict.fromkeys((0x00A0, 0x2002, 0x2003, 0x2007, 0x2009, 0x202F, 0x3000), " ")
_NOTHING = dict.fromkeys((0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF), None)
_HALF_WIDTH: dict[int, str | int | None] = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},
    **_SPACES,
    **_NOTHING,
}
_DASHES = re.compile(r"[‐‑‒–—―−─﹣]")
_HAN = re.compile(r"[㐀-鿿]+")
_BRACKETED_WORDS = re.compile(r"\([^()]*[㐀-鿿A-Za-z][^()]*\)")
_EXTENSION = re.compile(r"\s*(?:转|分机号?|ext\.?)\s*[:：]?\s*", re.IGNORECASE)
_MOBILE = re.compile(r"1[3-9]\d{9}")
_SEPARATORS = re.compile(r"[、/,;|\n\r\t]+")

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"
_REGION = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|91")  # provinces; 83, 91: residence permits
_CREDIT_CODE = re.compile(r"[1-9A-HJ-NPQRTUWXY][1-9]\d{6}[0-9A-HJ-NPQRTUWXY]{10}")
_CREDIT_DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_OTHER_PAPERS = re.compile(r"[A-Z]{1,2}\d{7,10}|\d{8}|[A-Z]{3}\d{12}")  # passport, 港澳台 permits, old residence card


def to_half_width(text: str) -> str:
    """Ｆｕｌｌ－ｗｉｄｔｈ characters and odd spaces as ordinary ones, invisible ones gone, no space at the ends."""
    return (text if text.isascii() else text.translate(_HALF_WIDTH)).strip()


def plain_dashes(text: str) -> str:
    """Every kind of dash as a hyphen: for codes and numbers, not for names."""
    return _DASHES.sub("-", text)


def clean_phone(text: str) -> str | None:
    """The number as digits to dial, without extension; None where it is no valid number.

    Chinese mobiles, landlines with area code, 400 numbers; others with + or 00 and the country code.
    """
    if len(text) > LONGEST:
        return None
    written = plain_dashes(to_half_width(text))
    if _MOBILE.fullmatch(written):  # nearly every number of a roster: no need to take it apart
        mobile = phonenumbers.PhoneNumber(country_code=86, national_number=int(written))
        return written if phonenumbers.is_valid_number_for_region(mobile, "CN") else None
    written = _EXTENSION.sub(" ext. ", written)
    written = _HAN.sub(" ", _BRACKETED_WORDS.sub(" ", written)).strip(" :.")
    if written.startswith("00"):
        written = "+" + written[2:]
    elif re.fullmatch(r"86[ -]?1\d{10}", written):
        written = "+" + written
    try:
        number = phonenumbers.parse(written, "CN")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return _dialled(number)


def _dialled(number: phonenumbers.PhoneNumber) -> str:
    if number.country_code != 86:
        return f"00{number.country_code}{phonenumbers.national_significant_number(number)}"
    national = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    return re.sub(r"\D", "", national.split("ext")[0].split("x")[0])


def split_phones(text: str) -> list[str]:
    """The numbers of one cell as written, one by one: 、 / , ; and line breaks part them, and so does a space
    where what stands before it is a whole number by itself."""
    if text.isdecimal() or len(text) > LONGEST_CELL:
        return [text]
    pieces = _SEPARATORS.split(_BRACKETED_WORDS.sub(" ", to_half_width(text)))
    return [number for piece in pieces if piece.strip() for number in _split_at_spaces(piece.strip())]


def _split_at_spaces(piece: str) -> list[str]:
    words = piece.split()
    if len(words) == 1 or clean_phone(piece):
        return [piece]
    found: list[str] = []
    while words:
        for length in range(len(words), 0, -1):
            if clean_phone(" ".join(words[:length])):
                break
        else:
            return [piece]  # no whole number at its start: leave it to be refused as it stands
        found.append(" ".join(words[:length]))
        words = words[length:]
    return found


def is_tail(text: str) -> bool:
    """Whether it is the last four digits of a number, as people say them at the desk."""
    return re.fullmatch(r"\d{4}", text) is not None


def clean_document(text: str) -> str | None:
    """The document number in capitals without spaces; None where it can't be one. Old 15-digit ones get 18."""
    number = re.sub(r"[\s-]", "", plain_dashes(to_half_width(text))).upper()
    return number if document_fault(number) is None else _lengthened(number)


def _lengthened(number: str) -> str | None:
    if not re.fullmatch(r"\d{15}", number):
        return None
    longer = f"{number[:6]}19{number[6:]}"
    longer += _check_digit(longer)
    return longer if document_fault(longer) is None else None


def document_fault(number: str) -> str | None:
    """What is wrong with a number in capitals without spaces: "length", "region", "birthday" or "check"; else None."""
    if re.fullmatch(r"\d{17}[\dX]", number):
        return _identity_fault(number)
    if _CREDIT_CODE.fullmatch(number):
        return None if _credit_check(number) == number[-1] else "check"
    return None if _OTHER_PAPERS.fullmatch(number) else "length"


def _identity_fault(number: str) -> str | None:
    if re.match("9[1-3]", number) and _CREDIT_CODE.fullmatch(number) and _credit_check(number) == number[-1]:
        return None  # a company whose credit code happens to be all digits
    if not _REGION.match(number):
        return "region"
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return "birthday"
    if not date(1880, 1, 1) <= born <= clock.local(clock.now()).date():
        return "birthday"
    return None if _check_digit(number) == number[17] else "check"


def _check_digit(number: str) -> str:
    """GB 11643: the last digit of an identity number from its first seventeen."""
    return _CHECK_DIGITS[sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=False)) % 11]


def _credit_check(number: str) -> str:
    """GB 32100: the last character of a company's unified credit code."""
    total = sum(pow(3, place, 31) * _CREDIT_DIGITS.index(sign) for place, sign in enumerate(number[:17]))
    return _CREDIT_DIGITS[-total % 31]
