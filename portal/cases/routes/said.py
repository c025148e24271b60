"""What is said about a case: words, answers, notes, the reply on the forum, what has to be checked."""

from flask_babel import gettext

from portal.access import Right, needs
from portal.cases import operations
from portal.cases.forms.acts import CheckForm, ForumForm, SayForm
from portal.cases.models import Case, WordKind
from portal.cases.routes import area
from portal.cases.routes.page import Page, act
from portal.cases.stages import How
from portal.people.rights import actor, allowed, find, refuse


@area.post("/cases/<int:case_id>/words")
@needs(Right.DESK)
def say(case_id: int) -> Page:
    """Word to the customer, an answer, what the customer said, or a note: each asks for its own right."""
    case, form = find(Case, case_id, Right.DESK), SayForm()
    right = {WordKind.WORD: Right.CASE_WORK, WordKind.ANSWER: Right.CASE_RUN}.get(form.kind.data, Right.CASE_TAKE)
    if not allowed(right):
        refuse(right, case)

    return act(case, form, lambda: _said(case, form), gettext("记下了。"))


def _said(case: Case, form: SayForm) -> None:
    kind, text, how, next_at = form.kind.data, form.text.data, How(form.how.data), form.next_at.data
    if kind == WordKind.WORD:
        operations.word(case, text, how, actor(), next_at)
    elif kind == WordKind.ANSWER:
        operations.answer(case, text, how, actor(), next_at)
    elif kind == WordKind.CUSTOMER:
        operations.customer_word(case, text, how, actor())
    else:
        operations.note(case, text, actor())


@area.post("/cases/<int:case_id>/checking")
@needs(Right.CASE_RUN)
def check(case_id: int) -> Page:
    case, form = find(Case, case_id, Right.CASE_RUN), CheckForm()
    return act(
        case,
        form,
        lambda: operations.check(case, actor(), form.next_at.data, form.question.data),
        gettext("记下了：核实以后答复，不猜测。"),
    )


@area.post("/cases/<int:case_id>/forum-reply")
@needs(Right.CASE_RUN)
def reply_on_forum(case_id: int) -> Page:
    case, form = find(Case, case_id, Right.CASE_RUN), ForumForm()
    return act(case, form, lambda: operations.reply_on_forum(case, form.text.data, actor()), gettext("回帖记下了。"))
