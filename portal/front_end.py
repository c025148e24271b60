"""Third-party files that browsers load: installed by npm into node_modules, and exactly these served from there.

A template writes `{{ url_for("front_end.file", name="htmx.js") }}`; the version that is put into the address lets
browsers keep the file for a year.
Scripts that are ES modules are loaded with `import()` of the same address.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, abort, send_from_directory

from portal import access

NODE_MODULES = Path(__file__).resolve().parent.parent / "node_modules"
YEAR_SECONDS = 365 * 24 * 3600
# Name in the address → package, file in the package.
FILES = {
    "htmx.js": ("htmx.org", "dist/htmx.min.js"),  # 17 KB compressed
    "simple-keyboard.js": (
        "simple-keyboard",
        "build/index.modern.esm.js",
    ),  # 11 KB; a module
    "simple-keyboard.css": ("simple-keyboard", "build/css/index.css"),
    "pinyin.js": ("simple-keyboard-layouts", "build/layouts/chinese.js"),  # 21 KB; a module: layout, layoutCandidates
}

front_end = Blueprint("front_end", __name__)


def init_app(app: Flask) -> None:
    app.register_blueprint(front_end)


@front_end.url_defaults
def _add_version(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint == "front_end.file" and values.get("name") in FILES:
        values.setdefault("version", _version(FILES[values["name"]][0]))


@front_end.get("/front-end/<string:version>/<string:name>")
@access.public
def file(version: str, name: str) -> Response:
    if name not in FILES:
        abort(404)
    package, path = FILES[name]
    if version != _version(package):
        abort(404)  # or a browser would keep this file for a year under another version's name
    response = send_from_directory(NODE_MODULES / package, path, max_age=YEAR_SECONDS)
    response.cache_control.immutable = True
    return response


@cache
def _version(package: str) -> str:
    version: str = json.loads((NODE_MODULES / package / "package.json").read_text())["version"]
    return version
