"""The settings that the supervisor itself needs, checked before anything starts: a wrong one gets a sentence."""

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

MAX_PORT = 65535
BACKLOG = 256


class ProblemError(Exception):
    """Why the portal cannot start: one sentence in Chinese and one in English, for the person who started it."""

    def __init__(self, chinese: str, english: str) -> None:
        super().__init__(f"{chinese} / {english}")


@dataclass(frozen=True)
class Settings:
    host: str
    port: int
    data_dir: Path
    redis_url: str | None
    smtp_url: str | None

    @classmethod
    def read(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        return cls(
            host=environ.get("HOST", "127.0.0.1"),
            port=_port(environ.get("PORT", "8000")),
            data_dir=_data_dir(Path(environ.get("DATA_DIR", "data")).resolve()),
            redis_url=environ.get("REDIS_URL"),
            smtp_url=environ.get("SMTP_URL"),
        )


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= MAX_PORT:
        raise ProblemError(
            f"PORT 应为 1 到 {MAX_PORT} 之间的数字，现在是“{text}”。",
            f"PORT must be a number from 1 to {MAX_PORT}, not “{text}”.",
        )
    return int(text)


def _data_dir(path: Path) -> Path:
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = path / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise ProblemError(
            f"数据目录 {path} 不能写入（{error.strerror}），请检查权限或换一个 DATA_DIR。",
            "The data folder cannot be written; check its permissions or choose another DATA_DIR.",
        ) from None
    return path


def listen(host: str, port: int) -> socket.socket:
    """The web's listening socket. The supervisor keeps it, so a restart of the web refuses no visitor."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listener = socket.create_server(address[:2], family=family, backlog=BACKLOG)
    except PermissionError:
        raise ProblemError(
            f"没有使用端口 {port} 的权限，请换 1024 以上的端口。",
            f"Port {port} is not permitted; choose one above 1024.",
        ) from None
    except OSError as error:
        raise ProblemError(
            f"地址 {host}:{port} 用不了（{error.strerror}），请换一个端口，例如 PORT={port % MAX_PORT + 1} make run。",
            f"{host}:{port} is taken or not an address of this machine; choose another PORT.",
        ) from None
    return listener
