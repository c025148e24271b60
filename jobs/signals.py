"""Signals as something a loop can wait for: no race between asking and sleeping, and no work in a handler."""

import os
import select
import signal
from types import FrameType

STOP = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Signals:
    """After this is made, a stop signal only sets `stopping`, and any noted signal ends a `wait`."""

    def __init__(self, *also: signal.Signals) -> None:
        self.stopping = 0  # how often we were asked to
        self._noted = (*STOP, *also)
        self._read, self._write = os.pipe()
        os.set_blocking(self._read, False)
        os.set_blocking(self._write, False)
        self.listen()

    def listen(self) -> None:
        """Put the handlers in place (again)."""
        for number in self._noted:
            signal.signal(number, self._note)
        signal.set_wakeup_fd(self._write, warn_on_full_buffer=False)

    def _note(self, number: int, _frame: FrameType | None) -> None:
        self.stopping += number in STOP

    def wait(self, seconds: float) -> None:
        """Until a signal comes, at most so long."""
        if select.select([self._read], [], [], seconds)[0]:
            os.read(self._read, 512)


def forget() -> None:
    """In a new process: signals do again what they do by default."""
    signal.set_wakeup_fd(-1)
    for number in (*STOP, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
