"""Jobs for the tests only: the processes under test find this file as `jobs.rehearsal`."""

import os
from pathlib import Path


def mark(path: str) -> None:
    """Leave a line with the process id."""
    with Path(path).open("a") as file:
        file.write(f"{os.getpid()}\n")


def hold(path: str, fifo: str) -> None:
    """Leave a line, wait until somebody opens the pipe's other end, leave another."""
    mark(path)
    Path(fifo).read_bytes()
    mark(path)
