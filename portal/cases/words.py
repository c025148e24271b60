"""What stages, channels, clocks and deeds are called on the pages."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from portal.cases.stages import Channel, Clock, How, Satisfaction, Stage
from portal.standards.models import Promise
from portal.web import language

STAGES: dict[Stage, LazyString] = {
    Stage.RECEIVED: _("已受理"),
    Stage.CHECKING: _("待核实"),
    Stage.ASSIGNED: _("已派工"),
    Stage.PLANNED: _("待业主同意"),
    Stage.AGREED: _("业主已同意"),
    Stage.WORKING: _("处理中"),
    Stage.DONE: _("待客户确认"),
    Stage.CONFIRMED: _("客户已确认"),
    Stage.CLOSED: _("已结案"),
    Stage.WITHDRAWN: _("客户已撤回"),
    Stage.MERGED: _("已并案"),
}
FOR_CUSTOMER: dict[Stage, LazyString] = {
    **STAGES,
    Stage.CHECKING: _("正在核实"),
    Stage.ASSIGNED: _("已安排人办理"),
    Stage.PLANNED: _("请您看看方案"),
    Stage.AGREED: _("方案已定，安排上门"),
    Stage.DONE: _("已办完，请您确认"),
    Stage.CONFIRMED: _("您已确认"),
    Stage.WITHDRAWN: _("您已撤回"),
}
CHANNELS: dict[Channel, LazyString] = {
    Channel.TELEPHONE: _("电话"),
    Channel.WALK_IN: _("来访"),
    Channel.KIOSK: _("大堂终端"),
    Channel.ONLINE: _("线上"),
    Channel.COMPLAINT_BOX: _("意见箱"),
    Channel.FORUM: _("论坛"),
}
HOWS: dict[How, LazyString] = {
    How.TELEPHONE: _("电话告知"),
    How.IN_PERSON: _("当面"),
    How.MAIL: _("邮件"),
    How.LINK: _("回执链接"),
    How.KIOSK: _("大堂终端"),
    How.FORUM: _("论坛回帖"),
}
SATISFACTIONS: dict[Satisfaction, LazyString] = {
    Satisfaction.VERY: _("很满意"),
    Satisfaction.SATISFIED: _("满意"),
    Satisfaction.FAIRLY: _("较满意"),
    Satisfaction.DISSATISFIED: _("不满意"),
}
CLOCKS: dict[Clock, LazyString] = {
    Clock.WORD: _("下次答复"),
    Clock.SETTLE: _("办结"),
    Clock.RESPONSE: _("答复或处置"),
    Clock.DISPATCH: _("派工"),
    Clock.ON_SITE: _("到场"),
    Clock.FORUM: _("论坛回帖"),
    Clock.FOLLOW_UP: _("回访"),
    Clock.DIRECTOR: _("主任沟通"),
}
VERBS: dict[str, LazyString] = {
    "received": _("受理"),
    "taken": _("接下，首问负责"),
    "assigned": _("派工"),
    "reassigned": _("改派"),
    "checking": _("待核实"),
    "plan_told": _("告知方案"),
    "agreed": _("业主同意方案"),
    "declined": _("业主不同意方案"),
    "arrived": _("到场"),
    "started": _("开工"),
    "made_safe": _("先行排险"),
    "done": _("办完"),
    "confirmed": _("客户确认"),
    "returned": _("客户退回"),
    "followed_up": _("回访"),
    "not_reached": _("回访未联系上"),
    "director_contacted": _("主任沟通"),
    "closed": _("结案"),
    "reopened": _("重开"),
    "withdrawn": _("客户撤回"),
    "merged": _("并入别单"),
    "joined": _("并入一单"),
    "word": _("告知客户进展"),
    "answered": _("答复客户"),
    "customer_word": _("客户补充"),
    "noted": _("内部备注"),
    "forum_replied": _("论坛回帖"),
    "handed_over": _("首问移交"),
    "time_promised": _("改承诺时间"),
    "paused": _("暂停计时"),
    "resumed": _("恢复计时"),
    "urgency_set": _("改急缓"),
    "photos_added": _("加照片"),
    "subscribed": _("订阅进展"),
    "code_renewed": _("换回执码"),
    "revealed": _("查看完整电话"),
}

PROMISE_VERBS: dict[str, LazyString] = {
    "promised": _("承诺"),
    "kept": _("守约"),
    "kept_late": _("迟到办到"),
    "broken": _("失约"),
    "renewed": _("改期"),
    "ended": _("承诺终止"),
    "paused": _("暂停计时"),
    "resumed": _("恢复计时"),
    "handed_over": _("转给"),
}


def said(promise: Promise) -> str:
    """A promise's clock and its standard's short name, once where both are the same."""
    clock, name = str(CLOCKS[Clock(promise.clock)]), promise.standard.called(language())
    return clock if clock == name else f"{clock} · {name}"
