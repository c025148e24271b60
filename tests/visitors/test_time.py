"""What time does: reminders once per visit, passes and waits run out, everything personal goes on its day."""

import io
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from jobs import visitors as jobs
from portal import clock
from portal.db import db
from portal.outbox.models import Delivery, Message, Notification
from portal.people.models import Link
from portal.timeline import AuditEntry, TimelineEntry
from portal.visitors.models import RetentionReceipt, Visit, VisitCount, VisitDraft
from tests.cast import Cast
from tests.client import Client

Guest = Callable[..., Visit]
SECRETS = {"phone": "13987654321", "document": "11010519491231002X", "name": "欧阳不凡", "plate": "粤B98765"}


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], datetime]:
    """Move the clock on from now."""
    start = clock.now()

    def move(length: timedelta) -> datetime:
        later = start + length
        monkeypatch.setattr(clock, "now", lambda: later)
        return later

    return move


def test_overdue_visitor_is_brought_to_the_guards_once(guest: Guest, at: Any, cast: Cast) -> None:
    """VIS-2: half an hour after the expected time, in the portal and by mail, once."""
    visit = guest("courier", phone=SECRETS["phone"], unit_id=None, household_id=None)
    at(timedelta(hours=2, minutes=29))
    jobs.remind()
    assert visit.reminded_at is None
    at(timedelta(hours=2, minutes=31))
    jobs.remind()
    jobs.remind()
    told = db.session.scalars(sa.select(Notification)).all()
    assert [one.user_id for one in told] == [cast["guard"].id]
    (mail,) = db.session.scalars(sa.select(Message).where(Message.template == "visit_overdue"))
    assert f"/visitors/{visit.id}" in mail.texts[0].text
    assert SECRETS["phone"] not in mail.texts[0].text
    assert len(mail.deliveries) == 1


def test_who_signed_out_in_time_is_not_reminded_of(guest: Guest, at: Any, kiosk: Client) -> None:
    visit = guest("courier", unit_id=None, household_id=None)
    kiosk.submit("/kiosk/visit/leave", {"code": visit.number})
    at(timedelta(hours=5))
    jobs.remind()
    assert not db.session.scalars(sa.select(Notification)).all()


def test_wait_without_an_answer_comes_to_nothing(guest: Guest, at: Any) -> None:
    visit = guest()
    at(timedelta(hours=2, minutes=1))
    jobs.remind()
    assert visit.state == "expired"


def test_what_was_left_at_a_kiosk_goes(kiosk: Client, at: Any) -> None:
    kiosk.send("/kiosk/visit/new/guest", {"building": "3", "room": "1204"})
    assert db.session.query(VisitDraft).count() == 1
    at(timedelta(minutes=11))
    jobs.remind()
    assert db.session.query(VisitDraft).count() == 0


def test_day_of_deletion_is_never_later_than_was_told(guest: Guest, kiosk: Client, at: Any, cast: Cast) -> None:
    visit = guest(arrival="enter")
    told = visit.forget_on
    at(timedelta(days=3))
    kiosk.submit("/kiosk/visit/leave", {"code": visit.number})
    assert visit.forget_on == told


def test_community_keeps_as_long_as_it_says(guest: Guest, cast: Cast, at: Any) -> None:
    cast.community.visit_keep_days = 7
    guest("courier", unit_id=None, household_id=None)
    at(timedelta(days=6))
    jobs.forget()
    assert db.session.query(Visit).count() == 1
    at(timedelta(days=8))
    jobs.forget()
    assert db.session.query(Visit).count() == 0


def test_nothing_personal_is_left(
    app: Flask, guest: Guest, cast: Cast, signed_in: Any, kiosk: Client, at: Any, database_url: str
) -> None:
    """PIPL art. 47: plant numbers, move the clock, then search database, log and queue: none. A receipt says how
    many; how many came a day stays; staff see both."""
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    logging.getLogger().addHandler(handler)
    logging.getLogger().setLevel(logging.DEBUG)
    try:
        visit = guest(**SECRETS, document_consent=True, people=2)
        visit_id = visit.id
        reason = f"请 {SECRETS['phone']} 挪车 {SECRETS['document']}"
        guard = signed_in("guard")
        guard.submit(f"/visitors/{visit.id}/reveal", {"what": "phone", "reason": reason})
        guard.submit(f"/visitors/{visit.id}/approval", {"reason": reason})
        guard.submit("/visitors/search", {"q": SECRETS["phone"]})
        kiosk.submit("/kiosk/visit/code", {"code": visit.number})
        young = guest("courier", unit_id=None, household_id=None)
        at(timedelta(days=20))
        jobs.forget()
        assert db.session.query(Visit).count() == 2
        young.forget_on += timedelta(days=60)
        db.session.commit()
        at(timedelta(days=32))
        jobs.forget()
    finally:
        logging.getLogger().removeHandler(handler)
    assert [one.id for one in db.session.scalars(sa.select(Visit))] == [young.id]
    assert not db.session.scalars(sa.select(Message)).all()
    assert not db.session.scalars(sa.select(Delivery)).all()
    for table in (Link, TimelineEntry):
        left = db.session.scalars(sa.select(table).where(table.subject_type == "visit"))
        assert {row.subject_id for row in left} == {young.id}
    assert not db.session.scalars(sa.select(VisitDraft).where(VisitDraft.visit_id == visit_id)).all()
    receipt = db.session.scalars(sa.select(RetentionReceipt)).one()
    assert (receipt.counts["visits"], receipt.counts["messages"]) == (1, 1)
    count = db.session.scalars(sa.select(VisitCount)).one()
    assert (count.kind, count.visits, count.people) == ("guest", 1, 2)
    everything = [log.getvalue().encode(), *_stored(database_url), *_queued(app)]
    for secret in SECRETS.values():
        assert not any(secret.encode() in part for part in everything)
    page = signed_in("guard").page("/visitors/retention").get_text(" ", strip=True)
    assert "删除回执" in page
    assert "走亲访友" in page


def _stored(database_url: str) -> list[bytes]:
    """The database's files byte by byte; on PostgreSQL every text and binary value of every table."""
    if database_url.startswith("sqlite:///"):
        path = Path(database_url.removeprefix("sqlite:///"))
        return [part.read_bytes() for part in path.parent.glob(path.name + "*")]
    rows = []
    for table in db.metadata.sorted_tables:
        name = f'"{table.name}"'
        rows += db.session.scalars(sa.text(f"select {name}::text from {name}")).all()
    return [row.encode() for row in rows]


def _queued(app: Flask) -> list[bytes]:
    redis: Any = app.extensions["redis"]
    return [redis.dump(key) or b"" for key in redis.keys("*")]


def test_before_deletion_too_nothing_stands_in_the_clear(guest: Guest, database_url: str) -> None:
    """Trust: encrypted at rest from the first moment."""
    guest(**SECRETS, document_consent=True)
    stored = _stored(database_url)
    for secret in SECRETS.values():
        assert not any(secret.encode() in part for part in stored)


def test_staffs_own_traces_stay(guest: Guest, signed_in: Any, at: Any) -> None:
    """The audit log is append-only: who looked stays on record after the visit is gone."""
    visit = guest(phone=SECRETS["phone"])
    signed_in("guard").submit(f"/visitors/{visit.id}/reveal", {"what": "phone", "reason": "挪车"})
    at(timedelta(days=40))
    jobs.forget()
    assert db.session.query(Visit).count() == 0
    assert db.session.scalars(sa.select(AuditEntry.act).where(AuditEntry.act == "visit_phone")).all()


def test_deleting_again_deletes_nothing_more(guest: Guest, at: Any) -> None:
    guest("courier", unit_id=None, household_id=None)
    at(timedelta(days=40))
    jobs.forget()
    jobs.forget()
    assert db.session.query(RetentionReceipt).count() == 1
    assert db.session.scalars(sa.select(VisitCount.visits)).one() == 1
