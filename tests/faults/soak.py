"""All faults, again and again, and the table of what became of the mail.

python -m tests.faults.soak [--minutes 30] [--db postgresql] [FAULT …]
"""

import argparse
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from statistics import median

import sqlalchemy as sa

from bench.estate import Estate, estate
from jobs import ticker
from jobs.schedule import SCHEDULE
from portal import clock
from portal.db import db
from portal.outbox.models import Message, Priority
from tests.faults.faults import BY_DATABASE
from tests.faults.fleet import fleet
from tests.faults.rounds import Count, play

HEAD = ("fault", "rounds", "mails", "lost", "duplicated", "unexpected", "parked", "resumed after, median", "longest")


def soak(minutes: float, made: Estate, only: list[str]) -> dict[str, list[Count]]:
    """Rounds until the time is up, each fault at least once."""
    counts: dict[str, list[Count]] = defaultdict(list)
    known = BY_DATABASE[db.engine.dialect.name]
    faults = {name: known[name] for name in only or known}
    ends, number = time.monotonic() + minutes * 60, 0
    with (
        tempfile.TemporaryDirectory(prefix="yh") as folder,
        fleet(made.app, Path(folder)) as running,
    ):
        while number == 0 or time.monotonic() < ends:
            number += 1
            for name, fault in faults.items():
                count = play(running, made.place_id, fault, f"{name} {number}", Priority.NORMAL)
                counts[name].append(count)
                print(f"{name} {number}: {count}", flush=True)
                db.session.execute(sa.delete(Message))
                db.session.commit()
    return counts


def table(counts: dict[str, list[Count]]) -> str:
    rows: list[tuple[str, ...]] = [HEAD]
    for name, found in [*counts.items(), ("all", [one for some in counts.values() for one in some])]:
        waits = [one.resumed for one in found if one.resumed is not None]
        sums = [sum(getattr(one, what) for one in found) for what in ("acknowledged", *HEAD[3:7])]
        times = [f"{median(waits):.1f} s", f"{max(waits):.1f} s"] if waits else ["—", "—"]
        rows.append((name, str(len(found)), *map(str, sums), *times))
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--db", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("faults", nargs="*", help="only these; see tests/faults/faults.py")
    chosen = parser.parse_args()
    with estate(chosen.db) as made:
        ticker.reconcile(SCHEDULE, clock.now())
        counts = soak(chosen.minutes, made, chosen.faults)
    print(table(counts))
    if any(one.lost or one.unexpected for found in counts.values() for one in found):
        sys.exit("mail was lost")


if __name__ == "__main__":
    main()
