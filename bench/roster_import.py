"""How long a roster takes: reading for the preview, and applying, apart. The goal: 20,000 rows in under 30 s.

    python -m bench.roster_import [--rows 20000] [--db sqlite|postgresql]

Every measure is on a database of its own, empty at first; the second import is the same file again, and the third
one has a new telephone number in each row.
"""

import argparse
import io
import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import xlsxwriter

from portal import create_app
from portal.db import db
from portal.people.models import Community, Company
from portal.people.numbers import _check_digit
from portal.people.roster import operations
from portal.people.roster.write import Batch
from portal.timeline import Actor
from tests import servers

HEADER = ("楼栋", "单元", "房号", "面积(㎡)", "业主姓名", "联系电话", "身份证号", "邮箱", "入住日期", "身份", "备注")
SURNAMES, GIVEN = "王李张刘陈杨黄赵吴周", "建国秀英伟芳敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂"
ACTOR = Actor("bench")


def workbook(rows: int, seed: int = 1, phones_from: int = 0) -> bytes:
    """A roster of so many rows, two people in every fifth unit."""
    chance, kept = random.Random(seed), io.BytesIO()
    book = xlsxwriter.Workbook(kept, {"in_memory": True})
    sheet = book.add_worksheet("名册")
    sheet.merge_range(0, 0, 0, len(HEADER) - 1, "翠湖花园业主名册")
    sheet.write_row(1, 0, HEADER)
    unit = 0
    for number in range(rows):
        unit += number % 5 != 4
        building, rest = divmod(unit, 400)
        section, door = divmod(rest, 200)
        room = f"{door // 4 + 1}{door % 4 + 1:02}"
        name = chance.choice(SURNAMES) + "".join(chance.sample(GIVEN, 2))
        phone = f"138{(phones_from + number) % 10**8:08}"
        relation = "家属" if number % 5 == 4 else "业主"
        born = f"19{chance.randrange(50, 99)}{chance.randrange(1, 13):02}{chance.randrange(1, 29):02}"
        document = f"440304{born}{number % 1000:03}"
        cells = (building + 1, section + 1, room, chance.randrange(60, 180), name, phone)
        rest_cells = (document + _check_digit(document), f"u{number}@example.test", "2020-01-05", relation, "")
        sheet.write_row(number + 2, 0, cells + rest_cells)
    book.close()
    return kept.getvalue()


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'bench.db'}"
        return
    place = folder / "postgresql"
    place.mkdir()
    with servers.postgresql(place) as url:
        yield url


def measure(label: str, raw: bytes, community: Community) -> float:
    """One import from upload to applied; prints the two shares and the counts."""
    run = operations.upload(community, f"{label}.xlsx", raw, ACTOR, ring=False)
    db.session.commit()
    started, worked = time.perf_counter(), time.process_time()
    operations.read_run(run.id)
    read = time.perf_counter()
    operations.confirm(run, ACTOR, skip_bad=True, ring=False)
    db.session.commit()
    confirmed = time.perf_counter()
    operations.apply_run(run.id)
    applied = time.perf_counter()
    total = applied - started
    print(
        f"{label:<12} read {read - started:6.2f} s   apply {applied - confirmed:6.2f} s"
        f"   write lock {held[-1]:5.2f} s   in all {total:6.2f} s"
        f"   of it processor {time.process_time() - worked:6.2f} s   {run.state} {run.counts}"
    )
    return total


held: list[float] = []  # seconds that each apply kept its transaction open


def watch_lock() -> None:
    """Time what happens between the first statement of the writing transaction and its commit."""
    write = Batch.write

    def timed(batch: Batch) -> None:
        started = time.perf_counter()
        write(batch)
        held.append(time.perf_counter() - started)

    Batch.write = timed  # type: ignore[assignment, method-assign]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--db", choices=("sqlite", "postgresql"), default="sqlite")
    chosen = parser.parse_args()
    watch_lock()
    with tempfile.TemporaryDirectory(prefix="yh") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with servers.valkey(folder) as redis_url, database(chosen.db, folder) as url:
            run(chosen.rows, {"SQLALCHEMY_DATABASE_URI": url, "REDIS_URL": redis_url, "FILES_DIR": folder / "files"})


def run(rows: int, settings: dict[str, object]) -> None:
    from portal.config import database_url

    settings["SQLALCHEMY_DATABASE_URI"] = database_url(str(settings["SQLALCHEMY_DATABASE_URI"]))
    app = create_app(settings)
    with app.app_context():
        db.create_all()
        company = Company(name="安居物业")
        db.session.add(company)
        db.session.flush()
        community = Community(company_id=company.id, code="cuihu", name="翠湖花园")
        db.session.add(community)
        db.session.commit()
        print(f"{rows} rows, {db.engine.dialect.name}")
        first = workbook(rows)
        measure("first", first, community)
        measure("again", first, community)
        measure("new numbers", workbook(rows, phones_from=50_000_000), community)
        db.engine.dispose()


if __name__ == "__main__":
    main()
