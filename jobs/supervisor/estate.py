"""Before the processes start: the database is brought up to date and, the first time, the demo estate moves in.

What this file imports, every process started afterwards has loaded already: a fork costs a few milliseconds, an
interpreter with all libraries a second.
"""

import importlib
import importlib.util
import logging
import os
import time
from pathlib import Path

import alembic.command
from alembic.util import CommandError
from flask import Flask, current_app
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

import jobs.supervisor.web
import jobs.ticker
import jobs.worker  # noqa: F401  # loaded here for those who are forked
from jobs.supervisor.settings import ProblemError
from portal import ROOT, create_app
from portal.db import db
from portal.front_end import FILES, NODE_MODULES

DEMO = "portal.admin.demo"
WELCOME = "welcome.txt"
CONNECT_SECONDS = "5"
QUEUE_SECONDS = 10.0
log = logging.getLogger(__name__)


def prepare(*, queue_is_ours: bool) -> str:
    """Make everything ready, leave no connection open, and give back what to tell the person who started us."""
    os.environ.setdefault("PGCONNECT_TIMEOUT", CONNECT_SECONDS)
    _check_front_end()
    try:
        app = create_app()
        with app.app_context():
            _migrate()
    except (SQLAlchemyError, CommandError, ValueError) as error:
        reason = str(error).strip().splitlines()[0]
        raise ProblemError(
            f"数据库打不开或不能升级，请检查 DATABASE_URL 或数据目录里的 portal.db（{reason}）。",
            "The database cannot be opened or brought up to date; check DATABASE_URL.",
        ) from None
    with app.app_context():
        _load_demo(app)
        db.session.remove()
        db.engine.dispose()
    _check_queue(app.extensions["redis"], queue_is_ours)
    return _welcome(app)


def _check_front_end() -> None:
    if not all((NODE_MODULES / package / path).exists() for package, path in FILES.values()):
        raise ProblemError(
            "前端文件还没有装好，请先运行 make install。", "Front-end files are missing: run make install."
        )


def _migrate() -> None:
    configuration = current_app.extensions["migrate"].migrate.get_config(str(ROOT / "migrations"))
    alembic.command.upgrade(configuration, "head")


def _load_demo(app: Flask) -> None:
    if importlib.util.find_spec(DEMO):
        if not (app.config["DATA_DIR"] / WELCOME).exists():
            print("第一次启动：演示小区正在入住…… / First start: the demo estate is moving in…", flush=True)
        importlib.import_module(DEMO).load(app)


def _check_queue(redis: Redis, is_ours: bool) -> None:
    """Wait for our own queue server. Another one may be away: the portal works on and sends later."""
    deadline = time.monotonic() + (QUEUE_SECONDS if is_ours else 0)
    while not _answers(redis):
        if time.monotonic() > deadline:
            break
        time.sleep(0.05)
    else:
        redis.close()
        return
    if is_ours:
        raise ProblemError(
            "内置队列服务没有启动，原因见数据目录里的 valkey/valkey.log。",
            "The embedded Valkey did not start; valkey/valkey.log in the data folder says why.",
        )
    log.warning("队列暂时连不上，消息会稍后发出 / REDIS_URL does not answer yet; messages go out later")


def _answers(redis: Redis) -> bool:
    try:
        return bool(redis.ping())
    except RedisError:
        return False


def _welcome(app: Flask) -> str:
    """The address, and what the demo estate wrote; `{url}` in that stands for the present address."""
    url = app.config["PUBLIC_URL"]
    path: Path = app.config["DATA_DIR"] / WELCOME
    told = path.read_text().replace("{url}", url) if path.exists() else ""
    return f"\n迎候已启动 / Yinghou is running: {url}\n{told}\nCtrl-C 停止 / stops everything.\n"
