"""A process of ours: started by fork (libraries are loaded already), watched, restarted, stopped with all its own."""

import ctypes
import logging
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import NoReturn

from jobs import log_as
from jobs.signals import STOP, forget

PR_SET_PDEATHSIG = 1
FIRST_DELAY = 0.5  # seconds before a restart
LONGEST_DELAY = 30.0
STEADY_SECONDS = 20.0  # who lived so long starts again with the first delay
log = logging.getLogger("supervisor")


@dataclass
class Child:
    """`run` is what the new process does; returning ends it. `pid` is 0 while it does not live."""

    name: str
    run: Callable[[], None]
    pid: int = 0
    started: float = 0.0
    restart_at: float = 0.0
    delay: float = FIRST_DELAY

    def start(self) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        supervisor = os.getpid()
        self.started = time.monotonic()
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, STOP)  # a signal must not reach our handler in the child
        self.pid = os.fork()
        if self.pid == 0:
            forget()
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        if self.pid == 0:
            _be(self, supervisor)

    def look(self) -> None:
        """Notice a death, and start again what has waited long enough."""
        if self.reap():
            self._plan_restart()
        if not self.pid and time.monotonic() >= self.restart_at:
            self.start()

    def reap(self) -> bool:
        """Whether it died since the last time we asked. What it left behind in its group goes too."""
        if not self.pid:
            return False
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        if not pid:
            return False
        self.signal(signal.SIGKILL)
        self.pid = 0
        log.debug("%s ended (%s)", self.name, os.waitstatus_to_exitcode(status))
        return True

    def signal(self, number: signal.Signals) -> None:
        """To the process; SIGKILL to everything in its group."""
        if not self.pid:
            return
        with suppress(ProcessLookupError):
            if number == signal.SIGKILL:
                os.killpg(self.pid, number)
            else:
                os.kill(self.pid, number)

    def _plan_restart(self) -> None:
        lived = time.monotonic() - self.started
        self.delay = FIRST_DELAY if lived > STEADY_SECONDS else min(self.delay * 2, LONGEST_DELAY)
        self.restart_at = time.monotonic() + self.delay
        log.warning("%s 停了，%.0f 秒后重新启动 / died, restarted in %.0f s", self.name, self.delay, self.delay)


def _be(child: Child, supervisor: int) -> NoReturn:
    """Be the child: in a session of its own (Ctrl-C is the supervisor's), ending when the supervisor does."""
    code = 1
    try:
        os.setsid()
        _end_with(supervisor)
        log_as(child.name)
        child.run()
        code = 0
    except SystemExit as ending:
        code = ending.code if isinstance(ending.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        with suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _end_with(supervisor: int) -> None:
    """On Linux the kernel sends SIGTERM when the supervisor dies, even by kill -9."""
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != supervisor:
        os._exit(1)


def stop(children: list[Child], grace: float, hurry: Callable[[], bool]) -> None:
    """End them all: SIGTERM, and SIGKILL to those still there after `grace` seconds or when `hurry` says so."""
    for child in children:
        child.signal(signal.SIGTERM)
    deadline = time.monotonic() + grace
    while any(child.pid for child in children):
        for child in children:
            child.reap()
        if time.monotonic() > deadline or hurry():
            for child in children:
                child.signal(signal.SIGKILL)
        time.sleep(0.02)
