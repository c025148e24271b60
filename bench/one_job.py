"""The job of the design that the engine is compared with: one for each message."""

import smtplib
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import urlsplit

from flask import Flask

from portal.db import db
from portal.outbox.models import Delivery, MessageText, State

NAME = "bench.test"  # or smtplib asks the network for ours, at each connection
app: Flask | None = None


def send_one(delivery_id: int) -> None:
    """The job of the design that this one is compared with."""
    assert app, "bench.delivery says which"
    with app.app_context():
        row = db.session.get_one(Delivery, delivery_id)
        words = db.session.get_one(MessageText, (row.message_id, row.channel, row.language))
        with smtplib.SMTP("127.0.0.1", urlsplit(app.config["SMTP_URL"]).port or 0, NAME) as smtp:
            smtp.sendmail("a@sink.test", row.address, mail(row.address, words.subject, words.text, words.html or ""))
        row.state = State.SENT
        db.session.commit()


def mail(to: str, subject: str, text: str, html: str) -> bytes:
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = "a@sink.test", to, subject
    mail.set_content(text, cte="base64")
    mail.add_alternative(html, subtype="html", cte="base64")
    return mail.as_bytes()
