"""The web server, as a child of the supervisor: gunicorn on a socket that is open already."""

import os
import socket
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication


class Web(BaseApplication):  # type: ignore[misc]
    """Gunicorn with the options of `make run`; the application is made in the worker."""

    def __init__(self, listener: socket.socket) -> None:
        self.options = {
            "bind": f"fd://{os.dup(listener.fileno())}",  # gunicorn closes the one it is given
            "worker_class": "gthread",
            "workers": 1,
            "threads": 8,
            "graceful_timeout": 5,
            "control_socket_disable": True,
            "loglevel": "warning",
        }
        super().__init__()

    def init(self, parser: Any, opts: Any, args: Any) -> None:
        """No command line."""

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        from app import app

        return app


def run(listener: socket.socket) -> None:
    Web(listener).run()
