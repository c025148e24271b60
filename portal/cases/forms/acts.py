"""The forms of what staff do to a case, one for each verb."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, RadioField
from wtforms.validators import DataRequired, Optional, ValidationError

from portal.cases.forms.fields import ActForm, LocalTimeField, PhotosField, as_number, line, pairs, pick, radio, text
from portal.cases.models import Case, WordKind
from portal.cases.stages import Clock, How, Satisfaction
from portal.cases.words import CLOCKS, HOWS, SATISFACTIONS
from portal.standards.models import Promise
from portal.web import say

SPOKEN = (How.TELEPHONE, How.IN_PERSON)
NOT_YET = ("", _("还没有"))


class WithStaff(ActForm):
    """A form that names a member of staff."""

    user_id = pick(_("同事"), missing=_("请选择一位同事。"), coerce=as_number)

    def offer(self, staff: Sequence[Any]) -> None:
        self.user_id.choices = [(user.id, f"{user.title} {user.name}" if user.title else user.name) for user in staff]


class AssignForm(WithStaff):
    key = "assign"
    note = line(_("交代"), most=400)


class HandOverForm(WithStaff):
    key = "hand-over"
    reason = line(_("为什么移交"), _("请写明移交的原因。"), most=400)


class PlanForm(ActForm):
    key = "plan"
    text = text(_("方案"), _("请写出打算怎么修，业主能看懂。"))
    visit_at = LocalTimeField(_("上门时间"), validators=[Optional()])
    cost = line(_("费用"), most=80)
    agreed = pick(_("业主已经同意了吗"), [NOT_YET, *pairs(HOWS, SPOKEN)], default="")


class DecisionForm(ActForm):
    key = "decision"
    decision = radio(
        _("业主的答复"),
        _("请选择业主同意还是不同意。"),
        [("agreed", _("同意")), ("declined", _("不同意"))],
    )
    how = pick(_("怎么告知我们的"), pairs(HOWS, SPOKEN), default=How.TELEPHONE.value)
    by_name = line(_("谁答复的"), _("请写明是谁答复的。"), most=80)
    reason = line(_("不同意的原因"), most=400)

    def validate_reason(self, field: Any) -> None:
        if self.decision.data == "declined" and not field.data:
            raise ValidationError(str(_("请写明业主为什么不同意。")))


class StartForm(ActForm):
    key = "start"
    safety = text(_("先行排险：做什么、为什么"), rows=2)


class DoneForm(ActForm):
    key = "done"
    result = text(_("结果"), _("请写出做了什么、结果怎样，客户能看到。"))
    told = pick(_("已经告诉客户了吗"), [NOT_YET, *pairs(HOWS, SPOKEN)], default="")
    photos = PhotosField(_("完工照片"))


class ConfirmForm(ActForm):
    key = "confirm"
    how = pick(_("怎么告知我们的"), pairs(HOWS, SPOKEN), default=How.TELEPHONE.value)
    by_name = line(_("谁确认的"), _("请写明是谁确认的。"), most=80)
    note = line(_("备注"), most=400)


class ReturnForm(ActForm):
    key = "return"
    how = pick(_("怎么告知我们的"), pairs(HOWS, SPOKEN), default=How.TELEPHONE.value)
    by_name = line(_("谁退回的"), _("请写明是谁退回的。"), most=80)
    reason = text(_("没有解决的是什么"), _("请写明客户为什么退回。"), rows=2)


class SayForm(ActForm):
    key = "say"
    kind = radio(
        _("记什么"),
        _("请选择要记什么。"),
        [
            (WordKind.WORD, _("告知客户进展")),
            (WordKind.ANSWER, _("答复客户")),
            (WordKind.CUSTOMER, _("客户来说的")),
            (WordKind.NOTE, _("内部备注")),
        ],
        default=WordKind.WORD.value,
    )
    text = text(_("内容"), _("请写出内容。"))
    how = pick(_("方式"), pairs(HOWS, (*SPOKEN, How.MAIL)), default=How.TELEPHONE.value)
    next_at = LocalTimeField(_("下次答复不晚于"), validators=[Optional()])


class CheckForm(ActForm):
    key = "check"
    question = text(_("要核实什么"), _("请写明要核实什么。"), rows=2)
    next_at = LocalTimeField(_("答复不晚于"), validators=[Optional()])


class ForumForm(ActForm):
    key = "forum"
    text = text(_("回帖内容"), _("请写出在帖子下面回了什么。"), rows=2)


class FollowUpForm(ActForm):
    key = "follow-up"
    reached = radio(
        _("联系上客户了吗"),
        _("请选择有没有联系上。"),
        [("yes", _("联系上了")), ("no", _("没有联系上"))],
    )
    satisfaction = RadioField(_("客户的满意程度"), choices=pairs(SATISFACTIONS), validate_choice=False)
    note = text(_("客户怎么说"), rows=2)
    confirmed = BooleanField(_("客户在电话里确认已经解决"))

    def validate_reached(self, field: Any) -> None:
        if field.data == "yes" and self.satisfaction.data not in list(Satisfaction):
            raise ValidationError(str(_("联系上了，请选择客户的满意程度。")))


class CloseForm(ActForm):
    key = "close"
    reason = text(_("原因"), rows=2)


class ReopenForm(ActForm):
    key = "reopen"
    reason = text(_("为什么重开"), _("请写明为什么重开。"), rows=2)


class WithdrawForm(ActForm):
    key = "withdraw"
    how = pick(_("怎么告知我们的"), pairs(HOWS, SPOKEN), default=How.TELEPHONE.value)
    reason = text(_("客户为什么撤回"), _("请写明客户为什么撤回。"), rows=2)


class MergeForm(ActForm):
    key = "merge"
    number = line(_("并入哪一单"), _("请写要并入的单号，如 B-0012。"), most=20)


class WithPromise(ActForm):
    """A form that names one of the case's open promises."""

    promise_id = pick(_("哪项承诺"), missing=_("请选择一项承诺。"), coerce=as_number)

    def offer(self, promises: Sequence[Promise]) -> None:
        self.promise_id.choices = [
            (promise.id, f"{CLOCKS[Clock(promise.clock)]} {say(promise.due_at)}") for promise in promises
        ]


class TimeForm(WithPromise):
    key = "time"
    due_at = LocalTimeField(_("新的时间"), validators=[DataRequired(_("请填写新的时间。"))])
    reason = line(_("原因"), most=400, description=_("推迟时必须写明，客户会看到新的时间。"))


class PauseForm(WithPromise):
    key = "pause"
    reason = line(_("为什么暂停"), _("请写明为什么暂停计时。"), most=400)


class UrgencyForm(ActForm):
    key = "urgency"
    reason = line(_("为什么改急缓"), _("请写明为什么改。"), most=400)


class DirectorForm(ActForm):
    key = "director"
    note = text(_("沟通的情况"), _("请写明和客户沟通的情况。"), rows=2)


class PhotosForm(ActForm):
    key = "photos"
    photos = PhotosField(_("加照片"))

    def validate_photos(self, field: Any) -> None:
        if not field.pictures:
            raise ValidationError(str(_("请选择照片。")))


class RevealForm(ActForm):
    key = "reveal"
    reason = line(_("为什么要看完整电话"), _("请写明原因，这次查看会记录在案。"), most=200)


ON_CASE: tuple[type[ActForm], ...] = (
    AssignForm, HandOverForm, PlanForm, DecisionForm, StartForm, DoneForm, ConfirmForm, ReturnForm, SayForm, CheckForm,
    ForumForm, FollowUpForm, CloseForm, ReopenForm, WithdrawForm, MergeForm, TimeForm, PauseForm, UrgencyForm,
    DirectorForm, PhotosForm, RevealForm,
)  # fmt: skip


def forms_for(case: Case, failed: ActForm | None = None) -> dict[str, ActForm]:
    """Every form of the case's page by its key, empty; the one that failed as it was filled in."""
    made: dict[str, ActForm] = {form.key: form(formdata=None, data={"by_name": case.caller_name}) for form in ON_CASE}
    if failed is not None:
        made[failed.key] = failed
    return {key.replace("-", "_"): form for key, form in made.items()}
