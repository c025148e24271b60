"""Kiosks are enrolled with a code that is good once, and can be revoked."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
import time_machine

from portal import clock
from portal.db import db
from portal.people import devices
from portal.people.models import KioskDevice
from portal.timeline import SYSTEM
from tests.cast import Cast


def test_a_code_enrols_one_kiosk_once(cast: Cast) -> None:
    code = devices.make_code(cast.community, "1 栋大堂", None, SYSTEM)
    enrolled = devices.enrol(code)
    assert enrolled and enrolled[0].community_id == cast.community.id and enrolled[0].token_hash != enrolled[1]
    assert devices.enrol(code) is None
    assert devices.enrol("0000000000") is None


def test_a_code_lapses_after_a_day(cast: Cast) -> None:
    code = devices.make_code(cast.community, "1 栋大堂", None, SYSTEM)
    with time_machine.travel(clock.now() + timedelta(hours=25)):
        assert devices.enrol(code) is None


def test_the_administrator_makes_codes_and_revokes_kiosks(signed_in: Any, cast: Cast) -> None:
    admin = signed_in("administrator")
    assert admin.submit("/kiosks", {"place": ""}, 422).select_one("#place-error")
    code = admin.submit("/kiosks", {"place": "3 栋大堂"}).select_one("code.once").get_text().replace(" ", "")
    enrolled = devices.enrol(code)
    assert enrolled
    db.session.commit()
    assert "3 栋大堂" in admin.page("/kiosks").get_text()
    admin.submit(f"/kiosks/{enrolled[0].id}/revoke", {"reason": "搬走了"})
    assert db.session.scalar(sa.select(KioskDevice.revoked_at))


def test_another_estates_kiosk_cannot_be_found(signed_in: Any, cast: Cast) -> None:
    enrolled = devices.enrol(devices.make_code(cast.other_community, "大堂", None, SYSTEM))
    assert enrolled
    db.session.commit()
    answer = signed_in("administrator").send(f"/kiosks/{enrolled[0].id}/revoke", {"reason": "试试"})
    assert answer.status_code == 404 and enrolled[0].revoked_at is None
