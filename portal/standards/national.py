"""The national holidays and make-up workdays, as the library chinesecalendar knows them."""

from datetime import date

from chinese_calendar import constants

CHINESE = {holiday.value: holiday.chinese for holiday in constants.Holiday}


def national_days() -> list[tuple[date, bool, str]]:
    """Every exceptional day: (day, whether people work on it, 国庆节 or 国庆节调休)."""
    off = [(day, False, CHINESE.get(name, name)) for day, name in constants.holidays.items()]
    on = [(day, True, f"{CHINESE.get(name, name)}调休") for day, name in constants.workdays.items()]
    return sorted([*off, *on])
