"""`make run`'s one process: starts everything, restarts what dies, stops everything, and says plainly why it cannot."""

import os
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

from tests.processes.conftest import Run, start
from tests.servers import free_port, until


def redis_of(run: Run) -> Redis:
    """A client of the run's own queue server, by its configuration."""
    words = dict(line.split(" ", 1) for line in (run.data_dir / "valkey/valkey.conf").read_text().splitlines() if line)
    return Redis(unix_socket_path=words["unixsocket"].strip('"'), password=words["requirepass"])


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    return [each for each in processes if each.is_running() and each.status() != psutil.STATUS_ZOMBIE]


def worker_at_job(marks: Path) -> int:
    """The process id of whoever took the job last."""
    return int(until(lambda: marks.exists() and marks.read_text().split(), "nobody took the job")[-1])


def test_a_worker_killed_in_a_job_is_replaced(green_run: Run, folder: Path) -> None:
    marks, fifo = folder / "marks", folder / "fifo"
    os.mkfifo(fifo)
    work = Queue("work", connection=redis_of(green_run), serializer=JSONSerializer)
    work.enqueue("jobs.rehearsal.hold", str(marks), str(fifo))
    killed = worker_at_job(marks)
    os.kill(killed, signal.SIGKILL)
    work.enqueue("jobs.rehearsal.mark", str(marks))
    until(lambda: marks.read_text().split()[-1] != str(killed), "no other worker took the next job")
    assert green_run.process.poll() is None


def test_everything_that_dies_comes_back(green_run: Run) -> None:
    killed = green_run.family()[1:]
    for process in killed:
        with suppress(psutil.NoSuchProcess):
            process.kill()

    def replaced() -> bool:
        living = green_run.family()[1:]
        return len(living) >= len(killed) and not {each.pid for each in living} & {each.pid for each in killed}

    until(replaced, "not all processes came back", 60)
    until(green_run.green, "the portal did not recover", 60)


def test_sigterm_leaves_no_process(green_run: Run) -> None:
    family = green_run.family()
    assert len(family) >= 9  # supervisor, queue, mailbox, web and its worker, four workers, ticker
    green_run.process.send_signal(signal.SIGTERM)
    assert green_run.process.wait(20) == 0
    assert alive(family) == []


def test_ctrl_c_stops_it_too(green_run: Run) -> None:
    family = green_run.family()
    os.killpg(green_run.process.pid, signal.SIGINT)
    assert green_run.process.wait(20) == 0
    assert alive(family) == []


def test_nothing_survives_a_killed_supervisor(green_run: Run) -> None:
    family = green_run.family()
    green_run.process.kill()
    until(lambda: not alive(family), "processes were left behind", 30)


def test_two_copies_run_side_by_side(green_run: Run, run: Callable[..., Run]) -> None:
    other = run("other")
    until(other.green, "the second copy did not become green", 60)
    assert green_run.green()


def test_a_folder_too_long_for_a_socket(run: Callable[..., Run]) -> None:
    """A unix socket's path may have 107 characters; the queue then listens on loopback, with a password."""
    made = run("f" * 90)
    until(made.green, "the portal did not become green", 60)
    assert "unixsocket" not in (made.data_dir / "valkey/valkey.conf").read_text()


def test_tells_the_address_and_ends_quietly(green_run: Run) -> None:
    green_run.process.send_signal(signal.SIGTERM)
    told, log = green_run.process.communicate(timeout=30)
    assert f"http://127.0.0.1:{green_run.port}" in told
    assert "Traceback" not in log


def test_the_folder_of_a_running_copy_is_refused(green_run: Run) -> None:
    assert "Another copy uses this data folder" in sentence(DATA_DIR=str(green_run.data_dir), PORT=str(free_port()))


def test_a_busy_port_gets_a_sentence(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        assert f"127.0.0.1:{port} is taken" in sentence(DATA_DIR=str(folder), PORT=str(port))


@pytest.mark.parametrize("port", ["", "http", "0", "65536", "８０００"])
def test_a_port_that_is_none_gets_a_sentence(folder: Path, port: str) -> None:
    assert "PORT must be a number" in sentence(DATA_DIR=str(folder), PORT=port)


def test_a_folder_that_cannot_be_written_gets_a_sentence(folder: Path) -> None:
    (folder / "file").touch()
    assert "data folder cannot be written" in sentence(DATA_DIR=str(folder / "file" / "data"), PORT=str(free_port()))


def test_a_broken_database_gets_a_sentence(folder: Path) -> None:
    (folder / "portal.db").write_bytes(b"this is no database" * 100)
    assert "database cannot be opened" in sentence(DATA_DIR=str(folder), PORT=str(free_port()))


def test_a_database_that_is_away_gets_a_sentence(folder: Path) -> None:
    url = f"postgresql://nobody@127.0.0.1:{free_port()}/none"
    said = sentence(DATA_DIR=str(folder), PORT=str(free_port()), DATABASE_URL=url)
    assert "database cannot be opened" in said


def sentence(**settings: str) -> str:
    """The one line with which a start fails; no process is left."""
    process = start("from jobs.supervisor.__main__ import main; main()", **settings)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "Traceback" not in said
    assert len(said.strip().splitlines()) == 1, said
    return said
