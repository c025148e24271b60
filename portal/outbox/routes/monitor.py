"""The administrators' monitor: what waits, what rests, what needs a person; live while it is open."""

from flask import Response, abort, flash
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from portal import timeline
from portal.access import Right, needs
from portal.db import db
from portal.outbox import operations, pauses, queries
from portal.outbox.models import ChannelState, Delivery
from portal.outbox.routes import area
from portal.people.rights import actor, allowed, current_community, find
from portal.web import answer, go, unchanged


@area.get("/outbox/")
@needs(Right.OUTBOX_SEE)
def monitor() -> Response:
    figures = queries.monitor(current_community().id)
    may_act = allowed(Right.OUTBOX_ACT)
    page = answer("outbox/monitor.html", "outbox/_monitor.html", figures=figures, may_act=may_act)
    return unchanged(figures.seen) or page


@area.post("/outbox/deliveries/<int:delivery_id>/sending")
@needs(Right.OUTBOX_ACT)
def send_again(delivery_id: int) -> BaseResponse:
    delivery = find(Delivery, delivery_id, Right.OUTBOX_ACT)
    if operations.send_again(delivery, actor()):
        flash(_("已重新排队，几秒内再次发送。"))
    else:
        flash(_("没有重发：这条消息已过期，或者已有人处理。"), "warning")
    db.session.commit()
    return go("outbox.monitor")


@area.post("/outbox/deliveries/<int:delivery_id>/giving-up")
@needs(Right.OUTBOX_ACT)
def give_up(delivery_id: int) -> BaseResponse:
    delivery = find(Delivery, delivery_id, Right.OUTBOX_ACT)
    if operations.give_up(delivery, actor()):
        flash(_("已放弃发送。如有需要，请改用电话联系对方。"))
    else:
        flash(_("这条消息已有人处理。"), "warning")
    db.session.commit()
    return go("outbox.monitor")


@area.post("/outbox/channels/<string:channel>/resumption")
@needs(Right.OUTBOX_ACT)
def resume_channel(channel: str) -> BaseResponse:
    """The server works again, says a person: the rest ends now."""
    if db.session.get(ChannelState, channel) is None:
        abort(404)
    pauses.resume(channel)
    timeline.audit("channel_resumed", actor(), community_id=current_community().id, reason=channel)
    operations.ring_for_all()
    flash(_("通道已恢复，排队的消息马上发送。"))
    db.session.commit()
    return go("outbox.monitor")
