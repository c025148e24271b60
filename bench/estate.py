"""An estate to measure on: a database and a queue of its own, and a letter to send."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from jinja2 import ChoiceLoader, DictLoader

from bench.roster_import import database
from portal import create_app
from portal.db import db
from tests import factories, servers

LETTER = {
    "email/_test/subject.txt": "停水通知",
    "email/_test/body.txt": """{% extends 'email/_layout.txt' %}
        {% block body %}明天上午九点到十一点换阀门，请提前接水。{% endblock %}""",
    "email/_test/body.html": """{% extends 'email/_layout.html' %}
        {% block body %}<p>明天上午九点到十一点换阀门，请提前接水。</p>{% endblock %}""",
}


@dataclass(frozen=True)
class Estate:
    app: Flask
    place_id: int


@contextmanager
def estate(kind: str, **settings: str) -> Iterator[Estate]:
    """Within its application context; the environment names its database and queue, for processes started in it."""
    with tempfile.TemporaryDirectory(prefix="yh") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with servers.valkey(folder) as redis, database(kind, folder) as url:
            os.environ |= {"DATA_DIR": name, "DATABASE_URL": url, "REDIS_URL": redis, **settings}
            app = create_app()
            assert app.jinja_env.loader is not None
            app.jinja_env.loader = ChoiceLoader([app.jinja_env.loader, DictLoader(LETTER)])
            with app.app_context():
                db.create_all()
                place = factories.community(factories.company())
                db.session.commit()
                yield Estate(app, place.id)
                db.session.remove()
                db.engine.dispose()
