"""From the lobby kiosk to a kept promise, as its users go through it: real processes, a real Chromium, real mail.

Everything is started by the supervisor as `make run` does; the clock of all its processes is moved through a file.
"""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from portal import ROOT, clock
from tests import servers
from tests.browser.conftest import PORTRAIT
from tests.servers import Peer, free_port, until

CUSTOMER = "customer@mail.yinghou.cn"
SECRETS = """
import json, sys
from portal import create_app
from portal.people.models import User
with create_app().app_context():
    print(json.dumps({user.login: user.totp_secret for user in User.query}))
"""


@dataclass
class Estate:
    """The running portal: where it listens, its accounts, its clock."""

    url: str
    folder: Path
    secrets: dict[str, str]
    smtp: Peer

    @property
    def passwords(self) -> dict[str, str]:
        return {row["login"]: row["password"] for row in json.loads((self.folder / "demo-accounts.json").read_text())}

    @property
    def kiosk_link(self) -> str:
        found = re.search(r"/kiosk/enrol/\d+", (self.folder / "welcome.txt").read_text())
        assert found
        return self.url + found[0]

    @property
    def clock_file(self) -> Path:
        return self.folder / "clock"

    def move_clock(self, by: timedelta) -> None:
        self.clock_file.write_text(str(float(self.clock_file.read_text()) + by.total_seconds()))

    def code_of(self, login: str) -> str:
        moved = timedelta(seconds=float(self.clock_file.read_text()))
        return pyotp.TOTP(self.secrets[login]).at(clock.now() + moved)

    def mail(self, address: str, *words: str) -> Any:
        """Wait until the mail server has accepted a mail with these words for that address."""

        def arrived() -> Any:
            return next((mail for mail in self.smtp.to(address) if all(word in _text(mail) for word in words)), None)

        try:
            return until(arrived, "no such mail", 60)
        except AssertionError:
            subjects = [str(mail["Subject"]) for mail in self.smtp.to(address)]
            raise AssertionError(f"no mail {words} for {address}, only {subjects}") from None


def _text(mail: Any) -> str:
    body = mail.get_body(("plain",))
    return f"{mail['Subject']}\n{body.get_content() if body else ''}"


@pytest.fixture
def estate(run_dir: Path) -> Iterator[Estate]:
    folder, port = run_dir / "promise", free_port()
    folder.mkdir()
    (folder / "clock").write_text("0")
    with servers.smtp_peer() as peer:
        settings = {
            "PORT": str(port),
            "DATA_DIR": str(folder),
            "CLOCK_FILE": str(folder / "clock"),
            "SMTP_URL": peer.url,
        }
        environ = {
            name: value for name, value in os.environ.items() if name not in ("REDIS_URL", "DATABASE_URL", "PUBLIC_URL")
        }
        log = (folder / "log").open("w")
        process = subprocess.Popen(
            [sys.executable, "-m", "jobs.supervisor"], cwd=ROOT, env=environ | settings, stdout=log, stderr=log
        )
        url = f"http://127.0.0.1:{port}"
        try:
            until(lambda: _healthy(url), "the portal did not start", 90)
            told = subprocess.run(
                [sys.executable, "-c", SECRETS],
                cwd=ROOT,
                env=environ | settings,
                capture_output=True,
                text=True,
                check=True,
            )
            yield Estate(url, folder, json.loads(told.stdout), peer)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)
            log.close()


def _healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def open_window(browser: Browser, **settings: Any) -> Page:
    page = browser.new_context(**settings).new_page()
    page.set_default_timeout(15_000)
    return page


def press(page: Page, name: str | re.Pattern[str]) -> None:
    """Press what carries that name, be it a button, a link or a choice."""
    target = page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name)).first
    target.click()


def type_on_pad(page: Page, question: str, digits: str) -> None:
    """Once that question stands on the screen."""
    expect(page.locator("main")).to_contain_text(question)
    pad = page.locator("[data-pad]").first
    for digit in digits:
        pad.get_by_role("button", name=digit, exact=True).click()


def sign_in(page: Page, estate: Estate, login: str) -> None:
    page.goto(estate.url + "/sign-in")
    page.get_by_label("账号").fill(login)
    page.get_by_label("密码").fill(estate.passwords[login])
    press(page, "下一步")
    page.get_by_label("动态验证码").fill(estate.code_of(login))
    press(page, "登录")
    expect(page).to_have_url(re.compile("/desk/"))


def enrol(page: Page, estate: Estate) -> None:
    page.goto(estate.kiosk_link)
    page.locator("main button").first.click()
    expect(page.get_by_role("link", name="访客登记")).to_be_visible()


def register_visitor(page: Page) -> None:
    """VIS-1: kind, room, phone, purpose; the household is asked."""
    press(page, "访客登记")
    press(page, re.compile("走亲访友"))
    page.locator("label.choice", has_text="3 栋").click()
    type_on_pad(page, "哪一户", "1204")
    press(page, "下一步")
    type_on_pad(page, "手机号码", "13712345678")
    press(page, "下一步")
    press(page, "看望亲友")
    expect(page.get_by_role("heading", name=re.compile("请稍等确认|请进"))).to_be_visible()


def report_leak(page: Page) -> tuple[str, str]:
    """CASE-1, REP-1: a burst pipe at home, by touch. Returns the case's number and the receipt code."""
    page.goto(page.url.split("/kiosk/")[0] + "/kiosk/")
    press(page, re.compile("^报修"))
    press(page, re.compile("我家里|家里|我家"))
    type_on_pad(page, "房号", "3栋1204")
    press(page, "下一步")
    press(page, re.compile("水管爆裂"))
    expect(page.locator("[data-keyboard]")).to_be_visible()
    press(page, re.compile("下一步"))
    type_on_pad(page, "电话", "13712345678")
    press(page, "下一步")
    press(page, re.compile("下一步"))
    press(page, "对，提交")
    heading = page.get_by_role("heading", name=re.compile("已收到，单号"))
    number = re.search(r"B-\d+", heading.inner_text())
    assert number
    expect(page.locator(".promised")).to_contain_text("前")
    return number[0], re.sub(r"\D", "", page.locator("dl.code dd").first.inner_text())


def test_from_the_kiosk_to_a_kept_promise(estate: Estate, browser: Browser, tmp_path: Path) -> None:
    """CASE-1, CASE-2, CASE-4, REP-1, REP-3, REP-4, VIS-1: the whole loop with a broken promise on the way."""
    kiosk = open_window(browser, viewport=PORTRAIT, has_touch=True)
    desk = open_window(browser, viewport={"width": 1366, "height": 768})
    phone = open_window(browser, viewport={"width": 360, "height": 740})
    enrol(kiosk, estate)
    register_visitor(kiosk)
    sign_in(desk, estate, "linxiao")
    number, _code = report_leak(kiosk)
    take(desk, number)
    estate.mail("heshifu@yinghou.example", "派给您", number)
    nobody_goes(estate, desk, number)
    repair(desk, phone)
    confirm_by_link(estate, phone)
    follow_up_and_close(desk)
    assert_in_the_ledger(estate, desk, number, tmp_path / "ledger.xlsx")
    assert_numbers_are_sealed(estate)


def take(desk: Page, number: str) -> None:
    """The case stands on the desk within seconds, without touching the desk; taken and assigned."""
    row = desk.get_by_role("row", name=re.compile(number))
    expect(row).to_be_visible(timeout=15_000)
    row.get_by_role("link", name=number).click()
    press(desk, re.compile("我来首问"))
    choose_handler(desk, "何师傅")


def nobody_goes(estate: Estate, desk: Page, number: str) -> None:
    """The reminder, the break, the escalation (CASE-2); then the case stands among the broken ones."""
    estate.move_clock(timedelta(hours=2, minutes=10))
    estate.mail("heshifu@yinghou.example", "时间过半", number, "到场")
    estate.move_clock(timedelta(hours=2))
    estate.mail("zhoumin@yinghou.example", "承诺超时", number, "到场")
    estate.move_clock(timedelta(hours=1, minutes=10))
    estate.mail("gaozhuren@yinghou.example", "请主任过问", number, "到场")
    desk.goto(estate.url + "/desk/")
    broken = desk.locator("tr.broken", has_text=number)
    expect(broken).to_contain_text("迟")
    broken.get_by_role("link", name=number).click()


def repair(desk: Page, phone: Page) -> None:
    """On site at last, a plan, the owner's agreement by link, the work (REP-3)."""
    press(desk, re.compile("到场了"))
    case = desk.url
    desk.get_by_label(re.compile("方案")).first.fill("更换进水软管，约半小时，材料 45 元")
    press(desk, re.compile("记下方案"))
    expect(desk.get_by_text("方案已经告诉业主")).to_be_visible()
    phone.goto(receipt_link(desk))
    subscribe(phone)
    press(phone, "同意，请开工")
    expect(phone.get_by_text("已记下您的同意")).to_be_visible()
    desk.goto(case)
    press(desk, re.compile("^开工"))
    desk.get_by_label(re.compile("结果")).first.fill("已更换软管，试水半小时不漏")
    press(desk, re.compile("办完了"))


def confirm_by_link(estate: Estate, phone: Page) -> None:
    """Opening the link asks; only the button records."""
    told = estate.mail(CUSTOMER, "已办完，请您确认")
    phone.goto(re.search(r"http://\S+/r/[\w-]+", _text(told))[0])  # type: ignore[index]
    press(phone, "解决了，我确认")
    expect(phone.get_by_text("谢谢，已记下：您确认解决了。")).to_be_visible()


def follow_up_and_close(desk: Page) -> None:
    """Every customer is called (REP-4)."""
    desk.reload()
    desk.locator("label.choice", has_text="联系上了").first.click()
    desk.locator("label.choice", has_text="很满意").first.click()
    press(desk, re.compile("记下回访"))
    press(desk, re.compile("^结案"))
    expect(desk.get_by_text("客户已确认").first).to_be_visible()


def assert_in_the_ledger(estate: Estate, desk: Page, number: str, path: Path) -> None:
    desk.goto(estate.url + "/cases/ledger")
    with desk.expect_download() as loading:
        press(desk, "下载表格")
    loading.value.save_as(path)
    cells = [str(cell.value) for line in openpyxl.load_workbook(path).active.iter_rows() for cell in line]
    assert number in cells
    assert not any("13712345678" in cell for cell in cells)


def choose_handler(desk: Page, name: str) -> None:
    choice = desk.get_by_label(re.compile("^同事")).first
    choice.select_option(value=choice.locator("option", has_text=name).get_attribute("value"))
    press(desk, re.compile("派工"))


def receipt_link(desk: Page) -> str:
    """A receipt printed again at the desk carries the link."""
    press(desk, "重出回执")
    link = desk.get_by_role("link", name="打开回执").get_attribute("href")
    desk.go_back()
    assert link
    return link


def subscribe(phone: Page) -> None:
    phone.get_by_text("有进展发邮件给我").first.click()
    phone.get_by_label(re.compile("邮箱")).fill(CUSTOMER)
    phone.locator("button", has_text="有进展发邮件给我").click()
    expect(phone.get_by_text("有进展会发到这个邮箱。")).to_be_visible()


def assert_numbers_are_sealed(estate: Estate) -> None:
    """Phone numbers do not stand in the database file in the clear (trust: personal data)."""
    raw = (estate.folder / "portal.db").read_bytes() + (estate.folder / "portal.db-wal").read_bytes()
    connection = sqlite3.connect(estate.folder / "portal.db")
    (count,) = connection.execute("SELECT count(*) FROM person_phone").fetchone()
    connection.close()
    assert count > 100
    assert not re.search(rb"139\d{8}|13712345678", raw)
