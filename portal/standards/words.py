"""Amounts in words, and the words of clocks and changes."""

from flask_babel import lazy_gettext as _

from portal.standards.register import Unit

# Like the register itself, these are said in both languages side by side on the public page.
AMOUNTS = {
    Unit.SECONDS: ("{n} 秒", "{n} second{s}"),
    Unit.MINUTES: ("{n} 分钟", "{n} minute{s}"),
    Unit.HOURS: ("{n} 小时", "{n} hour{s}"),
    Unit.DAYS: ("{n} 天", "{n} day{s}"),
    Unit.WORKING_DAYS: ("{n} 个工作日", "{n} working day{s}"),
    Unit.MONTHS: ("{n} 个月", "{n} month{s}"),
    Unit.HOURS_A_DAY: ("每天 {n} 小时", "{n} hour{s} a day"),
    Unit.DAY_OF_MONTH: ("每月 {n} 日", "day {n} of every month"),
    Unit.END_OF_MONTH: ("{n} 月底", "end of {month}"),
    Unit.MONTH_OF_QUARTER: ("每季第 {n} 个月", "month {n} of each quarter"),
    Unit.PER_WEEK: ("每周 {n} 次", "{times} a week"),
    Unit.PER_MONTH: ("每月 {n} 次", "{times} a month"),
    Unit.PER_QUARTER: ("每季 {n} 次", "{times} a quarter"),
    Unit.PER_YEAR: ("每年 {n} 次", "{times} a year"),
}
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
TIMES = {1: "once", 2: "twice"}
CLOCKS = {
    "word": _("给客户答复"),
    "response": _("答复或处置"),
    "settle": _("办结"),
    "on_site": _("到场"),
    "follow_up": _("回访"),
    "director": _("主任沟通"),
}
VERBS = {
    "promised": _("作出承诺"),
    "kept": _("按时兑现"),
    "kept_late": _("超时后兑现"),
    "broken": _("超时"),
    "renewed": _("改约"),
    "paused": _("暂停计时"),
    "resumed": _("恢复计时"),
    "handed_over": _("换负责人"),
    "ended": _("终止"),
}


def amount_words(amount: int, unit: str, language: str) -> str:
    """The amount with its unit: 2 个工作日, 2 working days."""
    chinese, english = AMOUNTS[Unit(unit)]
    if language != "en":
        return chinese.format(n=amount)
    month = MONTHS[amount - 1] if unit == Unit.END_OF_MONTH else ""
    times = TIMES.get(amount, f"{amount} times")
    return english.format(n=amount, s="" if amount == 1 else "s", times=times, month=month)
