"""报修: urgent ones are dispatched at once (REP-1); work on any starts when the owner has agreed to a plan (REP-3).

An urgent repair may be made safe first: work then starts without an agreement, and the page says so. What follows
the making safe is planned and agreed like any other repair.
"""

from portal.access import Role
from portal.cases.kind import ClockRule, Kind, Phrase
from portal.cases.stages import Clock, Stage

KIND = Kind(
    key="repair",
    letter="B",
    name="报修",
    name_en="Repair",
    icon="repair",
    position=1,
    phrases=(
        Phrase("leak", "漏水", "Water leak", "leak"),
        Phrase("burst", "水管爆裂", "Burst pipe", "water", urgent=True),
        Phrase("power", "停电", "No power", "power", urgent=True),
        Phrase("gas", "燃气味", "Smell of gas", "urgent", urgent=True),
        Phrase("trapped", "电梯困人", "Trapped in the lift", "person", urgent=True),
        Phrase("lift", "电梯异响", "Lift noise", "lift"),
        Phrase("lock", "门锁", "Door lock", "lock"),
        Phrase("drain", "下水堵塞", "Blocked drain", "drain"),
        Phrase("intercom", "对讲无声", "Intercom silent", "phone"),
        Phrase("light", "公共照明", "Public lighting", "idea"),
        Phrase("window", "门窗", "Door or window", "home"),
        Phrase("tv", "电视网络", "TV or network", "tv"),
        Phrase("other", "其他", "Something else", "other"),
    ),
    stages=frozenset(Stage) - {Stage.CHECKING},
    clocks=(
        ClockRule(Clock.DISPATCH, "REP-1.dispatch", lambda case: case.urgent),
        ClockRule(Clock.ON_SITE, "REP-1.on-site", lambda case: case.urgent),
        ClockRule(Clock.WORD, "CASE-5", lambda case: case.urgent),
        ClockRule(Clock.WORD, "REP-2.warranty", lambda case: case.in_warranty),
        ClockRule(Clock.WORD, "REP-2"),
        ClockRule(Clock.RESPONSE, "CASE-5", lambda case: not case.urgent),
        ClockRule(Clock.SETTLE, "CASE-2.urgent", lambda case: case.urgent),
        ClockRule(Clock.SETTLE, "CASE-2.repair"),
    ),
    next_word="CASE-2.word",
    follow_up="REP-4",
    handlers=(Role.TECHNICIAN,),
    plan=True,
    may_be_urgent=True,
    fields=("place", "photos", "paid"),
)
