"""One odd request must not keep a thread busy: what anybody may send is taken apart in a moment or refused."""

import io
import random
import time
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from portal import files
from portal.people import doors, numbers
from portal.secret import without_numbers
from tests.cast import Cast

LONG = 20_000
PARSERS = (doors.parse, numbers.clean_phone, numbers.clean_document, numbers.split_phones, without_numbers)


@pytest.mark.parametrize("parse", PARSERS, ids=lambda parse: parse.__name__)
@pytest.mark.parametrize("piece", ["栋", "1栋", " ", "a ", "1-", "(", "转1", "3栋     "])
def test_a_long_text_takes_no_long_time(parse: Any, piece: str) -> None:
    began = time.process_time()
    parse(piece * LONG)
    assert time.process_time() - began < 1


def test_a_long_text_in_a_public_form_is_refused_at_once(client: Any, cast: Cast) -> None:
    began = time.process_time()
    said = {"kind": "repair", "title": "漏水", "unit": "栋" * LONG, "door": "栋" * LONG, "phone": "转1" * LONG}
    assert client.send(f"/report/{cast.community.code}", said).status_code == 422
    assert time.process_time() - began < 2


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_damaged_photo_is_refused_in_words_or_drawn(app: Flask, kind: str) -> None:
    """Three hundred photos with broken bytes: never an error of ours."""
    good = io.BytesIO()
    Image.effect_noise((60, 40), 50).convert("RGB").save(good, kind)
    dice = random.Random(7)
    for number in range(300):
        raw = bytearray(good.getvalue())
        for _ in range(dice.randint(1, 12)):
            raw[dice.randrange(len(raw))] = dice.randrange(256)
        raw = raw[: dice.randint(10, len(raw))] if number % 3 == 0 else raw
        try:
            drawn = files.read_photo(io.BytesIO(bytes(raw)))
        except files.RefusedPhotoError:
            continue
        assert drawn.data.startswith(b"\xff\xd8")


def test_an_image_of_another_kind_is_refused_whatever_its_name(app: Flask) -> None:
    """Judged by content: SVG could carry a script, TIFF and GIF more than our readers of three formats."""
    for kind in ("GIF", "TIFF", "BMP", "ICO"):
        odd = io.BytesIO()
        Image.new("RGB", (16, 16)).save(odd, kind)
        with pytest.raises(files.RefusedPhotoError):
            files.read_photo(io.BytesIO(odd.getvalue()))
    with pytest.raises(files.RefusedPhotoError):
        files.read_photo(io.BytesIO(b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'))
