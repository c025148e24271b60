"""How long a visitor stands at the kiosk (VIS-1): the person's share by model, the machine's measured.

    python -m bench.visitor_keystrokes [ROUNDS]

Starts the portal (gunicorn, SQLite, Valkey) with a small estate and drives the kiosk's real pages in Chromium. The
same run counts the person's steps by the keystroke-level model (a thought before each page 1.35 s, a tap 1.2 s, a
digit 0.6 s; holding a code to the reader is taken as 3 s) and measures the machine: from the finger's touch to the
next page's first paint, summed over the path. Both are printed apart, medians over the rounds. The path begins at
the kiosk's home and ends when the pass is on the screen.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from statistics import median
from urllib.error import URLError

from playwright.sync_api import Locator, Page, sync_playwright

from portal import clock, create_app
from portal.db import db
from portal.people.models import KioskDevice
from portal.secret import new_token, token_hash
from portal.timeline import Actor
from portal.visitors.operations.registering import Told, book
from tests import factories
from tests.browser.conftest import FLAGS, NAMES, PORTRAIT
from tests.cast import Cast
from tests.servers import free_port, until, valkey

THINK, TAP, DIGIT, SCAN = 1.35, 1.2, 0.6, 3.0
COOKIE = "yinghou-kiosk-8000"  # named after the default PORT, whatever the server's own
ROUNDS = 12  # the kiosk takes 30 codes a minute, no more
GOALS = {"walk-in": 25.0, "QR": 10.0}
MACHINE_GOAL = 0.5
# The page tells when it is touched and when a question that came in place of the last one has been painted, two
# frames after htmx put it there. It tells Python, because the kiosk's pages leave nothing in the browser's storage.
WATCH = """
const note = (name) => tell(name, performance.timeOrigin + performance.now());
addEventListener("pointerdown", () => note("touched"), true);
addEventListener("keydown", (event) => event.key === "Enter" && note("touched"), true);
addEventListener("htmx:afterSettle", () =>
  requestAnimationFrame(() => requestAnimationFrame(() => note("painted"))));
"""
FIRST_PAINT = """() => {
  const paint = performance.getEntriesByName("first-contentful-paint")[0];
  return paint ? performance.timeOrigin + paint.startTime : 0;
}"""


@dataclass
class Hand:
    """A person at the kiosk: every act drives the page and is counted."""

    page: Page
    told: dict[str, float]
    person: float = 0.0
    machine: float = 0.0
    steps: list[str] = field(default_factory=list)

    def think(self) -> None:
        self._count("think", THINK)

    def tap(self, target: Locator) -> None:
        target.click()
        self._count("tap", TAP)

    def digits(self, number: str) -> None:
        pad = self.page.locator(".pad")
        for digit in number:
            pad.get_by_role("button", name=digit, exact=True).click()
            self._count("digit", DIGIT)

    def scan(self, code: str) -> None:
        """What a code reader does: it types, and presses Enter."""
        self.page.keyboard.insert_text(code)
        self._count("scan", SCAN)
        self._turn(lambda: self.page.keyboard.press("Enter"))

    def tap_on(self, target: Locator) -> None:
        """A tap that leads to another page."""
        self._turn(target.click)
        self._count("tap", TAP)

    def _turn(self, act: Callable[[], None]) -> None:
        before = self.page.url
        self.told.clear()
        act()
        self.page.wait_for_url(lambda url: url != before, wait_until="load")
        self.machine += until(self._waited, "the page was never painted") / 1000

    def _waited(self) -> float:
        """Milliseconds from the touch to the paint that followed, 0 while there is none."""
        painted = max(self.page.evaluate(FIRST_PAINT), self.told.get("painted", 0))
        return max(painted - self.told["touched"], 0) if "touched" in self.told else 0

    def _count(self, step: str, seconds: float) -> None:
        self.steps.append(step)
        self.person += seconds


def walk_in(hand: Hand, _code: str) -> None:
    page = hand.page
    for choice in ("访客登记", "走亲访友"):
        hand.think()
        hand.tap_on(page.locator("a.tile", has_text=choice))
    hand.think()
    hand.tap(page.get_by_label("3 栋", exact=True))
    hand.digits("1204")
    hand.tap_on(page.locator("button.next"))
    hand.think()
    hand.digits("13800135678")
    hand.tap_on(page.locator("button.next"))
    hand.think()
    hand.tap_on(page.get_by_role("button", name="看望亲友"))


def by_code(hand: Hand, code: str) -> None:
    hand.think()
    hand.tap_on(hand.page.locator("a.tile", has_text="访客登记"))
    hand.think()
    hand.scan(code)


def by_number(hand: Hand, code: str) -> None:
    hand.think()
    hand.tap_on(hand.page.locator("a.tile", has_text="访客登记"))
    hand.think()
    hand.tap_on(hand.page.get_by_role("link", name="输入通行号"))
    hand.think()
    hand.digits(code)
    hand.tap_on(hand.page.locator("button.next"))


@contextmanager
def portal(folder: Path) -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    """A portal of its own: its address, the kiosk's token, and passes as (link, number)."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with valkey(folder) as redis:
        os.environ |= {
            "DATA_DIR": str(folder),
            "DATABASE_URL": f"sqlite:///{folder / 'portal.db'}",
            "REDIS_URL": redis,
            "PUBLIC_URL": url,
        }
        token, passes = estate(url)
        command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--threads", "8", "app:app"]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            until(lambda: _answers(url), "the portal did not start")
            yield url, token, passes
        finally:
            server.terminate()
            server.wait(20)


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(f"{url}/static/icon.svg", timeout=1).close()
    except (URLError, OSError):
        return False
    return True


def estate(url: str) -> tuple[str, list[tuple[str, str]]]:
    """An enrolled kiosk and enough expected visitors for every round."""
    with create_app().app_context():
        db.create_all()
        cast = Cast.assemble()
        for code in ("1", "2", "5", "6"):
            factories.unit(factories.building(cast.community, code), "0101")
        token, now, passes = new_token(), clock.now(), []
        db.session.add(
            KioskDevice(community_id=cast.community.id, place="1 栋大堂", token_hash=token_hash(token), enrolled_at=now)
        )
        told = Told("guest", unit_id=cast.unit.id, name="李华", starts_at=now, ends_at=now + timedelta(hours=4))
        for _pass in range(200):
            made = book(told, community=cast.community, channel="household", actor=Actor("3 栋 1204 住户"))
            passes.append((f"{url}/v/{made.token}", made.visit.number))
        db.session.commit()
        return token, passes


def report(name: str, hands: list[Hand]) -> None:
    person, machine = hands[0].person, median(hand.machine for hand in hands)
    counts = {step: hands[0].steps.count(step) for step in dict.fromkeys(hands[0].steps)}
    goal = f"goal {GOALS[name]:.0f} s" if name in GOALS else "no goal"
    print(f"{name:8}  person {person:5.2f} s  machine {machine:5.3f} s (goal {MACHINE_GOAL} s)", end="  ")
    print(f"in all {person + machine:5.2f} s ({goal})  {counts}")


def main(rounds: int = ROUNDS) -> None:
    chromium = next((path for name in NAMES if (path := _which(name))), None)
    with (
        tempfile.TemporaryDirectory(prefix="yh") as folder,
        portal(Path(folder)) as (url, token, passes),
        sync_playwright() as play,
    ):
        browser = play.chromium.launch(executable_path=chromium, args=list(FLAGS))
        context = browser.new_context(viewport=PORTRAIT, has_touch=True)  # type: ignore[arg-type]
        context.add_cookies([{"name": COOKIE, "value": token, "url": url}])
        told: dict[str, float] = {}
        context.expose_function("tell", lambda name, at: told.update({name: at}))
        context.add_init_script(WATCH)
        page = context.new_page()
        for name, path, column in (("walk-in", walk_in, 0), ("QR", by_code, 0), ("number", by_number, 1)):
            hands = []
            for _round in range(rounds + 1):
                page.goto(f"{url}/kiosk/")
                hands.append(Hand(page, told))
                path(hands[-1], passes.pop()[column])
            report(name, hands[1:])  # the first one warms the caches
        browser.close()


def _which(name: str) -> str | None:
    return os.environ.get("CHROMIUM") or shutil.which(name)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
