"""How long an audience takes to be written down and to become deliveries.

python -m bench.expansion [--rows 100000] [--db postgresql]
"""

import argparse
import time

import sqlalchemy as sa

from bench.estate import estate
from portal import clock
from portal.db import db
from portal.outbox import expansion
from portal.outbox import operations as outbox
from portal.outbox.models import Delivery, Priority
from portal.people.models import Person

GOAL_SECONDS = 5.0


def residents(place_id: int, count: int) -> None:
    """So many people, each with an address."""
    now = clock.now()
    rows = [
        {"community_id": place_id, "name": f"住户{number}", "email": f"{number}@sink.test", "updated_at": now}
        for number in range(count)
    ]
    db.session.execute(sa.insert(Person), rows)
    db.session.commit()


def everybody(place_id: int) -> sa.Select[tuple[str | None, str, int]]:
    """The audience: all of them."""
    columns = Person.email.label("address"), Person.language.label("language"), Person.id.label("person_id")
    return sa.select(*columns).where(Person.community_id == place_id)


def expand_all(place_id: int, rows: int) -> None:
    started = time.perf_counter()
    outbox.send_to("_test", everybody(place_id), community_id=place_id, key="survey", priority=Priority.BULK)
    db.session.commit()
    written, worked = time.perf_counter(), time.process_time()
    while expansion.expand(False):
        pass
    done, worked = time.perf_counter(), time.process_time() - worked
    made = db.session.scalar(sa.select(sa.func.count()).select_from(Delivery))
    assert made == rows, made
    print(f"written down {written - started:.2f} s, expanded {done - written:.2f} s (own CPU {worked:.2f} s)", end="; ")
    print(f"{rows / (done - written):,.0f} rows/s (goal {GOAL_SECONDS:.0f} s for 100,000)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--db", choices=("sqlite", "postgresql"), default="postgresql")
    chosen = parser.parse_args()
    with estate(chosen.db) as made:
        print(f"{chosen.rows} rows, {db.engine.dialect.name}", end=": ")
        residents(made.place_id, chosen.rows)
        expand_all(made.place_id, chosen.rows)


if __name__ == "__main__":
    main()
