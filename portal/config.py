"""Settings: each comes from the environment and has a default that works on one machine."""

import json
import os
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

KEY_BYTES = 32


def load(environ: Mapping[str, str] = os.environ) -> dict[str, object]:
    """Read the settings. Raises OSError where DATA_DIR cannot be written, ValueError where a key is none."""
    data_dir = Path(environ.get("DATA_DIR", "data")).resolve()
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    keys = _keys(data_dir, environ)
    host, port = environ.get("HOST", "127.0.0.1"), int(environ.get("PORT", "8000"))
    public_url = environ.get("PUBLIC_URL", f"http://{host}:{port}")
    return {
        "DATA_DIR": data_dir,
        "FILES_DIR": data_dir / "files",
        "SECRET_KEY": keys["secret"],
        "DATA_KEY": keys["data"],
        "INDEX_KEY": keys["index"],
        "SQLALCHEMY_DATABASE_URI": database_url(environ.get("DATABASE_URL", f"sqlite:///{data_dir / 'portal.db'}")),
        "SQLALCHEMY_ENGINE_OPTIONS": {"hide_parameters": True},  # values of persons stay out of traces and logs
        "REDIS_URL": environ.get("REDIS_URL", "redis://127.0.0.1:6379/0"),
        "SMTP_URL": environ.get("SMTP_URL", "smtp://127.0.0.1:1025"),
        "MAIL_FROM": environ.get("MAIL_FROM", "迎候 <yinghou@localhost>"),
        "MAILBOX_DIR": environ.get("MAILBOX_DIR"),
        "PUBLIC_URL": public_url,
        "SESSION_COOKIE_NAME": f"yinghou-{port}",  # browsers share cookies between ports: each copy has its own names
        "KIOSK_COOKIE_NAME": f"yinghou-kiosk-{port}",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": public_url.startswith("https:"),
        "MAX_CONTENT_LENGTH": 24 * 1024 * 1024,
        "SEND_FILE_MAX_AGE_DEFAULT": 300,  # style and scripts: not asked for again on each of a visitor's pages
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": False,  # it asks for a Referer, which our Referrer-Policy keeps browsers from sending
        "PROXIES": int(environ.get("PROXIES", "0")),
        "BABEL_DEFAULT_LOCALE": "zh",
        "BABEL_DEFAULT_TIMEZONE": "Asia/Shanghai",
    }


def database_url(url: str) -> str:
    """Spell a PostgreSQL address so that SQLAlchemy takes psycopg 3."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _keys(data_dir: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """The three keys as hex. Made once, at first start, readable by their owner alone; the environment wins."""
    path = data_dir / "keys.json"
    if not path.exists():
        made = {name: secrets.token_hex(KEY_BYTES) for name in ("secret", "data", "index")}
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(made))
        with suppress(FileExistsError):  # the first of several processes wins; nobody's keys are overwritten
            os.link(draft, path)
        draft.unlink()
    keys: dict[str, str] = json.loads(path.read_text())
    for name, variable in (("secret", "SECRET_KEY"), ("data", "DATA_KEY"), ("index", "INDEX_KEY")):
        keys[name] = environ.get(variable) or keys[name]
    for name, variable in (("data", "DATA_KEY"), ("index", "INDEX_KEY")):
        if not re.fullmatch(f"[0-9A-Fa-f]{{{2 * KEY_BYTES}}}", keys[name]):
            raise ValueError(f"{variable} must be {KEY_BYTES} bytes in hex")
    return keys
