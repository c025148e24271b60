"""A recording SMTP sink, small and fast: what it accepted, when, and what it should do with mail number n.

python -m tests.faults.sink    # prints its port, then serves until it is told to stop
"""

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Thread

REFERENCE = re.compile(rb"(?im)^message-id: *<([^>@]+)")
ADDRESS = re.compile(rb"<([^>]*)>")
END = b"\r\n.\r\n"


@dataclass(frozen=True)
class Taken:
    """One accepted mail; `at` is time.monotonic()."""

    at: float
    to: str
    reference: str


class Sink:
    """`mood` is what it does now: kind, refusing (no connection), busy (421), dropping or hanging once it has a mail.
    `on_mail` is called with the count so far, before the answer."""

    def __init__(self) -> None:
        self.taken: list[Taken] = []
        self.mood = "kind"
        self.on_mail: Callable[[int], None] | None = None
        self._loop = asyncio.new_event_loop()
        self._server = self._loop.run_until_complete(self._loop.create_server(lambda: Session(self), "127.0.0.1", 0))
        self.port: int = self._server.sockets[0].getsockname()[1]
        self._thread = Thread(target=self._loop.run_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def start(self) -> "Sink":
        self._thread.start()
        return self

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def take(self, to: str, mail: bytes) -> None:
        found = REFERENCE.search(mail[:2000])
        self.taken.append(Taken(time.monotonic(), to, found[1].decode() if found else ""))
        if self.on_mail:
            self.on_mail(len(self.taken))


class Session(asyncio.Protocol):
    def __init__(self, sink: Sink) -> None:
        self.sink = sink
        self.to = ""
        self.buffer = b""
        self.in_data = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        if self.sink.mood == "refusing":
            transport.abort()
        else:
            transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while not self.transport.is_closing():
            mark = END if self.in_data else b"\r\n"
            part, found, rest = self.buffer.partition(mark)
            if not found:
                return
            self.buffer = rest
            if self.in_data:
                self._mail(part)
            else:
                self._line(part)

    def _mail(self, mail: bytes) -> None:
        self.in_data = False
        self.sink.take(self.to, mail)
        if self.sink.mood == "dropping":
            self.transport.abort()
        elif self.sink.mood != "hanging":
            self.transport.write(b"250 taken\r\n")

    def _line(self, line: bytes) -> None:
        verb = line[:4].upper()
        answer = b"250 ok\r\n"
        if verb == b"RCPT":
            found = ADDRESS.search(line)
            self.to = found[1].decode() if found else ""
            if self.sink.mood == "busy":
                answer = b"421 4.3.2 closing\r\n"
        elif verb == b"DATA":
            self.in_data = True
            answer = b"354 go on\r\n"
        elif verb == b"QUIT":
            answer = b"221 bye\r\n"
        self.transport.write(answer)
        if verb == b"QUIT":
            self.transport.close()


if __name__ == "__main__":
    sink = Sink()
    print(sink.port, flush=True)
    sink.start()
    sink._thread.join()
