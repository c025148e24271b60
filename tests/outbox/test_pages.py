"""The monitor and the notifications, as a person sees them, and what their buttons leave in the database."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask_babel import lazy_gettext

from portal import clock, queue, timeline
from portal.db import db
from portal.outbox import operations as outbox
from portal.outbox import pauses
from portal.outbox.delivery import deliver
from portal.outbox.models import Delivery, Message, Notification
from tests.cast import Cast
from tests.outbox.conftest import Rows
from tests.outbox.peer import Moody

Write = Callable[..., Message]
One = Callable[[str], Delivery]
HX = {"HX-Request": "true"}


def tell(cast: Cast, *who: str, text: Any = "三栋 1204 的报修等您接单", key: str = "k", url: str = "/account") -> None:
    outbox.notify([cast[one].id for one in who], community_id=cast.community.id, text=text, url=url, key=key)
    db.session.commit()


def test_a_notification_is_seen_counted_and_read(cast: Cast, signed_in: Any, rows: Rows) -> None:
    tell(cast, "manager", "guard")
    tell(cast, "manager", key="second", text="第二条")
    client = signed_in("manager")
    page = client.page("/notifications")
    assert "三栋 1204 的报修等您接单" in page.text and "第二条" in page.text
    assert page.select_one("#notification-count .count").text == "2"
    first = rows(sa.select(Notification).where(Notification.text == "第二条"))[0]
    answer = client.send(f"/notifications/{first.id}/opening")
    assert (answer.status_code, answer.location) == (303, "/account")
    (other,) = rows(sa.select(Notification).where(Notification.user_id == cast["guard"].id))
    assert client.send(f"/notifications/{other.id}/reading").status_code == 404
    page = client.page("/notifications")
    assert page.select_one("#notification-count .count").text == "1"
    page = client.submit("/notifications/reading")
    assert page.select_one("#notification-count .count") is None
    assert "全部标为已读" not in page.text
    unread = rows(sa.select(Notification).where(Notification.read_at.is_(None)))
    assert [row.user_id for row in unread] == [cast["guard"].id]


def test_one_notification_can_be_read_by_itself(cast: Cast, signed_in: Any, rows: Rows) -> None:
    tell(cast, "manager")
    (row,) = rows(sa.select(Notification))
    client = signed_in("manager")
    assert "知道了" in client.page("/notifications").text
    assert "知道了" not in client.submit(f"/notifications/{row.id}/reading").text


def test_the_count_answers_only_when_it_changed(cast: Cast, signed_in: Any) -> None:
    client = signed_in("manager")
    assert client.get("/notifications/count?seen=0", headers=HX).status_code == 204
    tell(cast, "manager")
    fragment = client.page("/notifications/count?seen=0", headers=HX)
    assert fragment.select_one(".count").text == "1"
    assert fragment.select_one("#notification-count")["hx-get"].endswith("seen=1")


def test_a_notification_leads_nowhere_outside(cast: Cast, signed_in: Any, rows: Rows) -> None:
    tell(cast, "manager", url="https://elsewhere.test/")
    (row,) = rows(sa.select(Notification))
    assert signed_in("manager").send(f"/notifications/{row.id}/opening").location == "/notifications"


def test_a_lazy_text_is_kept_in_each_ones_language(cast: Cast, rows: Rows) -> None:
    cast["guard"].language = "en"
    tell(cast, "manager", "guard", text=lazy_gettext("还有 %(count)s 条未读", count=3))
    assert {row.text for row in rows(sa.select(Notification))} >= {"还有 3 条未读"}


def test_what_is_forgotten_leaves_no_message_and_no_notification(cast: Cast, write: Write, rows: Rows) -> None:
    """Trust: personal data whose time is over is deleted everywhere."""
    write("a@x.test", key="1", subject_type="visit", subject_id=7)
    write("b@x.test", key="2", subject_type="visit", subject_id=8)
    for subject_id in (7, 8):
        outbox.notify(
            [cast["guard"].id],
            community_id=cast.community.id,
            text="访客",
            url="/",
            key=f"{subject_id}",
            subject_type="visit",
            subject_id=subject_id,
        )
    assert outbox.forget("visit", [7]) == 1
    db.session.commit()
    assert [row.address for row in rows(sa.select(Delivery))] == ["b@x.test"]
    assert [row.subject_id for row in rows(sa.select(Notification))] == [8]


def test_the_monitor_shows_what_waits_and_what_failed(signed_in: Any, write: Write, peer: Moody) -> None:
    write("a@x.test", "nobody@x.test", "silent@x.test", said="停水通知")
    write("later@x.test", key="2", expires_at=clock.now() + timedelta(days=1))
    deliver()
    client = signed_in("administrator")
    page = client.page("/outbox/")
    figures = {row.dt.text: row.dd.text for row in page.select(".figures > div")}
    assert figures["已发出"] == "1" and figures["没有送达"] == "1" and figures["不能确定是否送达"] == "1"
    assert "停水通知" in page.text and "550 5.1.1 no such mailbox" in page.text
    assert "n***@x.test" in page.text and "nobody@x.test" not in page.text
    seen = page.select_one("#monitor")["hx-get"].partition("seen=")[2]
    assert client.get(f"/outbox/?seen={seen}", headers=HX).status_code == 204
    peer.calm = True
    with time_machine.travel(clock.now() + timedelta(seconds=10), tick=True):
        deliver()
        fragment = client.page(f"/outbox/?seen={seen}", headers=HX)
    assert fragment.html is None and fragment.select_one("#monitor")
    assert "没有消息在等待" in fragment.text


def test_a_failed_delivery_is_sent_again(signed_in: Any, write: Write, one: One, peer: Moody) -> None:
    write("nobody@x.test")
    deliver()
    row = one("nobody@x.test")
    page = signed_in("administrator").submit(f"/outbox/deliveries/{row.id}/sending")
    assert "已重新排队" in page.text
    assert queue.waiting("messages") == 2
    peer.calm = True
    db.session.rollback()
    deliver()
    again = one("nobody@x.test")
    assert (again.state, again.reference) == ("sent", row.reference)
    assert [entry.verb for entry in timeline.history(again)] == ["sent_again"]


def test_what_is_already_on_its_way_is_not_sent_twice(signed_in: Any, write: Write, one: One, peer: Moody) -> None:
    write("nobody@x.test")
    deliver()
    client, url = signed_in("administrator"), f"/outbox/deliveries/{one('nobody@x.test').id}/sending"
    client.submit(url)
    assert "没有重发" in client.submit(url).text
    assert [entry.verb for entry in timeline.history(one("nobody@x.test"))] == ["sent_again"]


def test_an_expired_delivery_is_not_sent_again(signed_in: Any, write: Write, one: One, peer: Moody) -> None:
    write("nobody@x.test", expires_at=clock.now() + timedelta(minutes=5))
    deliver()
    client, row = signed_in("administrator"), one("nobody@x.test")
    with time_machine.travel(clock.now() + timedelta(minutes=6), tick=True):
        assert "再发一次" not in client.page("/outbox/").text
        assert "没有重发" in client.submit(f"/outbox/deliveries/{row.id}/sending").text
    assert one("nobody@x.test").state == "failed"


def test_a_person_may_give_up(signed_in: Any, write: Write, one: One, peer: Moody) -> None:
    write("silent@x.test")
    deliver()
    row = one("silent@x.test")
    page = signed_in("administrator").submit(f"/outbox/deliveries/{row.id}/giving-up")
    assert "已放弃发送" in page.text and "没有需要处理的消息" in page.text
    assert one("silent@x.test").state == "cancelled"
    assert [(entry.verb, entry.was) for entry in timeline.history(row)] == [("given_up", "unknown")]
    assert "已有人处理" in signed_in("administrator").submit(f"/outbox/deliveries/{row.id}/giving-up").text


def test_a_resting_channel_can_be_woken(signed_in: Any, write: Write, one: One, peer: Moody) -> None:
    write("busy@x.test", "b@x.test")
    deliver()
    client = signed_in("administrator")
    page = client.page("/outbox/")
    assert "421 4.3.2 closing" in page.text and "马上再试" in page.text
    peer.calm = True
    assert "通道已恢复" in client.submit("/outbox/channels/email/resumption").text
    db.session.rollback()
    deliver()
    assert one("b@x.test").state == "sent"
    client.submit("/outbox/channels/pigeon/resumption", status=404)


@pytest.mark.parametrize("act", ["sending", "giving-up"])
def test_a_manager_sees_and_an_outsider_does_not(signed_in: Any, write: Write, one: One, peer: Moody, act: str) -> None:
    """Trust: another community's object gives 404 and changes nothing."""
    write("nobody@x.test", said="停水通知")
    deliver()
    url = f"/outbox/deliveries/{one('nobody@x.test').id}/{act}"
    page = signed_in("manager").page("/outbox/")
    assert "停水通知" in page.text and "请管理员处理" in page.text and "再发一次" not in page.text
    assert signed_in("manager").send(url).status_code == 403
    assert "停水通知" not in signed_in("outsider").page("/outbox/").text
    assert signed_in("guard").get("/outbox/").status_code == 403
    assert one("nobody@x.test").state == "failed"


def test_the_monitor_asks_the_same_number_of_questions_however_much_it_lists(
    signed_in: Any, write: Write, peer: Moody
) -> None:
    def asked() -> int:
        count = 0

        def add(*_: Any) -> None:
            nonlocal count
            count += 1

        sa.event.listen(db.engine, "before_cursor_execute", add)
        client.page("/outbox/")
        sa.event.remove(db.engine, "before_cursor_execute", add)
        return count

    client = signed_in("administrator")
    write("nobody@x.test")
    deliver()
    few = asked()
    for number in range(5):
        write("nobody@x.test", "spam@x.test", key=f"{number}")
    deliver()
    assert asked() == few


def test_a_pause_without_a_failure_before_is_short(cast: Cast) -> None:
    until = pauses.pause("email", "x" * 500)
    assert timedelta(0) < until - clock.now() <= timedelta(seconds=5)
