"""建议: followed to its end by the first person asked, like everything else (CASE-2), and answered."""

from portal.access import Role
from portal.cases.kind import ClockRule, Kind, Phrase
from portal.cases.stages import Clock, Stage

KIND = Kind(
    key="suggestion",
    letter="J",
    name="建议",
    name_en="Suggestion",
    icon="idea",
    position=4,
    phrases=(
        Phrase("facilities", "设施", "Facilities", "settings"),
        Phrase("greenery", "绿化环境", "Greenery", "home"),
        Phrase("activities", "社区活动", "Activities", "group"),
        Phrase("service", "服务", "Service", "staff"),
        Phrase("other", "其他", "Something else", "other"),
    ),
    stages=frozenset(Stage) - {Stage.CHECKING, Stage.PLANNED, Stage.AGREED},
    clocks=(
        ClockRule(Clock.WORD, "CASE-2.word"),
        ClockRule(Clock.SETTLE, "CASE-2.suggestion"),
    ),
    next_word="CASE-2.word",
    follow_up="CASE-9",
    handlers=(Role.RECEPTIONIST, Role.MANAGER, Role.DIRECTOR),
    answer=True,
    fields=("place", "photos"),
)
