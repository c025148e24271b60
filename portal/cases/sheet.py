"""The ledger as a workbook."""

import io
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import xlsxwriter
from flask_babel import gettext

from portal import clock
from portal.cases.models import Case, WordKind
from portal.cases.queries import Period
from portal.cases.stages import Channel, Satisfaction, Stage
from portal.cases.words import CHANNELS, SATISFACTIONS, STAGES
from portal.web import language

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
WIDTHS = (10, 8, 8, 10, 16, 14, 12, 14, 28, 40, 10, 10, 12, 16, 16, 10, 10, 30, 16, 16)


def workbook(community: Any, period: Period, cases: Iterable[Case]) -> io.BytesIO:
    """One row a case, in the order they came. Texts are written as texts and never as formulas."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(gettext("台账"))
    bold, when = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet.write_string(0, 0, plain(f"{community.called(language())} {period.first} – {period.last}"), bold)
    for column, words in enumerate(_headings()):
        sheet.write_string(1, column, words, bold)
        sheet.set_column(column, column, WIDTHS[column])
    for row, case in enumerate(cases, start=2):
        for column, value in enumerate(_cells(case)):
            if isinstance(value, datetime):
                sheet.write_datetime(row, column, clock.local(value).replace(tzinfo=None), when)
            elif value:
                sheet.write_string(row, column, plain(value))
    sheet.freeze_panes(2, 1)
    book.close()
    target.seek(0)
    return target


def plain(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(DANGEROUS) else text


def _headings() -> list[str]:
    return [
        gettext("单号"),
        gettext("类别"),
        gettext("急缓"),
        gettext("渠道"),
        gettext("受理时间"),
        gettext("房号"),
        gettext("客户"),
        gettext("电话"),
        gettext("事项"),
        gettext("详情"),
        gettext("首问"),
        gettext("处理"),
        gettext("状态"),
        gettext("办完时间"),
        gettext("客户确认时间"),
        gettext("回访"),
        gettext("满意程度"),
        gettext("答复"),
        gettext("结案时间"),
        gettext("并入"),
    ]


def _cells(case: Case) -> list[Any]:
    calls = [call for call in case.follow_ups if call.reached]
    last = calls[-1] if calls else None
    answers = [word.text for word in case.words if word.kind == WordKind.ANSWER]
    confirmation = case.confirmation
    return [
        case.number,
        case.of_kind.called(language()),
        gettext("紧急") if case.urgent else "",
        str(CHANNELS[Channel(case.channel)]),
        case.received_at,
        case.unit.label if case.unit else "",
        case.caller_name,
        case.masked_phone,
        case.title,
        case.detail,
        case.first_owner.name if case.first_owner else "",
        case.handler.name if case.handler else "",
        str(STAGES[Stage(case.stage)]),
        case.settled_at,
        confirmation.at if confirmation else None,
        last.at if last else None,
        str(SATISFACTIONS[Satisfaction(last.satisfaction)]) if last and last.satisfaction else "",
        answers[-1] if answers else "",
        case.ended_at,
        case.main.number if case.main else "",
    ]
