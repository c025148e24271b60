"""A real Chromium against the application on a real port, with the run's own database and queue."""

import os
import shutil
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext
from werkzeug.serving import make_server

from tests.servers import free_port

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PORTRAIT = {"width": 1080, "height": 1920}


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Chromium from the machine where there is one (CHROMIUM names another), else Playwright's own."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    more = {"executable_path": found} if found and os.path.exists(found) else {}
    return {**browser_type_launch_args, **more, "args": list(FLAGS)}


@pytest.fixture(scope="session")
def served(the_app: Flask) -> Iterator[str]:
    """The application on a port, for the whole run."""
    server = make_server("127.0.0.1", free_port(), the_app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join(10)


@pytest.fixture
def live_server(the_app: Flask, served: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of the application under test; links that it makes lead there."""
    monkeypatch.setitem(the_app.config, "PUBLIC_URL", served)
    return served


@pytest.fixture
def base_url(live_server: str) -> str:
    return live_server


def carry(context: BrowserContext, url: str, client: Any) -> None:
    """Give the browser what a test client holds: the session of somebody signed in, or the kiosk's cookie."""
    names = [client.application.config[name] for name in ("SESSION_COOKIE_NAME", "KIOSK_COOKIE_NAME")]
    cookies = [(name, client.get_cookie(name)) for name in names]
    context.add_cookies([{"name": name, "value": cookie.value, "url": url} for name, cookie in cookies if cookie])
