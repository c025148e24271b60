"""A run's hold on what it claimed: short, and renewed by a thread for as long as the process lives.

So a process that was killed is noticed within seconds, and one that waits for a slow server keeps what it holds.
A process that was stopped renews nothing: the sweep takes its deliveries, and its late writes change nothing.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Lock, Thread
from types import TracebackType

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from portal.db import db
from portal.outbox import claims

RENEW_SECONDS = 2.0  # a third of a lease: two renewals may come too late
log = logging.getLogger(__name__)


class Lease:
    """`with Lease(owner) as lease:` keeps the owner's claims. Writes about them go through `lease.writing()`."""

    def __init__(self, owner: str) -> None:
        self.owner = owner
        self._engine = db.engine  # the thread has no application context
        self._over = Event()
        self._one_writes = Lock()
        self._thread = Thread(target=self._keep, name=f"lease {owner}", daemon=True)

    def __enter__(self) -> "Lease":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that does not meet the renewal: both touch several rows, and could wait for each other."""
        with self._one_writes, self._engine.begin() as connection:
            yield connection

    def _keep(self) -> None:
        while not self._over.wait(RENEW_SECONDS):
            try:
                with self.writing() as connection:
                    claims.renew(connection, self.owner)
            except SQLAlchemyError as error:
                log.warning("the lease of %s could not be renewed: %s", self.owner, type(error).__name__)
