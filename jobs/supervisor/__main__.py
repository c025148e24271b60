"""Start, watch, stop. The queue server starts first, so that it is up when the libraries are, and stops last."""

import fcntl
import importlib
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from jobs import log_as
from jobs.signals import Signals
from jobs.supervisor.children import Child, stop
from jobs.supervisor.settings import ProblemError, Settings, listen
from jobs.supervisor.valkey import Valkey

LOOK_SECONDS = 0.5
LOCK_SECONDS = 3.0  # what a killed run left behind needs so long to end
APPS_GRACE = 15.0  # a delivery batch lasts at most 10 s
SERVERS_GRACE = 5.0


class Portal:
    """One run of the portal: its lock on the data folder, its listening socket, its processes."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.servers: list[Child] = []
        self.apps: list[Child] = []
        self.lock = _lock(settings.data_dir)
        self.listener = listen(settings.host, settings.port)

    def start(self) -> None:
        os.environ["DATA_DIR"] = str(self.settings.data_dir)
        if not self.settings.redis_url:
            self._start_queue()
        if not self.settings.smtp_url:
            self._start_mailbox()
        estate = importlib.import_module("jobs.supervisor.estate")  # heavy: the queue starts meanwhile
        words = estate.prepare(queue_is_ours=not self.settings.redis_url)
        self._start_apps()
        print(words, flush=True)

    def watch(self, signals: Signals) -> None:
        while not signals.stopping:
            for child in [*self.servers, *self.apps]:
                child.look()
            signals.wait(LOOK_SECONDS)

    def stop(self, hurry: Callable[[], bool]) -> None:
        stop(self.apps, APPS_GRACE, hurry)
        stop(self.servers, SERVERS_GRACE, hurry=lambda: False)

    def _start_queue(self) -> None:
        valkey = Valkey.prepare(self.settings.data_dir)
        os.environ["REDIS_URL"] = valkey.url
        self._start(self.servers, "valkey", valkey.run)

    def _start_mailbox(self) -> None:
        post, folder = socket.create_server(("127.0.0.1", 0)), self.settings.data_dir / "mailbox"
        os.environ["SMTP_URL"] = f"smtp://127.0.0.1:{post.getsockname()[1]}"
        os.environ["MAILBOX_DIR"] = str(folder)
        self._start(self.servers, "mailbox", partial(_call, "jobs.mailbox", post, folder))

    def _start_apps(self) -> None:
        queues: tuple[str, ...] = importlib.import_module("portal.queue").QUEUES
        self._start(self.apps, "web", partial(_call, "jobs.supervisor.web", self.listener))
        for name in queues:
            self._start(self.apps, f"worker {name}", partial(_call, "jobs.worker", name))
        self._start(self.apps, "ticker", partial(_call, "jobs.ticker"))

    def _start(self, among: list[Child], name: str, run: Callable[[], None]) -> None:
        child = Child(name, run)
        among.append(child)
        child.start()


def _call(module: str, *arguments: object) -> None:
    """`run` of a module that is imported only now."""
    importlib.import_module(module).run(*arguments)


def _lock(data_dir: Path) -> int:
    """One run per data folder. Every process of a run holds the lock, so none of an earlier run is left either."""
    handle = os.open(data_dir / "running.lock", os.O_RDWR | os.O_CREAT, 0o600)
    os.set_inheritable(handle, True)
    deadline = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise ProblemError(
                    f"数据目录 {data_dir} 正被另一个迎候使用，请先停止它或换一个 DATA_DIR。",
                    "Another copy uses this data folder; stop it or choose another DATA_DIR.",
                ) from None
            time.sleep(0.1)
        else:
            return handle


def main() -> None:
    log_as("supervisor")
    signals = Signals(signal.SIGCHLD)
    portal = None
    try:
        portal = Portal(Settings.read())
        portal.start()
        portal.watch(signals)
        print("正在停止…… / Stopping…", flush=True)
    except ProblemError as problem:
        sys.exit(f"迎候没有启动：{problem}")
    finally:
        asked = signals.stopping
        if portal:
            portal.stop(hurry=lambda: signals.stopping > asked)


if __name__ == "__main__":
    main()
