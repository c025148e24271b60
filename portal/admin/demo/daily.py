"""What the demo estate's desk needs every day: calendar, checklist, must-know answers, notices, published matters."""

from datetime import timedelta

from portal import clock
from portal.desk import checklist
from portal.knowledge import operations as knowledge
from portal.knowledge.models import Category as Topic
from portal.notices import operations as notices
from portal.notices.models import Category, Matter
from portal.people.models import Community
from portal.timeline import SYSTEM

ANSWERS = (
    (
        Topic.ESTATE,
        "小区有多大？",
        "How large is the estate?",
        "占地 4.2 万平方米，建筑面积 12.6 万平方米，容积率 3.0，绿化率 35%；6 栋共 288 户，2019 年入伙。",
        "4.2 ha of land, 126,000 m² built, 288 homes in 6 buildings, completed in 2019.",
        "面积 户数 绿化",
    ),
    (
        Topic.ESTATE,
        "停车位有多少？",
        "How many parking places are there?",
        "地下车位 320 个，地面临时车位 18 个，充电桩 24 个（B1 层东侧）。",
        "320 underground, 18 visitor places, 24 chargers on B1 east.",
        "车位 充电",
    ),
    (
        Topic.PRICES,
        "物业服务费是多少？",
        "What is the service fee?",
        "住宅每月每平方米 2.80 元，商铺 6.50 元，每月 25 日前缴纳。",
        "Homes 2.80 yuan per m² a month, shops 6.50; due by the 25th.",
        "物业费 管理费 缴费",
    ),
    (
        Topic.PRICES,
        "临时停车怎么收费？",
        "What does visitor parking cost?",
        "前 2 小时免费，之后每小时 3 元，24 小时最高 20 元。",
        "Free for 2 hours, then 3 yuan an hour, at most 20 yuan a day.",
        "停车费 访客",
    ),
    (
        Topic.PRICES,
        "家政维修怎么收费？",
        "What do domestic repairs cost?",
        "换灯 15 元、通马桶 60 元、换水龙头 30 元（材料另计）；公共部位维修不收费。",
        "Lamp 15, toilet 60, tap 30 yuan plus parts; shared parts are free.",
        "维修 有偿 特约",
    ),
    (
        Topic.NEARBY,
        "最近的医院在哪里？",
        "Where is the nearest hospital?",
        "市第二人民医院，出南门右转 600 米；急诊 24 小时。",
        "No. 2 People's Hospital, 600 m right of the south gate.",
        "医院 急诊",
    ),
    (
        Topic.NEARBY,
        "坐地铁怎么走？",
        "Where is the metro?",
        "9 号线翠湖站 C 口，出西门直行 400 米。",
        "Line 9, Cuihu station exit C, 400 m from the west gate.",
        "地铁 公交 交通",
    ),
    (
        Topic.PHONES,
        "夜间漏水停电找谁？",
        "Whom do I call at night?",
        "24 小时电话 0755-8888 1234；停电也可打 95598，煤气 0755-2519 9999。",
        "0755-8888 1234, day and night; power 95598, gas 0755-2519 9999.",
        "电话 夜间 停电 停水 煤气",
    ),
    (
        Topic.ERRANDS,
        "装修要办什么手续？",
        "What do I need for a renovation?",
        "带装修单位营业执照复印件、施工图、负责人身份证复印件，到前台填备案表；3 个工作日内审完。",
        "Bring the firm's licence, the drawings and a copy of the manager's ID; answered within 3 working days.",
        "装修 备案 出入证",
    ),
    (
        Topic.ERRANDS,
        "门禁卡丢了怎么办？",
        "I lost my access card.",
        "带身份证到前台挂失补卡，工本费 20 元，当场办好。",
        "Bring your ID to the desk: 20 yuan, done at once.",
        "IC卡 门禁 补卡",
    ),
    (
        Topic.ERRANDS,
        "搬大件东西出小区怎么放行？",
        "How do I take large things out?",
        "业主到前台填物资放行条，或电话确认后由租客办理，凭条出门。",
        "Fill in a release slip at the desk.",
        "放行 搬家",
    ),
)
NOTICES = (
    (
        Category.OUTAGE,
        True,
        "3 栋周一停水 2 小时",
        "Water off in building 3 on Monday",
        "因更换加压泵阀门，周一 9:00–11:00 3 栋停水，请提前储水。给您带来不便，敬请谅解。",
        "A valve is replaced on Monday 9–11. Please store some water beforehand.",
    ),
    (
        Category.WORKS,
        False,
        "电梯年度检验安排",
        "Yearly inspection of the lifts",
        "本周三至周五，各栋电梯轮流停运检验，每台约 1 小时，大堂贴有时间表。",
        "Lifts stop one by one for an hour from Wednesday to Friday; times are posted in the lobbies.",
    ),
    (
        Category.EVENT,
        False,
        "周日下午儿童旧书交换",
        "Children's book swap on Sunday",
        "周日 15:00 中心花园，带三本旧书换三本新故事。下雨改到架空层。",
        "Sunday 15:00 in the garden: bring three books, take three home.",
    ),
)
MATTERS = {
    Matter.LICENCE: (
        "营业执照：安居物业服务有限公司，统一社会信用代码 91440300DEMO00001X（演示）。",
        "Business licence of the company (demo).",
    ),
    Matter.CONTRACT: (
        "物业服务合同：2024 年 1 月 1 日至 2026 年 12 月 31 日，合同原件在服务中心可查阅。",
        "Service contract 2024–2026; the original can be read at the service centre.",
    ),
    Matter.SERVICES: (
        "综合服务、共用部位与设施维护、公共秩序、清洁、绿化；特约服务见价目。",
        "General service, maintenance, order, cleaning, greenery; paid services by price list.",
    ),
    Matter.PRICES: (
        "住宅 2.80 元/㎡·月，商铺 6.50 元/㎡·月；临时停车 3 元/时；家政维修见服务中心价目。",
        "Homes 2.80, shops 6.50 yuan per m² a month; parking 3 yuan an hour.",
    ),
}


def fill(place: Community) -> None:
    checklist.start(place, SYSTEM)
    for category, question, question_en, text, text_en, keywords in ANSWERS:
        values = {"question": question, "question_en": question_en, "text": text, "text_en": text_en}
        knowledge.add(place, {"category": category, "keywords": keywords, **values}, SYSTEM)
    for kind, pinned, title, title_en, body, body_en in NOTICES:
        words = {"title": title, "title_en": title_en, "body": body, "body_en": body_en}
        span = {"starts_at": None, "ends_at": clock.now() + timedelta(days=14)}
        notices.publish(notices.draft(place, {"category": kind, "pinned": pinned, **words, **span}, SYSTEM), SYSTEM)
    for matter, (chinese, english) in MATTERS.items():
        notices.disclose(place, matter, chinese, english, SYSTEM)
