"""咨询: answered at once or within twelve hours (CASE-5); what is not known is checked, never guessed (CASE-11)."""

from portal.access import Role
from portal.cases.kind import ClockRule, Kind, Phrase
from portal.cases.stages import Clock, Stage

KIND = Kind(
    key="enquiry",
    letter="Z",
    name="咨询",
    name_en="Enquiry",
    icon="enquiry",
    position=3,
    phrases=(
        Phrase("fees", "收费", "Fees", "list"),
        Phrase("parking", "停车", "Parking", "parking"),
        Phrase("renovation", "装修", "Renovation", "worker"),
        Phrase("moving", "入住搬家", "Moving", "home"),
        Phrase("card", "门禁卡", "Access card", "key"),
        Phrase("other", "其他", "Something else", "other"),
    ),
    stages=frozenset(Stage) - {Stage.PLANNED, Stage.AGREED, Stage.WORKING},
    clocks=(
        ClockRule(Clock.WORD, "CASE-5"),
        ClockRule(Clock.SETTLE, "CASE-5"),
    ),
    next_word="CASE-11",
    follow_up="CASE-9",
    handlers=(Role.RECEPTIONIST, Role.MANAGER, Role.TECHNICIAN),
    answer=True,
    fields=(),
)
