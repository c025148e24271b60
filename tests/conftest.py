"""What all tests share: one app, real servers started once per run, tables emptied between tests."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from flask import Flask

from portal import create_app
from portal.db import Base, db
from portal.people import accounts
from tests import servers
from tests.cast import Cast
from tests.client import Client


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--db", choices=("sqlite", "postgresql"), default="sqlite", help="which database to test on")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: Playwright keeps an event loop running in the main thread to the end of the run,
    beside which no other can be run there."""
    items.sort(key=lambda item: "browser" in item.path.parts)


@pytest.fixture(scope="session")
def run_dir() -> Iterator[Path]:
    """A short path: a unix socket's name may have 107 characters."""
    with tempfile.TemporaryDirectory(prefix="yh") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(scope="session")
def redis_url(run_dir: Path) -> Iterator[str]:
    with servers.valkey(run_dir) as url:
        yield url


@pytest.fixture(scope="session")
def database_url(request: pytest.FixtureRequest, run_dir: Path) -> Iterator[str]:
    if request.config.getoption("--db") == "sqlite":
        yield f"sqlite:///{run_dir / 'test.db'}"
        return
    folder = run_dir / "postgresql"
    folder.mkdir()
    with servers.postgresql(folder) as url:
        yield url


@pytest.fixture(scope="session")
def smtp_server() -> Iterator[servers.Peer]:
    with servers.smtp_peer() as peer:
        yield peer


@pytest.fixture
def smtp(smtp_server: servers.Peer) -> Iterator[servers.Peer]:
    """The SMTP peer, empty."""
    smtp_server.clear()
    yield smtp_server
    smtp_server.clear()


@pytest.fixture(scope="session")
def the_app(run_dir: Path, redis_url: str, database_url: str, smtp_server: servers.Peer) -> Flask:
    """The application of this run, its tables made."""
    patch = pytest.MonkeyPatch()
    patch.setenv("DATA_DIR", str(run_dir / "data"))
    patch.setenv("REDIS_URL", redis_url)
    patch.setenv("DATABASE_URL", database_url)
    patch.setenv("SMTP_URL", smtp_server.url)
    patch.setenv("PUBLIC_URL", "http://localhost")
    patch.setattr(accounts, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    app = create_app({"TESTING": True})
    app.test_client_class = Client
    with app.app_context():
        db.create_all()
        db.session.remove()
    return app


@pytest.fixture
def app(the_app: Flask) -> Iterator[Flask]:
    """The application with a context for the test's own look at the database, everything empty."""
    with the_app.app_context():
        yield the_app
        db.session.rollback()
        db.session.remove()
        _empty()
    the_app.extensions["redis"].flushdb()


def _empty() -> None:
    """Empty the tables that hold rows; asking first is far cheaper than emptying all."""
    tables = Base.metadata.sorted_tables
    with db.engine.begin() as connection:
        asked = sa.union_all(*(sa.select(sa.literal(t.name)).where(sa.exists(sa.select(t))) for t in tables))
        full = {name for (name,) in connection.execute(asked)}
        if not full:
            return
        if connection.dialect.name == "postgresql":
            names = ", ".join(f'"{name}"' for name in full)
            connection.exec_driver_sql(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
            return
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        for table in reversed(tables):
            if table.name in full:
                connection.execute(table.delete())


@pytest.fixture
def cast(app: Flask) -> Cast:
    """Two estates and the people in them; see tests/cast.py."""
    return Cast.assemble()


@pytest.fixture
def client(app: Flask) -> Client:
    """Somebody who is not signed in."""
    made: Any = app.test_client()
    return made


@pytest.fixture
def signed_in(app: Flask, cast: Cast) -> Any:
    """`signed_in("manager")`: a client with that member of the cast signed in."""

    def sign_in(who: str) -> Client:
        made: Any = app.test_client()
        made.sign_in(cast[who])
        return made

    return sign_in


@pytest.fixture
def kiosk(app: Flask, cast: Cast) -> Client:
    """The enrolled kiosk in the lobby of the first estate."""
    made: Any = app.test_client()
    made.enrol(cast.community)
    return made
