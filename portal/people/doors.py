"""How people name a door: 3-1-1204, 3栋1单元1204室, ３－１２０４, 3 1204, A座802, 三栋1204, or 1204 alone."""

import re
from dataclasses import dataclass

from portal.people.numbers import plain_dashes, to_half_width

LONGEST = 80  # no door has a longer name; taking a text apart takes the more time the longer it is
_BUILDING = r"(?:号楼|#楼|栋|幢|座|楼|#)"
_SECTION = r"(?:单元|门|梯)"
_ROOM = r"(?:号房|室|房|号|户)"
_SAID = re.compile(
    rf"^(?:(?P<building>[^\s#]*?[^\s#-])\s*{_BUILDING}[\s-]*)?"
    rf"(?:(?P<section>[^\s-]+?)\s*{_SECTION}[\s-]*)?"
    rf"(?:\d+\s*层[\s-]*)?"
    rf"(?P<room>[0-9A-Za-z]+(?:-[0-9A-Za-z]+)?|[A-Za-z]*[商铺车位档]+[0-9A-Za-z-]*)\s*{_ROOM}?$"
)
_BETWEEN = re.compile(r"[\s\-/.,_]+")
_A_PART = re.compile(r"[0-9A-Za-z㐀-鿿]+")
_LATIN = re.compile(r"[0-9A-Za-z]")
_HAN_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")}
_HAN_NUMBER = re.compile(r"[一二三四五六七八九十]{1,3}")
_TAIL = {
    "building": re.compile(rf"\s*{_BUILDING}$|(?<=\d)号$"),
    "section": re.compile(rf"\s*{_SECTION}$"),
    "room": re.compile(rf"\s*{_ROOM}$"),
}


@dataclass(frozen=True)
class Door:
    """A door as named. What was not said is None."""

    building: str | None
    section: str | None
    room: str

    @property
    def code(self) -> str:
        """3-1-1204; the code that a unit of this name has."""
        return "-".join(part for part in (self.building, self.section, self.room) if part)

    @property
    def key(self) -> tuple[str, str, str]:
        """By which two spellings of one door are the same: 0802 and 802, a and A."""
        return (key(self.building), key(self.section), key(self.room))


def key(part: str | None) -> str:
    """One part of a name without leading zeros, in capitals."""
    return (part or "").upper().lstrip("0") or ("0" if part else "")


def clean_part(part: str, which: str) -> str:
    """A building, section or room by itself as the code has it: "03栋" → "03", "一单元" → "1", "1204室" → "1204"."""
    text = plain_dashes(to_half_width(part)).strip(" -")
    text = _TAIL[which].sub("", text).strip(" -")
    return _arabic(re.sub(r"\s+", "", text)).upper()


def parse(text: str) -> Door | None:
    """The door that the text names, or None where it names none."""
    if len(text) > LONGEST:
        return None
    text = plain_dashes(to_half_width(text)).strip(" -")
    said = _SAID.match(text) if re.search(rf"{_BUILDING}|{_SECTION}", text) else None
    if said:
        return _spoken(said)
    parts = [_arabic(part).upper() for part in _BETWEEN.split(_TAIL["room"].sub("", text)) if part]
    if not 1 <= len(parts) <= 3 or not all(_A_PART.fullmatch(part) for part in parts):
        return None
    building = parts[0] if len(parts) > 1 else None
    section = parts[1] if len(parts) == 3 else None
    return Door(building, section, parts[-1]) if _LATIN.search(parts[-1]) else None


def _spoken(said: re.Match[str]) -> Door | None:
    """From a text with 栋, 单元 and the like; "3栋1-1204" leaves out the 单元."""
    building, section = (clean_part(said[name], name) if said[name] else None for name in ("building", "section"))
    room = clean_part(said["room"], "room")
    short = re.fullmatch(r"(\d{1,2})-(\w+)", room)
    if short and section is None:
        section, room = short.groups()
    return Door(building, section, room) if room else None


def _arabic(text: str) -> str:
    """Chinese numerals up to ninety-nine as digits: 三 → 3, 十二 → 12."""
    return _HAN_NUMBER.sub(lambda found: str(_han_value(found[0])), text)


def _han_value(numeral: str) -> int | str:
    tens, ten, units = numeral.rpartition("十")
    if not ten:
        return "".join(str(_HAN_DIGITS[sign]) for sign in numeral)
    if len(tens) > 1 or len(units) > 1:
        return numeral
    return (_HAN_DIGITS[tens] if tens else 1) * 10 + (_HAN_DIGITS[units] if units else 0)
