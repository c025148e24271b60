"""Photos that people send: judged by their content, drawn anew without what the camera wrote into them, kept outside
the web root under random names, served as attachments.

`read_photo` judges and draws; `keep` writes the file with the present transaction: one rolled back leaves no file.
"""

import io
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from flask import Response, current_app, send_file
from flask_babel import LazyString, lazy_gettext
from flask_sqlalchemy.session import Session as SignallingSession
from PIL import Image, ImageOps, UnidentifiedImageError
from sqlalchemy import event

from portal.db import db

FORMATS = ("JPEG", "PNG", "WEBP")
LARGEST_BYTES = 8 * 1024 * 1024
LARGEST_PIXELS = 40_000_000
LONG_SIDE = 2000
QUALITY = 82
NEW_FILES = "new_files"


class RefusedPhotoError(ValueError):
    """Not a photo that we take; `words` tells the sender why."""

    def __init__(self, words: LazyString) -> None:
        super().__init__(str(words))
        self.words = words


@dataclass(frozen=True)
class Picture:
    """A photo drawn anew as JPEG, upright, its long side at most 2000 pixels."""

    data: bytes
    width: int
    height: int


def read_photo(source: BinaryIO) -> Picture:
    """The photo in an upload. Raises RefusedPhotoError where it is too big or none."""
    raw = source.read(LARGEST_BYTES + 1)
    if len(raw) > LARGEST_BYTES:
        raise RefusedPhotoError(lazy_gettext("照片超过 8 MB，请换一张小一些的。"))
    try:
        with Image.open(io.BytesIO(raw), formats=FORMATS) as found:
            if found.width * found.height > LARGEST_PIXELS:
                raise RefusedPhotoError(lazy_gettext("照片的尺寸太大，请换一张小一些的。"))
            return _drawn(found)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
        if isinstance(error, RefusedPhotoError):
            raise
        raise RefusedPhotoError(lazy_gettext("这个文件不是照片，请上传 JPG、PNG 或 WebP 图片。")) from error


def _drawn(found: Image.Image) -> Picture:
    """Pixels only: place and time of taking, and whatever else was hidden in the file, are gone."""
    upright = ImageOps.exif_transpose(found)
    upright.thumbnail((LONG_SIDE, LONG_SIDE))
    plain = Image.new("RGB", upright.size, "white")
    layered = upright.convert("RGBA")
    plain.paste(layered, mask=layered.getchannel("A"))
    target = io.BytesIO()
    plain.save(target, "JPEG", quality=QUALITY)
    return Picture(target.getvalue(), plain.width, plain.height)


def keep(picture: Picture) -> str:
    """Write the picture to its file; returns the file's random name."""
    name = f"{secrets.token_hex(16)}.jpg"
    path = _path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    db.session.info.setdefault(NEW_FILES, []).append(path)
    path.write_bytes(picture.data)
    return name


def serve(name: str, shown_as: str) -> Response:
    """The file as an attachment. The caller has asked for the right to it."""
    return send_file(_path(name), mimetype="image/jpeg", as_attachment=True, download_name=shown_as, max_age=0)


def _path(name: str) -> Path:
    folder: Path = current_app.config["FILES_DIR"]
    return folder / name[:2] / name


@event.listens_for(SignallingSession, "after_commit")
def _stay(session: SignallingSession) -> None:
    session.info.pop(NEW_FILES, None)


@event.listens_for(SignallingSession, "after_rollback")
def _go(session: SignallingSession) -> None:
    for path in session.info.pop(NEW_FILES, []):
        path.unlink(missing_ok=True)
