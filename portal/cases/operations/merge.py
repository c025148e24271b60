"""Several callers, one matter: the duplicate goes on as the main case, its callers hear what the main's hear."""

from flask_babel import gettext

from portal import clock
from portal import timeline as history
from portal.cases.models import Case
from portal.cases.operations import clocks, tell
from portal.cases.operations.moves import ask, hold, move
from portal.cases.stages import Clock, Stage
from portal.standards import operations as standards
from portal.timeline import Actor


def merge(case: Case, main: Case, actor: Actor) -> None:
    """`case` goes on as `main`. Its caller and whoever was merged into it are subscribed to the main's progress.

    The callers were promised word by a time: where that is sooner than the main's, the main's is brought forward.
    What only the duplicate owes is not lost: an urgent one goes on as an urgent one, a post is answered first (REP-1,
    CASE-7).
    """
    for each in sorted((case, main), key=lambda one: one.id):
        hold(each)
    ask(case.id != main.id, gettext("不能并入自己。"))
    ask(case.community_id == main.community_id, gettext("只能并入本小区的单。"))
    ask(case.kind == main.kind, gettext("只能并入同一类的单。"))
    ask(main.stage != Stage.MERGED and not main.is_settled, gettext("要并入的单已经办完或已并入别单。"))
    ask(main.urgent or not case.urgent, gettext("紧急的单不能并入不急的单：请反过来并，或者先改急缓。"))
    ask(not clocks.open_on(case, Clock.FORUM), gettext("帖子还没有回：请先在帖子下面回帖，再并案。"))
    event = move(case, Stage.MERGED, "merged", actor, data={"main": main.number})
    for duplicate in case.duplicates:
        duplicate.merged_into_id = main.id
    case.merged_into_id, case.ended_at = main.id, clock.now()
    main.special = main.special or case.special
    _soonest_word(case, main, actor)
    clocks.end(case, gettext("并入 %(number)s", number=main.number), actor)
    history.record(main, "joined", actor, became=case.number)
    tell.customers(case, "case_merged", event, main=main)


def _soonest_word(case: Case, main: Case, actor: Actor) -> None:
    mine, theirs = clocks.open_on(case, Clock.WORD), clocks.open_on(main, Clock.WORD)
    if mine and theirs and clock.now() < mine.due_at < theirs.due_at:
        standards.renew(theirs, mine.due_at, gettext("并入的 %(number)s 承诺更早", number=case.number), actor)
