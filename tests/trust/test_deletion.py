"""What is deleted is gone: from every table that told of it, and from the bytes of the file."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from jobs import visitors as jobs
from portal import clock
from portal.access import Role
from portal.db import db
from portal.outbox.models import Notification
from portal.people.queries import staff_with_role
from portal.timeline import SYSTEM
from portal.visitors.models import Visit
from portal.visitors.operations.registering import Told, walk_in
from tests.cast import Cast
from tests.trust.attacks import DOCUMENT, NAME, PHONE, PLATE, stand_at_the_door


def days_later(monkeypatch: pytest.MonkeyPatch, days: float) -> None:
    later = clock.now() + timedelta(days=days)
    monkeypatch.setattr(clock, "now", lambda: later)


def test_a_visits_notifications_go_with_it(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The line "a guest to 3-1204 waits at the door" tells of a visit, and so does the one about an overdue one."""
    stand_at_the_door(cast)
    walk_in(Told("courier", purpose="sf"), community=cast.community, channel="kiosk", actor=SYSTEM)
    db.session.commit()
    days_later(monkeypatch, 1)
    jobs.remind()
    assert len(db.session.scalars(sa.select(Notification)).all()) == 2 * len(
        staff_with_role(cast.community.id, Role.GUARD)
    )
    days_later(monkeypatch, 40)
    jobs.forget()
    assert db.session.query(Visit).count() == 0
    assert not db.session.scalars(sa.select(Notification)).all()


def test_no_row_of_any_table_names_a_deleted_visit(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """But for staff's own traces in the audit log; and no table holds a byte of what it told."""
    visit = stand_at_the_door(cast, name=NAME, plate=PLATE, document=DOCUMENT, document_consent=True, people=3)
    visit_id = visit.id
    days_later(monkeypatch, 40)
    jobs.forget()
    for table in db.metadata.sorted_tables:
        if "subject_type" in table.c and table.name != "audit_entry":
            about = sa.select(table).where(table.c.subject_type == "visit", table.c.subject_id == visit_id)
            assert db.session.execute(about).first() is None, table.name
        for row in db.session.execute(sa.select(table)).all():
            said = repr(tuple(row))
            assert not any(secret in said for secret in (NAME, PLATE, DOCUMENT, PHONE)), table.name


def test_deleted_bytes_are_overwritten_by_every_connection(app: Flask) -> None:
    """SQLite else leaves what was deleted or changed in the file: a kiosk's draft, an old name, not visits alone."""
    if db.engine.dialect.name == "sqlite":
        with db.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA secure_delete").scalar() == 1


def test_numbers_are_encrypted_wherever_a_column_may_hold_one(app: Flask) -> None:
    """Every column called after a number of a person is an encrypted one, or a keyed hash of 64 digits."""
    plain = []
    for table in db.metadata.sorted_tables:
        for column in table.c:
            named = {"phone", "number", "document", "plate", "totp", "address"} & set(column.name.split("_"))
            number = named and not isinstance(column.type, sa.DateTime | sa.Integer) and "_at" not in column.name
            kind = type(column.type).__name__
            if number and kind != "Encrypted" and not column.name.endswith("_hash"):
                plain.append(f"{table.name}.{column.name}")
    assert set(plain) == OURS_NOT_A_PERSONS | MAIL_ON_ITS_WAY


# A mail address, copied from person.email by the database itself; the row goes when the delivery is made.
MAIL_ON_ITS_WAY = {"audience_member.address"}
OURS_NOT_A_PERSONS = {
    "community.address",
    "community.phone_24h",
    "company.complaint_phone",
    "case.number",
    "unit.number",
}
