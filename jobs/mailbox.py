"""A mail server for trying out: it accepts what the portal sends and keeps it in a folder, where the mailbox page
reads it. Nothing leaves the machine. Only `make run` without SMTP_URL starts it."""

import asyncio
import logging
import signal
import socket
from pathlib import Path

from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import SMTP


def run(listener: socket.socket, folder: Path) -> None:
    """Serve on the listening socket until a signal says stop; `folder` becomes a Maildir."""
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # or every address would stand in the log
    asyncio.run(_serve(listener, folder))


async def _serve(listener: socket.socket, folder: Path) -> None:
    loop = asyncio.get_running_loop()
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    handler = Mailbox(folder)
    server = await loop.create_server(lambda: SMTP(handler, enable_SMTPUTF8=True, loop=loop), sock=listener)
    await stopping.wait()
    server.close()
