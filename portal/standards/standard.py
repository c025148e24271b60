"""What a service standard is: one number of the manuals, with where it comes from."""

from dataclasses import dataclass
from enum import StrEnum


class Unit(StrEnum):
    """What the amount of a standard counts. Only the first group sets a clock on a case."""

    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    WORKING_DAYS = "working_days"

    SECONDS = "seconds"
    MONTHS = "months"
    HOURS_A_DAY = "hours_a_day"
    DAY_OF_MONTH = "day_of_month"  # by (or from) that day of every month
    END_OF_MONTH = "end_of_month"  # by the end of that month of the year
    MONTH_OF_QUARTER = "month_of_quarter"
    PER_WEEK = "per_week"
    PER_MONTH = "per_month"
    PER_QUARTER = "per_quarter"
    PER_YEAR = "per_year"


CLOCK_UNITS = frozenset({Unit.MINUTES, Unit.HOURS, Unit.DAYS, Unit.WORKING_DAYS})
MORE_IS_STRICTER = frozenset(
    {Unit.HOURS_A_DAY, Unit.MONTHS, Unit.PER_WEEK, Unit.PER_MONTH, Unit.PER_QUARTER, Unit.PER_YEAR}
)
LARGEST = {
    Unit.DAY_OF_MONTH: 31,
    Unit.END_OF_MONTH: 12,
    Unit.MONTH_OF_QUARTER: 3,
    Unit.HOURS_A_DAY: 24,
    Unit.MONTHS: 120,
    Unit.WORKING_DAYS: 250,
    Unit.DAYS: 366,
}
LARGEST_OF_ALL = 10_000


@dataclass(frozen=True)
class Standard:
    """A row of the register. `amount` is the default; a community may override it (see operations.set_standard).

    `of_the_manual` is False where the manual gives no number and this one is the portal's own.
    `lead` is how many minutes before the end the owner is reminded once more, `director_after` how many
    minutes after a break the director is told.
    """

    key: str
    requirement: str
    name: str
    name_en: str
    wording: str
    wording_en: str
    amount: int
    unit: Unit
    source: str
    for_residents: bool = False
    of_the_manual: bool = True
    lead: int = 30
    director_after: int = 60

    @property
    def sets_clock(self) -> bool:
        return self.unit in CLOCK_UNITS

    @property
    def section(self) -> str:
        """CASE, REP, VIS …: the section of the requirements that the row belongs to."""
        return self.requirement.partition("-")[0]

    @property
    def largest(self) -> int:
        """The largest amount that makes sense in this unit."""
        return LARGEST.get(self.unit, LARGEST_OF_ALL)

    def called(self, language: str) -> str:
        """The short name, as on a chip."""
        return self.name_en if language == "en" else self.name

    def said(self, language: str) -> str:
        return self.wording_en if language == "en" else self.wording

    def looser(self, amount: int) -> bool:
        """Whether `amount` asks less than the register does."""
        return amount < self.amount if self.unit in MORE_IS_STRICTER else amount > self.amount
