"""A case comes in: number, receipt, channel, who is told."""

import contextvars
import threading
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.cases import operations as ops
from portal.cases import queries
from portal.cases.models import Case
from portal.cases.operations import Caller, NotAllowedError
from portal.cases.stages import Channel, Clock
from portal.db import db
from portal.outbox.models import Message, Notification
from portal.people import links
from portal.people.models import User
from portal.secret import blind_index
from portal.timeline import Actor
from tests import factories
from tests.cases.conftest import START
from tests.cases.office import HOUR, Office, clocks, open_on, verbs

KIOSK = Actor("大堂终端 1 栋大堂")
NIGHT = START + 14 * HOUR  # 23:00


def told(case: Case) -> set[str]:
    """The logins of those who got a line in the portal about the case."""
    query = sa.select(User.login).join(Notification, Notification.user_id == User.id)
    return set(db.session.scalars(query.where(Notification.url == case.path)))


def test_each_kind_and_community_counts_for_itself(office: Office) -> None:
    assert [office.receive("repair").case.number for _ in range(2)] == ["B-0001", "B-0002"]
    assert office.receive("complaint").case.number == "T-0001"
    assert office.receive("enquiry").case.number == "Z-0001"
    assert office.receive("suggestion").case.number == "J-0001"
    there = office.receive("repair", community_id=office.cast.other_community.id, unit_id=None).case
    assert there.number == "B-0001"


def test_a_number_rolled_back_is_given_again(office: Office) -> None:
    office.receive()
    with pytest.raises(NotAllowedError):
        office.receive("complaint", urgent=True)
    db.session.rollback()
    assert office.receive("complaint").case.number == "T-0001"
    assert office.receive().case.number == "B-0002"


def test_twenty_at_once_have_twenty_numbers_without_a_gap(app: Flask, office: Office) -> None:
    """CASE-5: the ledger is complete: numbers run without gaps, whoever registers at the same moment."""
    community_id, unit_id = office.cast.community.id, office.cast.unit.id
    db.session.commit()
    start, failures = threading.Barrier(20), []

    def receive() -> None:
        try:
            with app.app_context():
                start.wait()
                ops.receive(
                    "repair",
                    community_id=community_id,
                    channel=Channel.KIOSK,
                    caller=Caller("王建国"),
                    unit_id=unit_id,
                    title="漏水",
                    actor=KIOSK,
                )
                db.session.commit()
                db.session.remove()
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=contextvars.Context().run, args=(receive,)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    db.session.rollback()
    numbers = sorted(db.session.scalars(sa.select(Case.number)))
    assert numbers == [f"B-{serial:04}" for serial in range(1, 21)]


def test_the_receipt_code_is_eight_digits_and_only_its_keyed_hash_is_stored(office: Office) -> None:
    received = office.receive()
    assert received.code.isdigit()
    assert len(received.code) == 8
    assert received.case.code_hash == blind_index("receipt-code", received.code)
    assert queries.by_code(received.case.community_id, f"{received.code[:4]} {received.code[4:]}") is received.case
    assert queries.by_code(office.cast.other_community.id, received.code) is None
    assert queries.by_code(received.case.community_id, "1234") is None
    assert links.open_link("receipt", received.token).subject_id == received.case.id


def test_a_lost_receipt_gets_a_new_code_and_the_old_one_opens_nothing(office: Office) -> None:
    received = office.receive()
    code = ops.new_code(received.case, office.desk)
    db.session.flush()
    assert queries.by_code(received.case.community_id, code) is received.case
    assert queries.by_code(received.case.community_id, received.code) is None


@pytest.mark.parametrize("channel", list(Channel))
def test_each_case_keeps_its_channel(office: Office, channel: Channel) -> None:
    """CASE-10: kiosk, telephone, walk-in, complaint box, online link, forum."""
    case = office.receive("complaint", channel=channel, posted_at=START).case
    office.assign(case)
    db.session.commit()
    assert case.channel == channel


def test_the_phone_is_found_by_hash_and_never_stored_in_the_clear(office: Office) -> None:
    case = office.receive(caller=Caller("陈女士", "139 1234 0000")).case
    assert case.caller_phone == "13912340000"
    assert case.masked_phone == "139****0000"
    stored = db.session.execute(sa.text('SELECT caller_phone FROM "case"')).scalar_one()
    assert b"13912340000" not in bytes(stored)


def test_a_special_customer_and_a_warranty_are_noticed(office: Office) -> None:
    office.cast.owner.special = True
    office.cast.unit.warranty_until = date(2027, 1, 1)
    case = office.receive().case
    assert case.special
    assert case.in_warranty


def test_an_urgent_case_at_night_reaches_the_guards(office: Office) -> None:
    """REP-6: night emergencies reach the monitoring room."""
    office.clock.move_to(NIGHT)
    case = office.receive(urgent=True, channel="kiosk", actor=KIOSK, first_owner_id=None).case
    assert told(case) == {"receptionist", "technician", "guard"}
    mail = db.session.scalars(sa.select(Message).where(Message.template == "case_urgent")).one()
    assert {delivery.address for delivery in mail.deliveries} >= {"guard@yinghou.test"}


def test_by_day_an_urgent_case_goes_to_those_who_go(office: Office) -> None:
    """REP-1: dispatched at once; the monitoring room is not troubled by day."""
    case = office.receive(urgent=True, channel="kiosk", actor=KIOSK, first_owner_id=None).case
    assert told(case) == {"receptionist", "technician"}


def test_a_paid_domestic_repair_reaches_the_guards_at_any_time(office: Office) -> None:
    """REP-6: paid domestic repairs reach the monitoring room."""
    assert "guard" in told(office.receive(paid=True).case)


def test_a_case_from_the_kiosk_rings_at_the_reception_and_belongs_to_nobody_yet(office: Office) -> None:
    """CASE-2: until a receptionist takes it, reception as a whole is reminded."""
    case = office.receive(channel="kiosk", actor=KIOSK, first_owner_id=None).case
    assert told(case) == {"receptionist"}
    assert open_on(case, Clock.WORD).owner_id is None
    ops.take(case, office.desk)
    assert case.first_owner_id == office.cast["receptionist"].id
    assert open_on(case, Clock.WORD).owner_id == office.cast["receptionist"].id
    assert verbs(case)[-1] == "taken"
    with pytest.raises(NotAllowedError):
        ops.take(case, office.manager)


def test_an_earlier_word_can_be_promised_at_once(office: Office) -> None:
    """CASE-2: the one who receives gives a promised time, as short as can be."""
    case = office.receive("complaint", word_at=START + 3 * HOUR).case
    promise = open_on(case, Clock.WORD)
    assert promise.due_at == START + 3 * HOUR
    assert promise.own_time
    with pytest.raises(NotAllowedError):
        office.receive("complaint", word_at=START + timedelta(days=30))


def test_a_new_kind_is_one_file(office: Office) -> None:
    """Each kind declares itself; whatever has a standard for a clock gets the clock."""
    assert clocks(office.receive("suggestion").case) == {Clock.WORD, Clock.SETTLE}
    door = factories.unit(factories.building(office.cast.community, "9"), "0101")
    assert office.receive("repair", unit_id=door.id).case.unit.label == "9 栋 0101"
