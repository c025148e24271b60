"""The frames that all pages stand in: who sees which menu, what stands at a kiosk's foot, what an error says."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask, g, render_template_string

from portal.people.models import SignIn
from tests.cast import Cast
from tests.client import Client


def frame(app: Flask, cast: Cast, base: str, who: str | None = None) -> BeautifulSoup:
    with app.test_request_context("/"):
        g.sign_in = SignIn(user=cast[who], community=cast.community) if who else None
        return BeautifulSoup(render_template_string(f'{{% extends "{base}" %}}'), "html.parser")


def test_the_menu_shows_only_what_the_person_may_do(app: Flask, cast: Cast) -> None:
    for_receptionist = {
        link.get_text(strip=True) for link in frame(app, cast, "base.html", "receptionist").select(".menu li a")
    }
    for_administrator = {
        link.get_text(strip=True) for link in frame(app, cast, "base.html", "administrator").select(".menu li a")
    }
    assert {"账号", "终端"} <= for_administrator and "服务台" not in for_administrator
    assert not {"账号", "终端"} & for_receptionist


def test_every_menu_line_leads_to_a_page_that_exists(signed_in: Any) -> None:
    director: Client = signed_in("director")
    links = [str(link["href"]) for link in director.page("/account").select(".menu li a")]
    assert links
    assert {link: director.get(link).status_code for link in links} == dict.fromkeys(links, 200)


def test_the_top_names_the_place_the_person_and_the_way_out(app: Flask, cast: Cast) -> None:
    page = frame(app, cast, "base.html", "manager")
    top = page.select_one(".top")
    assert top and cast.community.name in top.get_text() and cast["manager"].name in top.get_text()
    assert top.select_one("form[action$='/sign-out'] [name=csrf_token]")
    assert page.select_one("a.skip[href='#main']") and page.select_one("main#main")


@pytest.mark.parametrize("base", ["base.html", "public_base.html", "kiosk_base.html"])
def test_a_frame_holds_with_nobody_signed_in(app: Flask, cast: Cast, base: str) -> None:
    page = frame(app, cast, base)
    assert page.title and page.title.get_text(strip=True)
    assert page.select_one("main#main")
    assert not page.select(".menu li a")


def test_an_error_says_what_to_do(client: Client) -> None:
    page = client.page("/nothing-is-here", 404)
    heading = page.select_one("h1")
    assert heading and heading.get_text() == "这里没有您要找的内容"
    assert page.select_one("main a.button[href='/']")


def test_scripts_and_styles_of_a_page_are_there(client: Client) -> None:
    page = client.page("/nothing-is-here", 404)
    files = [
        str(tag.get("src") or tag.get("href"))
        for tag in page.select("script[src], link[rel=stylesheet], link[rel=icon]")
    ]
    ours = [file for file in files if file.startswith("/static/")]
    assert len(ours) >= 4
    assert {file: client.get(file).status_code for file in ours} == dict.fromkeys(ours, 200)
