"""What we tell the person: by when they hear from us."""

from dataclasses import dataclass

from flask_babel import gettext
from markupsafe import Markup, escape

from portal.cases.models import Case
from portal.cases.stages import Clock
from portal.standards.models import Promise
from portal.standards.queries import open_promises
from portal.web import moment


@dataclass(frozen=True)
class Promised:
    sentence: Markup
    promise: Promise


def next_to_hear(case: Case) -> list[Promised]:
    """What is promised to the customer, the nearest first: who comes or calls by when, and by when it is settled."""
    found = {promise.clock: promise for promise in open_promises(case)}
    clocks = (Clock.ON_SITE, Clock.WORD, Clock.SETTLE)
    shown = sorted((found[clock] for clock in clocks if clock in found), key=lambda promise: promise.due_at)
    return [Promised(_sentence(case, promise), promise) for promise in shown]


def _sentence(case: Case, promise: Promise) -> Markup:
    if promise.clock == Clock.ON_SITE:
        words = gettext("我们会在 %(time)s 前到场。")
    elif promise.clock == Clock.SETTLE:
        words = (
            gettext("我们会在 %(time)s 前修好。") if case.kind == "repair" else gettext("我们会在 %(time)s 前办结。")
        )
    elif not case.caller_phone and not case.person_id:
        words = gettext("我们会在 %(time)s 前写上答复，凭回执码可以查到。")
    elif case.kind == "repair":
        words = gettext("我们会在 %(time)s 前联系您。")
    else:
        words = gettext("我们会在 %(time)s 前给您答复。")
    return escape(words) % {"time": moment(promise.due_at)}
