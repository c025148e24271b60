"""E-mail over SMTP. SMTP_URL is smtp://, smtps:// or smtp+starttls://, with user:password@ where the server asks.

The steps of smtplib's sendmail are taken one by one here, because it matters where a line breaks: before the text is
handed over nothing has happened, after it the server may have accepted it.
"""

import re
import smtplib
import socket
import ssl
from contextlib import suppress
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from urllib.parse import unquote, urlsplit

from flask import current_app

from portal.outbox.channels import Letter, LineDown, Parcel, Refused, TryLater, Uncertain
from portal.outbox.models import Priority
from portal.outbox.rendering import Words

TIMEOUT = 20  # seconds for any one answer
PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
DOT = re.compile(rb"(?m)^\.")


def open_line() -> "EmailLine":
    sender = _address(*parseaddr(current_app.config["MAIL_FROM"]))
    try:
        return EmailLine(_connect(current_app.config["SMTP_URL"], sender.domain), sender)
    except (OSError, ValueError) as error:  # smtplib's own errors are OSErrors; ValueError: SMTP_URL is none
        raise LineDown(_said(error)) from error


class EmailLine:
    """One connection, used for all mails of a run. Text that is the same for all is built into bytes once."""

    def __init__(self, smtp: smtplib.SMTP, sender: Address) -> None:
        self.smtp = smtp
        self.sender = sender
        self._built: dict[tuple[int, str], bytes] = {}

    def send(self, parcel: Parcel) -> str:
        try:
            to = _address(parcel.fields.get("name", ""), parcel.address)
            mail = _head(to, parcel.reference, self.sender.domain) + self._body(parcel)
        except (ValueError, MessageError) as error:
            raise Refused(f"the address cannot be written to: {type(error).__name__}") from error
        self._say(f"MAIL FROM:<{self.sender.addr_spec}>", 250, refusal=LineDown)  # says nothing about the recipient
        self._say(f"RCPT TO:<{to.addr_spec}>", 250)
        self._say("DATA", 354)
        try:
            self.smtp.send(mail + b".\r\n")
            code, reply = self.smtp.getreply()
        except OSError as error:
            raise Uncertain(_said(error)) from error
        return self._judge(code, reply, 250, Refused)

    def close(self) -> None:
        with suppress(OSError):
            self.smtp.quit()
        self.smtp.close()

    def _say(self, command: str, wanted: int, refusal: type[Exception] = Refused) -> None:
        try:
            code, reply = self.smtp.docmd(command)
        except OSError as error:
            raise LineDown(_said(error)) from error
        self._judge(code, reply, wanted, refusal)

    def _judge(self, code: int, reply: bytes, wanted: int, refusal: type[Exception]) -> str:
        """The answer in words, or the exception that it means."""
        answer = f"{code} {reply.decode(errors='replace')}"
        if code == wanted or (wanted == 250 and code in (251, 252)):
            return answer
        if code == 421 or refusal is LineDown:
            raise LineDown(answer)
        with suppress(OSError):
            self.smtp.rset()
        raise (TryLater if 400 <= code < 500 else refusal)(answer)

    def _body(self, parcel: Parcel) -> bytes:
        """Everything after the headers of one's own, ready for the wire."""
        letter = parcel.letter
        if not letter.words.same_for_all:
            return _build(letter, letter.words.filled(parcel.fields), self.sender)
        key = (letter.message_id, letter.language)
        if key not in self._built:
            self._built[key] = _build(letter, letter.words, self.sender)
        return self._built[key]


def _connect(url: str, own_name: str) -> smtplib.SMTP:
    parts = urlsplit(url)
    if parts.scheme not in PORTS:
        raise ValueError(f"SMTP_URL begins with one of {', '.join(PORTS)}")
    host, port = parts.hostname or "127.0.0.1", parts.port or PORTS[parts.scheme]
    if parts.scheme == "smtps":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(host, port, own_name, timeout=TIMEOUT, context=_safely())
    else:
        smtp = smtplib.SMTP(host, port, own_name, timeout=TIMEOUT)
    try:
        if parts.scheme == "smtp+starttls":
            smtp.starttls(context=_safely())  # raises where the server has none: never in the clear instead
        smtp.ehlo_or_helo_if_needed()
        if parts.username:
            smtp.login(unquote(parts.username), unquote(parts.password or ""))
    except (OSError, ValueError):  # ValueError: smtplib takes names and passwords in ASCII only
        smtp.close()
        raise
    if isinstance(smtp.sock, socket.socket):
        smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return smtp


def _safely() -> ssl.SSLContext:
    """Reads all certificates of the machine, which takes as long as sending thirty mails."""
    return ssl.create_default_context()


def _address(name: str, address: str) -> Address:
    """ValueError or MessageError where it is none. A domain may be Chinese; line breaks are refused."""
    local, _, domain = address.rpartition("@")
    if not local or not domain:
        raise ValueError("no address")
    return Address(" ".join(name.split()), addr_spec=f"{local}@{domain.encode('idna').decode()}")


def _head(to: Address, reference: str, domain: str) -> bytes:
    """The headers that differ from recipient to recipient."""
    header = SMTP.header_factory("To", to) if to.display_name else None
    line = header.fold(policy=SMTP).encode() if header else f"To: {to.addr_spec}\r\n".encode()
    return line + f"Message-ID: <{reference}@{domain}>\r\n".encode()


def _build(letter: Letter, words: Words, sender: Address) -> bytes:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["Subject"] = words.subject
    mail["Date"] = format_datetime(letter.made_at)  # the same in every try
    mail["Auto-Submitted"] = "auto-generated"  # nobody's absence note comes back
    mail["X-Auto-Response-Suppress"] = "All"
    mail["List-Id"] = f"<{letter.estate_code}.{sender.domain}>"
    if letter.priority == Priority.EMERGENCY:
        mail["Importance"] = "high"
    elif letter.priority == Priority.BULK:
        mail["Precedence"] = "bulk"
    mail.set_content(words.text, cte="base64")
    if words.html:
        mail.add_alternative(words.html, subtype="html", cte="base64")
        mail.set_boundary(f"yinghou-{letter.message_id}-{letter.language}")
    return DOT.sub(b"..", mail.as_bytes())


def _said(error: Exception) -> str:
    """What went wrong, for the monitor: the server's words where it said any."""
    if isinstance(error, smtplib.SMTPResponseException):
        reply = error.smtp_error
        return f"{error.smtp_code} {reply.decode(errors='replace') if isinstance(reply, bytes) else reply}"
    return f"{type(error).__name__}: {error}"[:280]
