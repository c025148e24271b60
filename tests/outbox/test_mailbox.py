"""The local mailbox page: what `make run` shows instead of needing a mail server (issue 2, 8)."""

from collections.abc import Callable
from mailbox import Maildir
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Mailbox
from flask import Flask

from portal.outbox.delivery import deliver
from portal.outbox.models import Message
from tests.servers import free_port

Write = Callable[..., Message]


@pytest.fixture
def folder(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A mailbox that was sent one mail by the portal itself."""
    monkeypatch.setitem(app.config, "MAILBOX_DIR", str(tmp_path / "mail"))
    return tmp_path / "mail"


@pytest.fixture
def filled(app: Flask, folder: Path, write: Write, monkeypatch: pytest.MonkeyPatch) -> Path:
    port = free_port()
    controller = Controller(Mailbox(folder), hostname="127.0.0.1", port=port)
    controller.start()
    monkeypatch.setitem(app.config, "SMTP_URL", f"smtp://127.0.0.1:{port}")
    write("wang@x.test", said="您的报修：http://localhost/r/abc?x=1 请确认<script>")
    deliver()
    controller.stop()
    return folder


def test_without_a_folder_there_is_no_such_page(signed_in: Any) -> None:
    signed_in("administrator").page("/mailbox/", status=404)


def test_an_empty_mailbox_says_what_will_come(signed_in: Any, folder: Path) -> None:
    assert "还没有邮件" in signed_in("administrator").page("/mailbox/").text


def test_a_mail_is_listed_and_read_with_its_links(signed_in: Any, filled: Path) -> None:
    client = signed_in("administrator")
    page = client.page("/mailbox/")
    row = page.select_one("#mailbox tbody tr")
    assert "wang@x.test" in row.text and "您的报修" in row.text
    mail = client.page(row.a["href"])
    assert mail.select_one('.said a[href="http://localhost/r/abc?x=1"]')
    assert "<script>" in mail.select_one(".said").text
    seen = page.select_one("#mailbox")["hx-get"].partition("seen=")[2]
    assert client.get(f"/mailbox/?seen={seen}", headers={"HX-Request": "true"}).status_code == 204
    html = client.get(mail.select_one('a[target="_blank"]')["href"])
    policy = html.headers["Content-Security-Policy"]
    assert "sandbox" in policy and "script-src" not in policy and "default-src 'none'" in policy
    assert "<script>" not in html.text and "&lt;script&gt;" in html.text


def test_a_mail_that_is_not_there_is_not_found(signed_in: Any, filled: Path) -> None:
    client = signed_in("administrator")
    for key in ("nothing", "..", "%2e%2e%2fetc"):
        assert client.get(f"/mailbox/{key}").status_code in (404, 308)
        assert client.get(f"/mailbox/{key}/html").status_code == 404


def test_a_mail_without_html_or_date_is_shown_too(signed_in: Any, folder: Path) -> None:
    key = Maildir(folder).add(b"Subject: plain\n\nhello http://x.test/ there")
    client = signed_in("manager")
    assert "plain" in client.page("/mailbox/").text
    page = client.page(f"/mailbox/{key}")
    assert page.select_one('.said a[href="http://x.test/"]') and not page.select_one('a[target="_blank"]')
    assert client.get(f"/mailbox/{key}/html").status_code == 404


def test_only_who_may_see_the_outbox_sees_the_mailbox(signed_in: Any, filled: Path) -> None:
    assert signed_in("receptionist").get("/mailbox/").status_code == 403
