"""Audit log and history are append-only: for rows, for bulk statements, for raw SQL (trust, CASE-15)."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade

from portal import ROOT, timeline
from portal.db import db
from portal.people.models import Community
from portal.timeline import SYSTEM, AuditEntry, TimelineEntry
from tests import factories
from tests.cast import Cast

ATTACKS = (
    sa.update(AuditEntry).values(actor_name="somebody else"),
    sa.delete(AuditEntry),
    sa.update(TimelineEntry).values(reason="another"),
    sa.delete(TimelineEntry),
    sa.text("UPDATE audit_entry SET reason = NULL"),
    sa.text("DELETE FROM timeline_entry WHERE subject_type = 'community'"),
)


@pytest.fixture
def place(empty_app: Flask) -> Any:
    """An estate with one entry in its history and one in the audit log, in a migrated database."""
    with empty_app.app_context():
        upgrade(str(ROOT / "migrations"))
        made = factories.community(factories.company())
        timeline.record(made, "founded", SYSTEM, reason="one")
        timeline.audit("looked", SYSTEM, subject=made, reason="one")
        db.session.commit()
        yield made
        db.session.rollback()
        db.session.remove()


@pytest.mark.parametrize("attack", ATTACKS, ids=str)
def test_no_statement_changes_what_was_written(place: Community, attack: Any) -> None:
    with pytest.raises(sa.exc.DatabaseError, match="only ever added to"):
        db.session.execute(attack)
    db.session.rollback()
    assert db.session.scalars(sa.select(AuditEntry.reason)).all() == ["one"]
    assert db.session.scalars(sa.select(TimelineEntry.reason)).all() == ["one"]


def test_only_a_visits_history_goes_with_the_visit(place: Community) -> None:
    """PIPL art. 47: the one thing whose history is deleted with it."""
    visit = {"subject_type": "visit", "subject_id": 7, "at": place and timeline.clock.now(), "verb": "entered"}
    db.session.execute(sa.insert(TimelineEntry).values(**visit, actor_name="门岗"))
    assert timeline.forget("visit", [7]) == 1
    with pytest.raises(sa.exc.DatabaseError):
        timeline.forget("community", [place.id])


def test_no_number_of_a_person_comes_into_the_audit_log(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever people type as a reason: numbers are struck out, dates and doors stay."""
    reason = "2026-11-01..2026-11-30 请 138 0013 5678、１３９１２３４５６７８ 或 0755-8888 1234 挪车"
    reason += " 110105 19491231 002X 3-1-1204"
    with caplog.at_level("DEBUG"):
        timeline.audit("looked", cast["manager"].actor, subject=cast.community, reason=reason)
    db.session.commit()
    kept = db.session.scalars(sa.select(AuditEntry.reason)).one()
    assert kept == "2026-11-01..2026-11-30 请 ***、*** 或 *** 挪车 *** 3-1-1204"
    assert "5678" not in caplog.text
