# The part of htmx_flask that this portal calls; the package ships no types.
from typing import Any

from flask import Flask, Response

class Htmx:
    def init_app(self, app: Flask) -> None: ...

def make_response(*args: Any, **headers: Any) -> Response: ...
