"""Company, buildings, households and staff of the demo estate."""

import random
import secrets
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pyotp
from flask_babel import force_locale, gettext

from portal import clock
from portal.access import Role
from portal.db import db
from portal.people import accounts
from portal.people.models import (
    Building,
    Community,
    Company,
    Household,
    Member,
    Person,
    PersonPhone,
    Relation,
    RoleGrant,
    Unit,
)
from portal.people.sign_in_forms import ROLE_NAMES
from portal.timeline import SYSTEM

CODE = "cuihu"
BUILDINGS, FLOORS, DOORS = 6, 12, 4
WORDS = ("shiqiao", "qingzhu", "bailu", "mingyue", "qingfeng", "hetang", "qiushui", "yuanshan", "haitang", "yunfan")
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高"
GIVEN = ("建国", "志强", "秀英", "丽娟", "晓东", "海燕", "文静", "国庆", "美玲", "俊杰", "一鸣", "思远", "雨桐")
STAFF = (
    ("linxiao", "林晓", "客服", Role.RECEPTIONIST),
    ("wuqian", "吴倩", "客服", Role.RECEPTIONIST),
    ("heshifu", "何师傅", "工程", Role.TECHNICIAN),
    ("dingshifu", "丁师傅", "工程", Role.TECHNICIAN),
    ("zhaogang", "赵岗", "秩序", Role.GUARD),
    ("zhoumin", "周敏", "客服经理", Role.MANAGER),
    ("gaozhuren", "高主任", "主任", Role.DIRECTOR),
    ("qianpinzhi", "钱品", "品质", Role.QUALITY),
    ("zhengzhuxi", "郑主席", "业委会", Role.COMMITTEE_CHAIR),
    ("fengzong", "冯总", "公司", Role.COMPANY),
    ("admin", "陈管理", "系统", Role.ADMINISTRATOR),
)


def found() -> Community:
    """The company with two estates; the first has 288 homes, nine in ten of them lived in."""
    company = Company(name="安居物业服务有限公司", complaint_phone="400-820-0001")
    db.session.add(company)
    db.session.flush()
    place = Community(
        company_id=company.id,
        code=CODE,
        name="翠湖花园",
        name_en="Cuihu Garden",
        address="深圳市福田区翠湖路 8 号",
        phone_24h="0755-8888 1234",
    )
    second = Community(
        company_id=company.id, code="bishui", name="碧水湾", name_en="Bishui Bay", phone_24h="0755-8888 5678"
    )
    db.session.add_all([place, second])
    db.session.flush()
    chance = random.Random(20261121)  # noqa: S311 - the same neighbours at every first start
    for number in range(1, BUILDINGS + 1):
        _build(place, number, chance)
    _build(second, 1, chance)
    return place


def _build(place: Community, number: int, chance: random.Random) -> None:
    building = Building(community_id=place.id, code=str(number), name=f"{number} 栋", position=number)
    db.session.add(building)
    warranty = date(clock.now().year + 1, 6, 30) if number == BUILDINGS else None
    for room in _rooms():
        unit = Unit(
            community_id=place.id,
            building=building,
            code=f"{number}-{room}",
            number=room,
            floor=int(room[:2]),
            area_m2=Decimal(chance.choice(("76.50", "89.20", "112.35", "138.00"))),
            warranty_until=warranty,
        )
        db.session.add(unit)
        if chance.random() < 0.9:
            _move_in(unit, chance)
    db.session.flush()


def _rooms() -> Iterator[str]:
    for floor in range(1, FLOORS + 1):
        for door in range(1, DOORS + 1):
            yield f"{floor:02}{door:02}"


def _move_in(unit: Unit, chance: random.Random) -> None:
    home = Household(community_id=unit.community_id, unit=unit, started_on=date(2019, 9, 1))
    relations = [Relation.OWNER] + [Relation.FAMILY] * chance.randint(0, 2)
    if chance.random() < 0.15:
        relations.append(Relation.TENANT)
    for relation in relations:
        place_id, person = unit.community_id, _person(unit, chance)
        db.session.add(
            Member(community_id=place_id, household=home, person=person, relation=relation, from_on=home.started_on)
        )


def _person(unit: Unit, chance: random.Random) -> Person:
    person = Person(
        community_id=unit.community_id,
        name=chance.choice(SURNAMES) + chance.choice(GIVEN),
        updated_at=clock.now(),
        language="en" if chance.random() < 0.05 else "zh",
    )
    person.phones.append(PersonPhone.of(unit.community_id, f"139{chance.randint(0, 99999999):08}"))
    if chance.random() < 0.6:
        person.email = f"{unit.code}-{chance.randint(100, 999)}@resident.example"
    if chance.random() < 0.01:
        person.special, person.special_reason = True, "独居老人，请主任再联系一次"
    return person


def employ(place: Community) -> list[dict[str, str]]:
    """The staff, each with a password of its own made now. Returns login, password, name and role of each."""
    made = []
    for login, name, title, role in STAFF:
        user = accounts.create(place.company_id, login, name, SYSTEM, title=title, email=f"{login}@yinghou.example")
        password = "-".join((secrets.choice(WORDS), secrets.choice(WORDS), str(secrets.randbelow(9000) + 1000)))
        accounts.set_password(user, password, SYSTEM)
        user.totp_secret = pyotp.random_base32()
        if role is Role.COMPANY:
            user.grants.append(RoleGrant(community_id=None, role=role))
        else:
            accounts.set_roles(user, place, [role], SYSTEM)
        with force_locale("zh"):
            made.append({"login": login, "password": password, "name": name, "role": gettext(str(ROLE_NAMES[role]))})
    db.session.flush()
    return made
