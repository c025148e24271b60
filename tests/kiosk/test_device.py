"""A machine becomes a kiosk, and forgets everything between two people."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from time_machine import TimeMachineFixture

from jobs.kiosk import forget
from jobs.schedule import SCHEDULE
from portal import clock, config, timeline
from portal.db import db
from portal.kiosk.models import Draft
from portal.people import devices
from portal.people.models import KioskDevice
from tests.cast import Cast
from tests.kiosk.talk import AT_HOME, report, say


@pytest.fixture
def code(cast: Cast) -> str:
    made = devices.make_code(cast.community, "2 栋大堂", cast["administrator"], cast["administrator"].actor)
    db.session.commit()
    return made


def test_typed_on_the_pad(cast: Cast, client: Any, code: str) -> None:
    """A kiosk is enrolled by a one-time code; its cookie is out of reach of scripts."""
    answer = client.send("/kiosk/enrol", {"code": f"{code[:5]} {code[5:]}"})
    cookie = next(line for line in answer.headers.getlist("Set-Cookie") if line.startswith("yinghou-kiosk-"))
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Max-Age=157680000" in cookie
    assert "翠湖花园" in client.page("/kiosk/").h1.text
    device = db.session.query(KioskDevice).filter_by(place="2 栋大堂").one()
    assert timeline.history(device)[0].verb == "enrolled"


def test_the_link_asks_and_only_the_post_enrols(cast: Cast, client: Any, code: str) -> None:
    assert client.page(f"/kiosk/enrol/{code}").select_one("form")
    assert db.session.query(KioskDevice).count() == 0
    client.submit(f"/kiosk/enrol/{code}")
    assert db.session.query(KioskDevice).count() == 1


def test_a_code_is_good_once(app: Flask, cast: Cast, client: Any, code: str) -> None:
    client.submit("/kiosk/enrol", {"code": code})
    other: Any = app.test_client()
    page = other.submit("/kiosk/enrol", {"code": code}, status=422)
    assert "这个登记码用不了" in page.select_one("#code-error").text


def test_codes_cannot_be_tried_out(cast: Cast, client: Any) -> None:
    statuses = [client.send("/kiosk/enrol", {"code": f"{guess:010}"}).status_code for guess in range(11)]
    assert statuses == [422] * 10 + [429]


def test_over_https_the_cookie_is_secure(app: Flask, cast: Cast, client: Any, code: str) -> None:
    app.config["SESSION_COOKIE_SECURE"] = True
    try:
        answer = client.post(
            f"https://localhost/kiosk/enrol/{code}",
            data={"csrf_token": client.csrf_token()},
            headers={"Referer": "https://localhost/"},
        )
    finally:
        app.config["SESSION_COOKIE_SECURE"] = False
    cookies = [line for line in answer.headers.getlist("Set-Cookie") if line.startswith("yinghou-kiosk-")]
    assert not cookies or "Secure" in cookies[0]


PAGES = (
    "/kiosk/",
    "/kiosk/voice",
    "/kiosk/repair/where",
    "/kiosk/complaint/what",
    "/kiosk/suggestion/what",
    "/kiosk/enquiry/words",
    "/kiosk/answers",
    "/kiosk/progress",
    "/kiosk/board",
    "/kiosk/board/standards",
    "/kiosk/board/prices",
)


@pytest.mark.parametrize("url", PAGES)
def test_only_an_enrolled_kiosk(client: Any, kiosk: Any, url: str) -> None:
    """Without the device's cookie every screen leads to enrolment; with it nothing is stored or filled in."""
    assert client.get(url).location == "/kiosk/enrol"
    answer = kiosk.get(url)
    assert answer.headers["Cache-Control"] == "no-store"
    page = kiosk.page(url)
    assert all(field.get("autocomplete") == "off" for field in page.select("main input[type=text], main textarea"))
    assert page.select_one("footer").text.count("呼叫前台") == 1


def test_a_revoked_kiosk_opens_nothing(cast: Cast, kiosk: Any) -> None:
    device = db.session.query(KioskDevice).one()
    devices.revoke(device, cast["administrator"].actor, "搬走了")
    assert kiosk.get("/kiosk/").location == "/kiosk/enrol"


def test_a_kiosk_is_nobody_at_the_desk(kiosk: Any) -> None:
    """A kiosk session reaches the kiosk's screens only."""
    for url in ("/desk/checklist", "/notices/", "/knowledge/"):
        assert kiosk.get(url).status_code in (302, 303, 401)


def test_reset_forgets_everything(cast: Cast, kiosk: Any) -> None:
    """Between two people: language, large print, answers, the case that was looked up."""
    kiosk.submit("/kiosk/language", {"language": "en"})
    kiosk.submit("/kiosk/large-print", {})
    say(kiosk, "repair", *AT_HOME)
    page = kiosk.page("/kiosk/reset", follow_redirects=True)
    assert page.html["lang"] == "zh-Hans" and page.html["data-mode"] == "kiosk"
    assert kiosk.get("/kiosk/repair/check").location == "/kiosk/"
    with kiosk.session_transaction() as session:
        assert set(session) <= {"csrf_token"}


def test_the_browser_holds_nothing_of_the_person(cast: Cast, kiosk: Any) -> None:
    """What has been said lives on the server, encrypted; the session holds a key to it."""
    say(kiosk, "repair", *AT_HOME)
    with kiosk.session_transaction() as session:
        assert "13800135678" not in str(dict(session)) and "1204" not in str(dict(session))
    with db.engine.connect() as connection:
        raw = connection.exec_driver_sql("SELECT answers FROM kiosk_draft").scalar_one()
    assert b"13800135678" not in bytes(raw)


def test_the_next_person_wipes_what_was_left(cast: Cast, kiosk: Any) -> None:
    say(kiosk, "repair", *AT_HOME)
    kiosk.get("/kiosk/reset")
    say(kiosk, "suggestion", {"what": "service"})
    draft = db.session.query(Draft).one()
    assert draft.kind == "suggestion" and "13800135678" not in draft.answers


def test_old_drafts_are_swept(cast: Cast, kiosk: Any, time_machine: TimeMachineFixture) -> None:
    """The job of the schedule; a receipt that may still be on the screen stays a quarter of an hour."""
    report(kiosk, "repair", *AT_HOME)
    forget()
    assert db.session.query(Draft).count() == 1
    time_machine.move_to(clock.now() + timedelta(minutes=16))
    forget()
    assert db.session.query(Draft).count() == 0
    assert "jobs.kiosk.forget" in {row.job for row in SCHEDULE}


def test_another_kiosk_cannot_go_on_with_it(app: Flask, cast: Cast, kiosk: Any) -> None:
    say(kiosk, "repair", *AT_HOME)
    with kiosk.session_transaction() as session:
        key = session["draft"]
    other: Any = app.test_client()
    other.enrol(cast.community, "2 栋大堂")
    with other.session_transaction() as session:
        session["draft"] = key
    assert other.get("/kiosk/repair/check").location == "/kiosk/"


def test_large_print_and_language_stay_on_the_page(kiosk: Any) -> None:
    page = kiosk.submit("/kiosk/large-print", {"next": "/kiosk/board"})
    assert page.html["data-mode"] == "elder" and page.select_one("h1").text == "公告"
    page = kiosk.submit("/kiosk/language", {"language": "en", "next": "/kiosk/board"})
    assert page.html["lang"] == "en"
    assert kiosk.send("/kiosk/language", {"language": "en", "next": "//evil.test/"}).location == "/kiosk/"


def test_home_has_its_six_tiles(kiosk: Any) -> None:
    page = kiosk.page("/kiosk/")
    names = [tile.b.text for tile in page.select(".tile")]
    assert names[-5:] == ["报修", "投诉与建议", "咨询", "我的进度", "公告"]
    assert "0755-8888 1234" in page.select_one("header").text


def test_two_copies_on_one_host_know_their_own_kiosks(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Browsers share cookies between ports."""
    names = []
    for port in ("8000", "8001"):
        monkeypatch.setenv("PORT", port)
        settings = config.load()
        names += [settings["KIOSK_COOKIE_NAME"], settings["SESSION_COOKIE_NAME"]]
    assert len(set(names)) == 4
