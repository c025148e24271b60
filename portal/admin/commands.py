"""`flask --app app estate …`: found a real estate, load the demo one, show the demo's one-time codes."""

import json
import re
from collections.abc import Callable

import click
import pyotp
import sqlalchemy as sa
from flask import current_app
from flask.cli import AppGroup

from portal import clock
from portal.access import Role
from portal.admin import demo
from portal.db import db
from portal.people import accounts
from portal.people.models import Community, Company, User
from portal.standards.operations import seed_calendar
from portal.timeline import SYSTEM

commands = AppGroup("estate", help="Found an estate, or look after the demo one.")


def _shape(pattern: re.Pattern[str], words: str) -> Callable[[click.Context, click.Parameter, str], str]:
    """An option's callback: the text without blanks around it, asked again where it has another shape."""

    def check(_context: click.Context, _option: click.Parameter, text: str) -> str:
        if not pattern.fullmatch(text.strip()):
            raise click.BadParameter(words)
        return text.strip()

    return check


NAME = _shape(re.compile(r".{1,80}"), "请填写，最多 80 个字。 / Please fill in, up to 80 characters.")
CODE = _shape(
    re.compile(r"[A-Za-z0-9-]{2,40}"), "用字母、数字和横线，至少 2 个。 / Two or more letters, digits, dashes."
)
LOGIN = _shape(accounts.LOGIN, "用字母开头，可含字母、数字、点和横线。 / A letter, then letters, digits, dots, dashes.")


@commands.command("found")
@click.option("--company", prompt="物业公司 / Company", callback=NAME, help="The company; an existing one is used.")
@click.option("--community", prompt="小区 / Estate", callback=NAME, help="The estate's name.")
@click.option("--code", prompt="小区代号（字母） / Short code", callback=CODE, help="Used in public addresses.")
@click.option("--login", prompt="管理员账号 / Administrator's login", callback=LOGIN, help="Makes the other accounts.")
@click.option("--name", prompt="管理员姓名 / Administrator's name", callback=NAME)
def found(company: str, community: str, code: str, login: str, name: str) -> None:
    """A real estate with its first administrator; prints the temporary password once."""
    if not sa.inspect(db.session.connection()).has_table(Community.__tablename__):
        raise click.ClickException(
            "数据库还是空的，请先运行 flask --app app db upgrade。 / The database is empty: run that first."
        )
    if db.session.scalar(sa.select(Community.id).where(Community.code == code)):
        raise click.ClickException(f"代号 {code} 已有小区使用，请换一个。 / An estate has this code already.")
    if db.session.scalar(sa.select(User.id).where(User.login == login.lower())):
        raise click.ClickException(f"账号 {login} 已有人使用，请换一个。 / This login is taken.")
    owner = db.session.scalar(sa.select(Company).where(Company.name == company)) or Company(name=company)
    db.session.add(owner)
    db.session.flush()
    place = Community(company_id=owner.id, code=code, name=community)
    db.session.add(place)
    db.session.flush()
    user = accounts.create(owner.id, login, name, SYSTEM)
    accounts.set_roles(user, place, [Role.ADMINISTRATOR], SYSTEM)
    password = accounts.give_temporary_password(user, SYSTEM)
    seed_calendar()
    db.session.commit()
    click.echo(f"{community}：管理员 {user.login}，临时密码 {password}（第一次登录时更换并绑定验证器）")


@commands.command("demo")
def load_demo() -> None:
    """Move the demo estate into an empty database; `make run` does it by itself."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    demo.load(app)
    click.echo((current_app.config["DATA_DIR"] / demo.WELCOME).read_text())


@commands.command("codes")
def codes() -> None:
    """The one-time codes of the demo accounts, good for this half minute. Real accounts use their authenticator."""
    path = current_app.config["DATA_DIR"] / demo.ACCOUNTS
    if not path.exists():
        raise click.ClickException("这里没有演示小区。 / There is no demo estate in this data folder.")
    now = clock.now()
    for row in json.loads(path.read_text()):
        user = db.session.scalar(sa.select(User).where(User.login == row["login"]))
        if user and user.totp_secret:
            click.echo(f"{user.login:<12} {pyotp.TOTP(user.totp_secret).at(now)}  {user.name}")
    click.echo(f"还有 {accounts.CODE_SECONDS - int(now.timestamp()) % accounts.CODE_SECONDS} 秒更换 / seconds left")
