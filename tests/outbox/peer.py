"""A real SMTP server with moods: what it does with a mail is decided by the recipient's local part."""

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from tests.servers import free_port

MOODS = {
    "nobody": "550 5.1.1 no such mailbox",
    "full": "452 4.2.2 mailbox full",
    "spam": "554 5.7.1 not wanted",
    "grey": "451 4.7.1 greylisted",
    "busy": "421 4.3.2 closing",
}


class Moody:
    """`taken` holds what it accepted, in order, whether or not it managed to say so. `calm` makes it kind to all."""

    def __init__(self) -> None:
        self.port = free_port()
        self.taken: list[tuple[str, bytes]] = []
        self.connections = 0
        self.calm = False
        self.on_data: Any = None  # called with the recipient before the answer

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def recipients(self) -> list[str]:
        return [to for to, _ in self.taken]

    def mail(self, to: str) -> EmailMessage:
        (raw,) = [raw for taken, raw in self.taken if taken == to]
        return message_from_bytes(raw, policy=policy.default)

    async def handle_EHLO(  # noqa: N802
        self, _server: Any, session: Any, _envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(  # noqa: N802
        self, server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        mood = "" if self.calm else address.partition("@")[0]
        if mood == "drop":
            server.transport.abort()
        if mood in ("nobody", "full", "busy"):
            return MOODS[mood]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        (to,) = envelope.rcpt_tos
        mood = "" if self.calm else to.partition("@")[0]
        if self.on_data:
            self.on_data(to)
        if mood in ("spam", "grey"):
            return MOODS[mood]
        self.taken.append((to, envelope.content))
        if mood.startswith("silent"):  # accepted, and the line drops before it is said
            server.transport.abort()
        return "250 accepted"


@contextmanager
def moody() -> Iterator[Moody]:
    peer = Moody()
    controller = Controller(peer, hostname="127.0.0.1", port=peer.port, decode_data=False)
    controller.start()
    try:
        yield peer
    finally:
        controller.stop()
