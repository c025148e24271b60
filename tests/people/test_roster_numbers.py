"""Numbers and doors: however they are written, one form or none."""

import re
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.people import doors
from portal.people.numbers import clean_document, clean_phone, document_fault, split_phones, to_half_width
from tests.people.workbooks import identity

calm = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the machine may be busy
FULL_WIDTH = str.maketrans({chr(code - 0xFEE0): chr(code) for code in range(0xFF01, 0xFF5F)})
MOBILES = st.integers(0, 10**8 - 1).map(lambda tail: f"138{tail:08}")
GAPS = st.sampled_from(["", " ", "-", "\u00a0", "　", "－"])


@calm
@given(MOBILES, GAPS, st.sampled_from(["", "+86", "+86 ", "0086", "86-", "０"]), st.booleans())
def test_a_mobile_is_one_number_however_written(number: str, gap: str, prefix: str, wide: bool) -> None:
    written = prefix + gap.join((number[:3], number[3:7], number[7:]))
    assert clean_phone(written.translate(FULL_WIDTH) if wide else written) == number


@calm
@given(st.lists(MOBILES, min_size=1, max_size=4), st.sampled_from(["、", "/", "，", ";", "；", " ", "\n", "  ", " / "]))
def test_a_cell_gives_back_its_numbers(numbers: list[str], separator: str) -> None:
    assert [clean_phone(number) for number in split_phones(separator.join(numbers))] == numbers


@calm
@given(st.text(max_size=40))
def test_a_phone_is_digits_or_none(text: str) -> None:
    number = clean_phone(text)
    assert number is None or (re.fullmatch(r"\d{5,17}", number) and clean_phone(number) == number)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("0755-88881234", "075588881234"),
        ("(0755)8888 1234转801", "075588881234"),
        ("010 65551234", "01065551234"),
        ("400-820-0001", "4008200001"),
        ("+852 9123 4567", "0085291234567"),
        ("88881234", None),
        ("138001356789", None),
        ("12800135678", None),
        ("", None),
    ],
)
def test_landlines_service_numbers_and_others(written: str, number: str | None) -> None:
    assert clean_phone(written) == number


@calm
@given(st.integers(1, 999), st.dates(date(1900, 1, 1), date(2020, 12, 31)))
def test_any_wrong_digit_of_an_identity_number_is_seen(number: int, born: date) -> None:
    """GB 11643: the check digit catches every single wrong digit."""
    right = identity(number, str(born).replace("-", ""))
    assert clean_document(right) == right
    for position, digit in enumerate(right[:17]):
        other = str((int(digit) + 1) % 10)
        assert document_fault(right[:position] + other + right[position + 1 :]) is not None


@pytest.mark.parametrize(
    ("written", "number"),
    [
        (" 1101 0519 4912 3100 2x ", "11010519491231002X"),
        ("１１０１０５１９４９１２３１００２Ｘ", "11010519491231002X"),
        ("110105491231002", "11010519491231002X"),
        ("110105194912310021", None),
        ("E12345678", "E12345678"),
        ("91440300708461136T", "91440300708461136T"),
        ("91440300708461136A", None),
        ("张三", None),
    ],
)
def test_documents_of_every_kind(written: str, number: str | None) -> None:
    assert clean_document(written) == number


@calm
@given(st.text(max_size=30))
def test_a_cleaned_document_stays_as_it_is(text: str) -> None:
    number = clean_document(text)
    assert number is None or clean_document(number) == number


@calm
@given(
    st.integers(1, 99), st.one_of(st.none(), st.integers(1, 9)), st.integers(1, 40), st.integers(1, 20), st.booleans()
)
def test_every_way_to_say_a_door_is_the_same_door(
    building: int, section: int | None, floor: int, room: int, wide: bool
) -> None:
    number = f"{floor}{room:02}"
    middle = f"{section}单元" if section else ""
    ways = [
        "-".join(str(part) for part in (building, section, number) if part),
        " ".join(str(part) for part in (building, section, number) if part),
        f"{building}栋{middle}{number}室",
        f"{building} 号楼 {middle} {number}",
        f"{building}#{middle}{number}房",
        f"{building}座{middle}0{number}",
    ]
    expected = (str(building), str(section or ""), number)
    for way in ways:
        door = doors.parse(way.translate(FULL_WIDTH) if wide else way)
        assert door is not None, way
        assert door.key == expected, way


@calm
@given(st.text(max_size=40))
def test_no_text_breaks_the_reader_of_doors(text: str) -> None:
    door = doors.parse(text)
    assert door is None or (door.room and door.code)


@pytest.mark.parametrize(("said", "code"), [("三栋1204", "3-1204"), ("二十一栋301", "21-301"), ("A座802", "A-802")])
def test_buildings_by_word_and_letter(said: str, code: str) -> None:
    door = doors.parse(said)
    assert door is not None
    assert door.code == code


def test_half_width_leaves_chinese_alone() -> None:
    assert to_half_width("\ufeff　Ａ－１２\u00a0王·建国，\u200b ") == "A-12 王·建国,"
