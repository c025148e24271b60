"""Yinghou 迎候: a property-service portal that keeps its promises."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from flask import Flask

from portal import config, front_end, queue, web
from portal.db import db, migrate

ROOT = Path(__file__).resolve().parent.parent
# Each area may have models, routes (a blueprint called `area`) and commands (a Click group called `commands`).
AREAS = (
    "outbox",
    "standards",
    "people",
    "watch",
    "cases",
    "visitors",
    "notices",
    "knowledge",
    "desk",
    "kiosk",
    "admin",
)


def create_app(settings: Mapping[str, Any] | None = None) -> Flask:
    """Build the application. `settings` override what the environment says."""
    app = web.Portal(__name__, template_folder=str(ROOT / "templates"), static_folder="static")
    app.config.from_mapping(config.load())
    app.config.from_mapping(settings or {})
    web.prepare(app)
    db.init_app(app)
    import_module("portal.timeline")
    for area in AREAS:
        _add_area(app, area)
    migrate.init_app(app, db)
    queue.init_app(app)
    web.init_app(app)
    front_end.init_app(app)
    import_module("portal.people.guard").init_app(app)
    return app


def _add_area(app: Flask, area: str) -> None:
    package = ROOT / "portal" / area
    if (package / "models.py").exists() or (package / "models" / "__init__.py").exists():
        import_module(f"portal.{area}.models")
    if (package / "routes.py").exists() or (package / "routes" / "__init__.py").exists():
        app.register_blueprint(import_module(f"portal.{area}.routes").area)
    if (package / "commands.py").exists():
        app.cli.add_command(import_module(f"portal.{area}.commands").commands)
