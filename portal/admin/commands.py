"""`flask --app app estate …`: found a real estate, load the demo one, show the demo's one-time codes."""

import json

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


@commands.command("found")
@click.option("--company", prompt="物业公司 / Company", help="The property company's name; an existing one is used.")
@click.option("--community", prompt="小区 / Estate", help="The estate's name.")
@click.option("--code", prompt="小区代号（字母） / Short code", help="Letters and digits, used in public addresses.")
@click.option("--login", prompt="管理员账号 / Administrator's login", help="The first account, which makes the others.")
@click.option("--name", prompt="管理员姓名 / Administrator's name")
def found(company: str, community: str, code: str, login: str, name: str) -> None:
    """A real estate with its first administrator; prints the temporary password once."""
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
