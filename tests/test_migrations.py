"""Migrations make exactly the tables the models describe, and lose no rows on the way."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade

from portal import ROOT, create_app
from portal.db import Base, db
from portal.people.models import PersonPhone
from tests import factories


@pytest.fixture
def empty_app(app: Flask, tmp_path: Path, database_url: str) -> Iterator[Flask]:
    """The application on a database with nothing in it."""
    if database_url.startswith("sqlite"):
        yield create_app({"SQLALCHEMY_DATABASE_URI": f"sqlite:///{tmp_path / 'empty.db'}"})
        return
    name = "migrated"
    with sa.create_engine(app.config["SQLALCHEMY_DATABASE_URI"], isolation_level="AUTOCOMMIT").connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name}")
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    url = sa.make_url(app.config["SQLALCHEMY_DATABASE_URI"]).set(database=name)
    made = create_app({"SQLALCHEMY_DATABASE_URI": url.render_as_string(hide_password=False)})
    yield made
    with made.app_context():
        db.engine.dispose()


def _differences() -> list[Any]:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        return list(compare_metadata(context, Base.metadata))


def test_migrating_from_nothing_makes_the_tables_of_the_models(empty_app: Flask) -> None:
    with empty_app.app_context():
        upgrade(str(ROOT / "migrations"))
        assert _differences() == []


def test_migrations_go_back_and_forth(empty_app: Flask) -> None:
    with empty_app.app_context():
        upgrade(str(ROOT / "migrations"))
        downgrade(str(ROOT / "migrations"), revision="base")
        upgrade(str(ROOT / "migrations"))
        assert _differences() == []


COPY = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "copied", {head!r}, None, None


def upgrade() -> None:
    with op.batch_alter_table("person") as table:
        table.alter_column("name", type_=sa.String(99))
"""


def test_copying_a_table_keeps_the_rows_of_its_children(empty_app: Flask, tmp_path: Path) -> None:
    """SQLite changes a table by copying it; with foreign keys on, dropping the old copy deletes its children."""
    folder = tmp_path / "migrations"
    shutil.copytree(ROOT / "migrations", folder)
    with empty_app.app_context():
        upgrade(str(folder))
        place = factories.community(factories.company())
        factories.person(place)
        db.session.commit()
        head = db.session.scalar(sa.text("SELECT version_num FROM alembic_version"))
        db.session.remove()
        (folder / "versions" / "copied.py").write_text(COPY.format(head=head))
        upgrade(str(folder))
        assert db.session.scalar(sa.select(sa.func.count()).select_from(PersonPhone)) == 1
        db.session.remove()
