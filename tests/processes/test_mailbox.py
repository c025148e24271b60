"""The mail server for trying out keeps what it gets as a Maildir, readable by the mailbox page."""

import mailbox
import signal
import smtplib
from email.message import EmailMessage
from pathlib import Path

from tests.processes.conftest import start

CODE = """
import socket
from pathlib import Path
from jobs.mailbox import run
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
run(listener, Path(sys.argv[1]))
"""


def test_keeps_what_it_gets(folder: Path) -> None:
    process = start(CODE, str(folder / "mailbox"))
    assert process.stdout is not None
    port = int(process.stdout.readline())
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = (
        "yinghou@localhost",
        "王芳 <wang@localhost>",
        "今天 18:00 前答复",
    )
    mail.set_content("您的报修已经受理。")
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as connection:
        connection.send_message(mail)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=20)
    assert (process.returncode, said) == (0, "")
    kept = [message.as_bytes() for message in mailbox.Maildir(folder / "mailbox", create=False)]
    assert len(kept) == 1
    assert b"X-RcptTo: wang@localhost" in kept[0]
