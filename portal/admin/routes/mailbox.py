"""The local mailbox: where there is no mail server, `make run` keeps what the portal sends in a folder (MAILBOX_DIR)
and these pages show it. Without that setting there is no such page."""

import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from mailbox import Maildir
from typing import Any

from flask import Response, abort, current_app, render_template
from markupsafe import Markup

from portal.access import Right, needs
from portal.admin.routes import area
from portal.web import answer, unchanged

SHOWN = 200
ADDRESS = re.compile(r"(https?://[!-;=?-~]+)")
# A mail's HTML is a page of its own: no scripts, no pictures from elsewhere, no forms; links open, nothing else.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; sandbox allow-top-navigation-by-user-activation allow-popups"
)


@dataclass(frozen=True)
class Mail:
    """One mail of the folder. `key` is its name there."""

    key: str
    subject: str
    to: str
    at: datetime | None
    message: EmailMessage

    def part(self, kind: str) -> str | None:
        """Its text of that kind (plain or html)."""
        body = self.message.get_body((kind,))
        return str(body.get_content()) if body else None

    @property
    def linked_text(self) -> Markup:
        """The plain text with its addresses as links, also where one follows Chinese words without a space."""
        pieces = ADDRESS.split(self.part("plain") or "")  # every second piece is an address
        link = Markup('<a href="{0}">{0}</a>')
        return Markup("").join(link.format(piece) if number % 2 else piece for number, piece in enumerate(pieces))


@area.get("/mailbox/")
@needs(Right.OUTBOX_SEE)
def mailbox() -> Response:
    folder = _folder()
    keys = sorted(folder.keys(), reverse=True)
    mails = [_read(folder, key) for key in keys[:SHOWN]]
    page = answer("admin/mailbox.html", "admin/_mailbox.html", mails=mails, count=len(keys), seen=_seen(keys))
    return unchanged(_seen(keys)) or page


@area.get("/mailbox/<string:key>")
@needs(Right.OUTBOX_SEE)
def mailbox_mail(key: str) -> str:
    return render_template("admin/mailbox_mail.html", mail=_mail(key))


@area.get("/mailbox/<string:key>/html")
@needs(Right.OUTBOX_SEE)
def mailbox_html(key: str) -> Response:
    html = _mail(key).part("html")
    if html is None:
        abort(404)
    return Response(html, headers={"Content-Security-Policy": MAIL_POLICY})


def _folder() -> Maildir:
    path = current_app.config["MAILBOX_DIR"]
    if not path:
        abort(404)
    return Maildir(path, create=True)


def _mail(key: str) -> Mail:
    try:
        return _read(_folder(), key)
    except KeyError:
        abort(404)


def _read(folder: Maildir, key: str) -> Mail:
    message: Any = message_from_bytes(folder.get_bytes(key), policy=policy.default)
    try:
        at = parsedate_to_datetime(message["Date"])
    except (TypeError, ValueError):
        at = None
    return Mail(key, str(message["Subject"] or ""), str(message["To"] or ""), at, message)


def _seen(keys: list[str]) -> str:
    """Changes when a mail comes in."""
    return f"{len(keys)}-{keys[0] if keys else ''}"
