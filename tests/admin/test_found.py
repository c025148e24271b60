"""`flask estate found`: the way into a real estate, from an empty database to the first sign-in."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from portal import ROOT
from portal.db import db
from portal.people import accounts
from portal.people.models import Community, Company, User
from portal.standards import queries as standards

ASKED = {"company": "翠湖物业", "community": "云栖苑", "code": "yqy", "login": "Chen.Admin", "name": "陈管"}


def words(**changed: str) -> list[str]:
    return [part for name, value in {**ASKED, **changed}.items() for part in (f"--{name}", value)]


def test_an_estate_is_founded_with_its_administrator_and_its_calendar(app: Flask) -> None:
    answer = app.test_cli_runner().invoke(args=["estate", "found", *words()])
    assert answer.exit_code == 0, answer.output
    password = re.search(r"临时密码 (\S+?)（", answer.output)
    user = accounts.check_password("chen.admin", password[1] if password else "")
    place = db.session.query(Community).one()
    assert user is not None and user.must_change_password and place.name == "云栖苑"
    assert standards.calendar_known_until() is not None


def test_what_is_taken_is_refused(app: Flask) -> None:
    run = app.test_cli_runner()
    run.invoke(args=["estate", "found", *words()])
    assert "代号" in run.invoke(args=["estate", "found", *words(login="other")]).output
    assert "账号" in run.invoke(args=["estate", "found", *words(code="other")]).output
    assert run.invoke(args=["estate", "found", *words(code="two", login="two")]).exit_code == 0
    assert db.session.query(Company).count() == 1


@pytest.mark.parametrize(
    "wrong",
    [{"code": "云/栖"}, {"code": ""}, {"login": "zhou min"}, {"login": ""}, {"name": " "}, {"community": ""}],
)
def test_what_no_page_would_take_is_refused_here_too(app: Flask, wrong: dict[str, str]) -> None:
    answer = app.test_cli_runner().invoke(args=["estate", "found", *words(**wrong)])
    assert answer.exit_code == 2 and next(iter(wrong)) in answer.output
    assert db.session.query(User).count() == 0


def test_a_database_without_tables_gets_one_clear_sentence(tmp_path: Path) -> None:
    environment = {**os.environ, "DATA_DIR": str(tmp_path)}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "-m", "flask", "--app", "app", "estate", "found", *words()]
    answer = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert answer.returncode == 1
    assert "db upgrade" in answer.stderr and "Traceback" not in answer.stderr
