"""The demo estate 翠湖花园: moves in at the first start, through the same verbs that people use."""

import json
from pathlib import Path

from flask import Flask

from portal.admin.demo.cases import tell as tell_cases
from portal.admin.demo.daily import fill
from portal.admin.demo.estate import CODE, employ, found
from portal.admin.demo.visits import tell as tell_visits
from portal.db import db
from portal.people import devices
from portal.people.models import Community, Company
from portal.standards.operations import seed_calendar
from portal.timeline import SYSTEM

ACCOUNTS = "demo-accounts.json"
WELCOME = "welcome.txt"
KIOSK_PLACE = "1 栋大堂"


def load(app: Flask) -> None:
    """Found the estate where the database holds none, and write DATA_DIR/welcome.txt for the person who starts us.
    Safe to call at every start; an estate that is not the demo's is left alone."""
    folder: Path = app.config["DATA_DIR"]
    with app.app_context():
        if db.session.query(Company.id).first() is None:
            _keep(folder / ACCOUNTS, _move_in())
        if (folder / ACCOUNTS).exists():
            _keep(folder / WELCOME, _welcome(json.loads((folder / ACCOUNTS).read_text())))
        db.session.remove()


def _move_in() -> str:
    """Everything in one transaction: a start that fails half-way leaves nothing. Returns the accounts as JSON."""
    place = found()
    seed_calendar()
    accounts = employ(place)
    fill(place)
    tell_cases(place)
    tell_visits(place)
    db.session.commit()
    return json.dumps(accounts, ensure_ascii=False, indent=1)


def _welcome(accounts: list[dict[str, str]]) -> str:
    place = db.session.query(Community).filter_by(code=CODE).one_or_none()
    if place is None:
        return ""
    code = devices.make_code(place, KIOSK_PLACE, None, SYSTEM)
    db.session.commit()
    rows = "\n".join(f"  {row['login']:<10} {row['password']:<14} {row['name']}（{row['role']}）" for row in accounts)
    return (
        f"大堂终端 / Lobby kiosk（一次性登记链接，24 小时内有效 / one-time link）：\n  {{url}}/kiosk/enrol/{code}\n"
        f"员工登录 / Staff：{{url}}/sign-in\n{rows}\n"
        "动态验证码 / One-time codes：make code\n"
        "发出的邮件 / Mail sent：{url}/mailbox\n"
    )


def _keep(path: Path, text: str) -> None:
    """Passwords stand in it: readable by its owner alone."""
    path.touch(mode=0o600)
    path.write_text(text)
