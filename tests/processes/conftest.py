"""Real processes of the portal, each on data of its own, stopped at the end whatever happened."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from sqlalchemy.engine import make_url

from tests.servers import free_port, until

ROOT = Path(__file__).resolve().parents[2]
EXTRA = Path(__file__).parent / "extra_jobs"
WITH_EXTRA_JOBS = f"import sys, jobs; jobs.__path__.append({str(EXTRA)!r}); sys.argv = sys.argv[:1] + sys.argv[2:]; "
OURS = ("HOST", "PORT", "DATA_DIR", "DATABASE_URL", "REDIS_URL", "SMTP_URL", "SECRET_KEY", "PUBLIC_URL", "MAILBOX_DIR")

FOUND_A_COMPANY = """
from flask_migrate import upgrade
from portal import create_app
from portal.db import db
from portal.people.models import Company
with create_app().app_context():
    upgrade()
    db.session.add(Company(name="试运行物业"))
    db.session.commit()
"""


def start(code: str, *arguments: str, **settings: str) -> "subprocess.Popen[str]":
    """A Python process that finds the extra jobs, with these settings and none of the tests' own."""
    environ = {name: value for name, value in os.environ.items() if name not in OURS} | settings
    return subprocess.Popen(
        [sys.executable, "-c", WITH_EXTRA_JOBS + code.strip(), "-", *arguments],
        cwd=ROOT,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@dataclass
class Run:
    """One `python -m jobs.supervisor`."""

    data_dir: Path
    settings: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        settings = {"PORT": str(self.port), "DATA_DIR": str(self.data_dir)} | self.settings
        self.process = start("from jobs.supervisor.__main__ import main; main()", **settings)

    def health(self) -> dict[str, Any]:
        """What /healthz says; empty while nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                body = answer.read()
        except urllib.error.HTTPError as error:
            body = error.read()
        except OSError:
            return {}
        found: dict[str, Any] = json.loads(body)
        return found

    def green(self) -> bool:
        assert self.process.poll() is None, self.process.communicate()
        return bool(self.health().get("ok"))

    def family(self) -> list[psutil.Process]:
        """The supervisor and everything that descends from it."""
        own = psutil.Process(self.process.pid)
        return [own, *own.children(recursive=True)]

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.communicate(timeout=30)
        finally:
            self.process.kill()


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty folder with a short name."""
    with tempfile.TemporaryDirectory(prefix="yh") as name:
        yield Path(name)


@dataclass
class Estate:
    """A data folder, and on PostgreSQL a database, as after a first start."""

    data_dir: Path
    server: str | None  # the address of a PostgreSQL, where the tests run on one

    def copy(self, data_dir: Path) -> dict[str, str]:
        """Make the same again, and give back the settings that name it."""
        shutil.copytree(self.data_dir, data_dir)
        return {"DATABASE_URL": self.database(f"run_{data_dir.name}"[:60], "TEMPLATE estate")} if self.server else {}

    def database(self, name: str, more: str = "") -> str:
        """A new database on the server."""
        assert self.server
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())
            connection.execute(f'CREATE DATABASE "{name}" {more}'.encode())
        return make_url(self.server).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def estate(database_url: str) -> Iterator[Estate]:
    """Migrated, with a company in it, so that the demo estate does not move in."""
    with tempfile.TemporaryDirectory(prefix="yh") as name:
        made = Estate(Path(name), database_url if database_url.startswith("postgres") else None)
        settings = {"DATABASE_URL": made.database("estate")} if made.server else {}
        process = start(FOUND_A_COMPANY, DATA_DIR=name, REDIS_URL="redis://127.0.0.1:1/0", **settings)
        _, said = process.communicate(timeout=120)
        assert process.returncode == 0, said
        yield made


@pytest.fixture
def run(folder: Path, estate: Estate) -> Iterator[Callable[..., Run]]:
    """`run(name)`: a whole portal on a data folder (and database) of that name."""
    runs: list[Run] = []

    def make(name: str = "data") -> Run:
        runs.append(Run(folder / name, estate.copy(folder / name)))
        return runs[-1]

    yield make
    for each in runs:
        each.end()


@pytest.fixture
def green_run(run: Callable[..., Run]) -> Run:
    """A whole portal, all green."""
    made = run()
    until(made.green, "the portal did not become green", 60)
    return made
