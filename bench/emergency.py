"""How soon an emergency reaches the first household, and a thousand, while a survey waits.

    python -m bench.emergency [--survey 100000] [--homes 1000] [--db postgresql]

Real workers, one for emergencies and one for the rest; the survey has begun to go out when the emergency is published.
"""

import argparse
import tempfile
import time
from pathlib import Path

from bench.estate import estate
from bench.expansion import everybody, residents
from jobs import ticker
from jobs.schedule import SCHEDULE
from portal import clock
from portal.db import db
from portal.outbox import operations as outbox
from portal.outbox.models import Priority
from tests.faults.fleet import Fleet, fleet
from tests.faults.rounds import publish
from tests.servers import until


def measure(running: Fleet, place_id: int, homes: int) -> tuple[float, float, int]:
    """Seconds from the commit to the first household and to the last, and how much of the survey had gone out."""
    outbox.send_to(
        "_test", everybody(place_id), community_id=place_id, key="survey", priority=Priority.BULK, said="意见调查"
    )
    db.session.commit()
    until(lambda: len(running.sink.taken) > 100, "the survey did not begin", 120)
    storm = publish(place_id, "storm", homes, Priority.EMERGENCY)
    published = time.monotonic()

    def reached() -> list[float]:
        return [one.at for one in list(running.sink.taken) if one.to in storm]

    until(lambda: len(reached()) == homes, "the emergency did not arrive", 120)
    times = reached()
    return times[0] - published, times[-1] - published, len(running.sink.taken) - homes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--survey", type=int, default=100_000)
    parser.add_argument("--homes", type=int, default=1000)
    parser.add_argument("--db", choices=("sqlite", "postgresql"), default="postgresql")
    chosen = parser.parse_args()
    with estate(chosen.db) as made, tempfile.TemporaryDirectory(prefix="yh") as folder:
        residents(made.place_id, chosen.survey)
        ticker.reconcile(SCHEDULE, clock.now())
        with fleet(made.app, Path(folder)) as running:
            first, last, before = measure(running, made.place_id, chosen.homes)
    print(f"{chosen.db}, {chosen.survey} of a survey wait, {before} of them out when the last household was reached")
    print(f"first household {first:.2f} s (goal 2 s), all {chosen.homes} {last:.2f} s (goal 10 s)")


if __name__ == "__main__":
    main()
