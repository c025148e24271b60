"""The e-mail channel: what a mail looks like on the wire, and TLS and sign-in as the address asks."""

import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from flask import Flask

from portal.db import db
from portal.outbox import operations as outbox
from portal.outbox.channels import LineDown
from portal.outbox.channels.email import open_line
from portal.outbox.delivery import deliver
from portal.outbox.models import Delivery, Message, Priority
from portal.outbox.operations import To
from tests.cast import Cast
from tests.outbox.peer import Moody
from tests.servers import free_port

Write = Callable[..., Message]
MAKE_CERTIFICATE = (
    "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost"
)
PASSWORD = "p@ss/word"


def test_a_mail_is_whole(write: Write, one: Callable[[str], Delivery], peer: Moody) -> None:
    write(
        "a@x.test",
        said="承诺超时：三栋一二〇四的漏水，原定今天 18:00，请马上联系客户并给出新的时间",
        priority=Priority.EMERGENCY,
    )
    deliver(urgent_only=True)
    mail = peer.mail("a@x.test")
    assert mail["From"] == "迎候 <yinghou@localhost>"
    assert mail["To"] == "a@x.test"
    assert mail["Subject"].startswith("承诺超时：三栋一二〇四的漏水")
    assert mail["Message-ID"] == f"<{one('a@x.test').reference}@localhost>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Id"] == "<cuihu.localhost>"
    assert mail["Importance"] == "high"
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None and html is not None
    assert "三栋一二〇四" in plain.get_content() and "翠湖花园" in plain.get_content()
    assert "\n\n\n" not in plain.get_content().replace("\r", "")
    assert "<p>承诺超时" in html.get_content() and "0755-8888 1234" in html.get_content()
    (raw,) = [raw for _, raw in peer.taken]
    assert raw.isascii() and all(len(line) < 998 for line in raw.splitlines())


def test_each_language_gets_its_own_text(cast: Cast, peer: Moody) -> None:
    to = [To("a@x.test", "zh", "王 建国"), To("b@x.test", "en", "Ann, of 1204")]
    outbox.send("_test", to, community_id=cast.community.id, key="k", said="x")
    db.session.commit()
    deliver()
    bodies = {address: peer.mail(address).get_body(("plain",)) for address in ("a@x.test", "b@x.test")}
    texts = {address: body.get_content() for address, body in bodies.items() if body}
    assert "x zh" in texts["a@x.test"] and "翠湖花园" in texts["a@x.test"]
    assert "x en" in texts["b@x.test"] and "Cuihu Garden" in texts["b@x.test"]
    assert peer.mail("b@x.test")["To"] == '"Ann, of 1204" <b@x.test>'
    assert peer.mail("a@x.test")["To"] == "王 建国 <a@x.test>"


def test_a_line_break_in_a_subject_adds_no_header(write: Write, peer: Moody) -> None:
    write("a@x.test", said="hello\r\nBcc: everyone@x.test\n\nbody")
    deliver()
    mail = peer.mail("a@x.test")
    assert mail["Subject"] == "hello Bcc: everyone@x.test body"
    assert mail["Bcc"] is None and peer.recipients == ["a@x.test"]


def test_a_chinese_domain_is_written_to(write: Write, peer: Moody) -> None:
    write("wang@例子.test")
    deliver()
    assert peer.recipients == ["wang@xn--fsqu00a.test"]


class Guarded:
    """Takes mail only from who signed in; keeps what it got."""

    def __init__(self) -> None:
        self.raw: list[bytes] = []

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        assert session.ssl is not None or session.peer
        self.raw.append(envelope.content)
        return "250 accepted"


def _authenticate(_server: Any, _session: Any, _envelope: Any, _mechanism: str, found: Any) -> AuthResult:
    right = isinstance(found, LoginPassword) and (found.login, found.password) == (b"portal", PASSWORD.encode())
    return AuthResult(success=right, handled=False)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for localhost that nobody but the test trusts, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    paths = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        [*MAKE_CERTIFICATE.split(), "-out", str(paths[0]), "-keyout", str(paths[1])],
        check=True,
        capture_output=True,
    )
    return paths


@contextmanager
def guarded(certificate: tuple[Path, Path], *, from_the_start: bool) -> Iterator[tuple[Guarded, int]]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)
    handler, port = Guarded(), free_port()
    asked: dict[str, Any] = {"auth_required": True, "authenticator": _authenticate}
    if from_the_start:
        asked |= {"ssl_context": context, "auth_require_tls": False}
    else:
        asked |= {"tls_context": context, "require_starttls": True}
    controller = Controller(handler, hostname="localhost", port=port, **asked)
    controller.start()
    try:
        yield handler, port
    finally:
        controller.stop()


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
def test_tls_and_sign_in(
    app: Flask,
    write: Write,
    certificate: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
    states: Callable[[], dict[str, str]],
    scheme: str,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    write("a@x.test")
    with guarded(certificate, from_the_start=scheme == "smtps") as (peer, port):
        monkeypatch.setitem(app.config, "SMTP_URL", f"{scheme}://portal:p%40ss%2Fword@localhost:{port}")
        deliver()
    assert states() == {"a@x.test": "sent"}
    assert message_from_bytes(peer.raw[0], policy=policy.default)["Subject"] == "你好"


def test_a_certificate_that_nobody_vouches_for_is_refused(
    app: Flask, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    with guarded(certificate, from_the_start=True) as (_, port):
        monkeypatch.setitem(app.config, "SMTP_URL", f"smtps://portal:x@localhost:{port}")
        with pytest.raises(LineDown, match="CERTIFICATE_VERIFY_FAILED"):
            open_line()


def test_mail_never_goes_in_the_clear_where_tls_is_asked_for(
    app: Flask, peer: Moody, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "SMTP_URL", f"smtp+starttls://127.0.0.1:{peer.port}")
    with pytest.raises(LineDown, match="STARTTLS"):
        open_line()


def test_a_wrong_password_rests_the_channel_and_charges_nobody(
    app: Flask,
    write: Write,
    certificate: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
    one: Callable[[str], Delivery],
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    write("a@x.test")
    with guarded(certificate, from_the_start=True) as (_, port):
        monkeypatch.setitem(app.config, "SMTP_URL", f"smtps://portal:wrong@localhost:{port}")
        assert deliver() == 0
    assert (one("a@x.test").state, one("a@x.test").attempts) == ("queued", 0)


@pytest.mark.parametrize("url", ["http://x.test", "smtp://portal:h%C3%A4@127.0.0.1"])
def test_an_address_of_no_server_is_said_and_stops_nothing(
    app: Flask, peer: Moody, write: Write, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setitem(app.config, "SMTP_URL", f"{url}:{peer.port}")
    with pytest.raises(LineDown):
        open_line()
