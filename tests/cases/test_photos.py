"""Photos: judged by content, drawn anew, kept outside the web root, served by right."""

import io
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from portal import files
from portal.cases import operations as ops
from portal.db import db
from tests.cases.office import Office


def photo(size: tuple[int, int] = (40, 30), kind: str = "JPEG", exif: bool = False) -> io.BytesIO:
    target = io.BytesIO()
    image = Image.new("RGB", size, "teal")
    told = Image.Exif()
    if exif:
        told[0x010F] = "SecretCamera"
        told[0x8825] = {1: "N", 2: (22.0, 32.0, 0.0)}  # where it was taken
        told[0x0112] = 6  # lies on its side
    image.save(target, kind, exif=told) if kind == "JPEG" else image.save(target, kind)
    target.seek(0)
    return target


def test_what_the_camera_wrote_is_gone_and_the_picture_stands_upright() -> None:
    raw = photo(exif=True)
    assert b"SecretCamera" in raw.getvalue()
    picture = files.read_photo(raw)
    assert b"SecretCamera" not in picture.data
    drawn = Image.open(io.BytesIO(picture.data))
    assert not drawn.getexif()
    assert drawn.size == (30, 40) == (picture.width, picture.height)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_other_formats_become_jpeg_and_large_ones_smaller(kind: str) -> None:
    picture = files.read_photo(photo((3000, 100), kind))
    assert picture.width == 2000
    assert Image.open(io.BytesIO(picture.data)).format == "JPEG"


@pytest.mark.parametrize(
    "content",
    [
        b"<?php echo 1; ?>",
        b"\xff\xd8\xff\xe0 not really",
        b"GIF89a" + b"\0" * 40,
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"",
        b"x" * (files.LARGEST_BYTES + 1),
    ],
)
def test_what_only_pretends_to_be_a_photo_is_refused(app: Flask, content: bytes) -> None:
    with app.test_request_context(), pytest.raises(files.RefusedPhotoError):
        files.read_photo(io.BytesIO(content))


def test_too_many_pixels_are_refused_before_they_are_unpacked(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LARGEST_PIXELS", 1000)
    with app.test_request_context(), pytest.raises(files.RefusedPhotoError):
        files.read_photo(photo((40, 30)))


def _stored(app: Flask) -> list[Path]:
    return sorted(Path(app.config["FILES_DIR"]).rglob("*.jpg"))


def test_a_file_comes_and_goes_with_its_transaction(app: Flask, office: Office) -> None:
    case = office.receive().case
    before = _stored(app)
    ops.add_photos(case, [files.read_photo(photo())], office.desk)
    db.session.flush()
    assert len(_stored(app)) == len(before) + 1
    db.session.rollback()
    assert _stored(app) == before
    ops.add_photos(case, [files.read_photo(photo())], office.desk)
    db.session.commit()
    assert len(_stored(app)) == len(before) + 1


def test_a_photo_is_added_and_served_as_an_attachment_to_those_who_may(office: Office, signed_in: Any) -> None:
    case = office.receive().case
    client = signed_in("technician")
    client.submit(f"/cases/{case.id}/photos", {"photos": (photo(exif=True), "IMG_1.jpg")})
    kept = case.photos[0]
    url = f"/cases/{case.id}/photos/{kept.id}"
    assert client.page(f"/cases/{case.id}").select_one(f"img[src='{url}']")["alt"]
    answer = client.get(url)
    assert answer.mimetype == "image/jpeg"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert b"SecretCamera" not in answer.data
    assert signed_in("outsider").get(url).status_code == 404
    assert signed_in("guard").get(url).status_code == 403
    other = office.receive().case
    assert client.get(f"/cases/{other.id}/photos/{kept.id}").status_code == 404


def test_a_fake_photo_is_refused_with_a_word(office: Office, signed_in: Any) -> None:
    case = office.receive().case
    fake = (io.BytesIO(b"<script>alert(1)</script>"), "leak.jpg")
    page = signed_in("technician").submit(f"/cases/{case.id}/photos", {"photos": fake}, 422)
    assert "不是照片" in page.text
    assert not case.photos
