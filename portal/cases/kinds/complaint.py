"""投诉: fed back within two working days and until it is settled (CASE-6); never closed without an answer (CASE-4).

One seen on a public forum is acknowledged there, within the hours of CASE-7.
"""

from portal.access import Role
from portal.cases.kind import ClockRule, Kind, Phrase
from portal.cases.stages import Channel, Clock, Stage

KIND = Kind(
    key="complaint",
    letter="T",
    name="投诉",
    name_en="Complaint",
    icon="complaint",
    position=2,
    phrases=(
        Phrase("noise", "噪音扰民", "Noise", "noise"),
        Phrase("clean", "卫生清洁", "Cleanliness", "clean"),
        Phrase("parking", "停车", "Parking", "parking"),
        Phrase("safety", "治安消防", "Safety and fire", "safety"),
        Phrase("service", "服务态度", "Staff manner", "staff"),
        Phrase("repair", "维修质量", "Repair quality", "repair"),
        Phrase("neighbour", "邻里纠纷", "Neighbours", "group"),
        Phrase("other", "其他", "Something else", "other"),
    ),
    stages=frozenset(Stage) - {Stage.CHECKING, Stage.PLANNED, Stage.AGREED},
    clocks=(
        ClockRule(Clock.FORUM, "CASE-7.forwarded", lambda case: case.forwarded_at is not None, of="forwarded_at"),
        ClockRule(Clock.FORUM, "CASE-7.seen", lambda case: case.channel == Channel.FORUM, of="posted_at"),
        ClockRule(Clock.RESPONSE, "CASE-5"),
        ClockRule(Clock.WORD, "CASE-6"),
        ClockRule(Clock.SETTLE, "CASE-2.complaint"),
    ),
    next_word="CASE-6.update",
    follow_up="CASE-9",
    handlers=(Role.RECEPTIONIST, Role.MANAGER, Role.DIRECTOR),
    answer=True,
    fields=("place", "photos", "post"),
)
