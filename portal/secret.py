"""Personal numbers at rest: encrypted, found by a keyed hash, shown masked.

The environment may override the keys (`DATA_KEY`, `INDEX_KEY`, hex); see portal/config.py.
"""

import hmac
import os
import re
import secrets
from functools import cache
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

KEY_VERSION = b"\x01"
NONCE_BYTES = 12
TOKEN_BYTES = 24  # 192 random bits in a link
NUMBERS = re.compile(
    r"\d{6}[\s-]?\d{8}[\s-]?\d{3}[\dXx]"  # an identity number
    r"|1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}"
    r"|0\d{2,3}[\s-]?\d{3,4}[\s-]?\d{4}"
    r"|\d{7,18}[\dXx]?"
)


class Encrypted(TypeDecorator[str]):
    """A text column under AES-GCM. `place` is "table.column": a value moved to another column does not open."""

    impl = sa.LargeBinary
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else seal(value.encode(), self.place)

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else unseal(bytes(value), self.place).decode()


def seal(plain: bytes, place: str) -> bytes:
    """The bytes under AES-GCM: key version, nonce, ciphertext. They open only under the same `place`."""
    nonce = os.urandom(NONCE_BYTES)
    return KEY_VERSION + nonce + _cipher().encrypt(nonce, plain, place.encode())


def unseal(sealed: bytes, place: str) -> bytes:
    """What `seal` closed. Raises cryptography's InvalidTag where it was changed or belongs elsewhere."""
    nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    return _cipher().decrypt(nonce, body, place.encode())


def blind_index(purpose: str, value: str) -> str:
    """A keyed hash, 64 hex digits, by which an encrypted value is found again."""
    key = bytes.fromhex(current_app.config["INDEX_KEY"])
    return hmac.digest(key, f"{purpose}:{value}".encode(), "sha256").hex()


def new_token() -> str:
    """A random text for a link: 32 URL-safe characters, 192 bits."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> str:
    """What is stored of a token: its SHA-256. The token is random enough to need no salt."""
    return sha256(token.encode()).hexdigest()


def mask_phone(number: str | None) -> str:
    """138****5678; a short number keeps its last two digits."""
    if not number:
        return ""
    if len(number) < 8:
        return "*" * max(len(number) - 2, 0) + number[-2:]
    return f"{number[:3]}****{number[-4:]}"


def mask_document(number: str | None) -> str:
    """4403**********1234."""
    if not number:
        return ""
    shown = 4 if len(number) >= 12 else 1
    return number[:shown] + "*" * (len(number) - 2 * shown) + number[-shown:]


def mask_name(name: str | None) -> str:
    """王**: for what a stranger may see."""
    return name[0] + "*" * (len(name) - 1) if name else ""


def without_numbers(text: str) -> str:
    """The text with every phone or document number struck out, written in groups too; dates and doors stay."""
    return NUMBERS.sub("***", text)


def _cipher() -> AESGCM:
    return _of(current_app.config["DATA_KEY"])


@cache
def _of(key: str) -> AESGCM:
    """Made once: making it costs as much as sealing an address."""
    return AESGCM(bytes.fromhex(key))
