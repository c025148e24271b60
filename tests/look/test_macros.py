"""Fields say what they are, what was wrong, and to whom; chips say where a promise stands."""

from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask, g, render_template_string
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, StringField, validators

from portal import clock
from portal.standards.models import Promise


class Room(FlaskForm):
    kind = RadioField(
        "哪一类？", choices=[("water", "漏水"), ("power", "停电")], validators=[validators.InputRequired()]
    )
    room = StringField("房号", validators=[validators.InputRequired("请填房号")])
    place = StringField("位置", description="在哪里")
    agree = BooleanField("我同意")


def draw(app: Flask, source: str, **context: Any) -> BeautifulSoup:
    macros = (
        '{% from "macros/form.html" import field, choices, summary, hidden, post_button %}'
        '{% from "macros/promise.html" import chip %}'
        '{% from "macros/kiosk.html" import tile, steps, number_pad, phrases, next_button %}'
    )
    with app.test_request_context("/", method="POST", data={"room": ""}):
        g.kiosk = context.pop("kiosk", None)
        form = Room(meta={"csrf": False})
        form.validate()
        return BeautifulSoup(render_template_string(macros + source, form=form, **context), "html.parser")


def test_a_wrong_field_is_tied_to_its_hint_and_its_error(app: Flask) -> None:
    page = draw(app, '{{ field(form.room, hint="例：3 栋 1204") }}')
    box = page.select_one("input#room")
    assert box and box["aria-invalid"] == "true"
    assert str(box["aria-describedby"]).split() == ["room-hint", "room-error"]
    assert all(page.find(id=name) for name in str(box["aria-describedby"]).split())
    label = page.select_one("label[for=room]")
    error = page.select_one("#room-error")
    assert label and label.get_text(strip=True) == "房号"
    assert error and error.get_text(strip=True) == "请填房号"


def test_a_field_that_may_stay_empty_says_so_and_one_in_order_has_no_marks(app: Flask) -> None:
    page = draw(app, "{{ field(form.place) }}")
    box = page.select_one("input#place")
    label = page.select_one("label")
    assert box and "aria-invalid" not in box.attrs and box["aria-describedby"] == "place-hint"
    assert label and "选填" in label.get_text()


def test_the_kiosk_asks_the_browser_to_remember_nothing(app: Flask) -> None:
    box = draw(app, "{{ field(form.room) }}", kiosk=object()).select_one("input")
    assert box and box["autocomplete"] == "off"


def test_choices_are_a_group_with_a_name_and_nothing_is_ticked_beforehand(app: Flask) -> None:
    page = draw(app, "{{ choices(form.kind) }}{{ field(form.agree) }}")
    group = page.select_one("fieldset")
    legend = page.select_one("fieldset legend")
    assert group and legend and legend.get_text(strip=True) == "哪一类？"
    assert group["aria-describedby"] == "kind-error"
    assert [box["value"] for box in page.select("fieldset input[type=radio]")] == ["water", "power"]
    assert not page.select("[checked]")


def test_the_summary_leads_to_every_wrong_field(app: Flask) -> None:
    page = draw(app, "{{ summary(form) }}{{ choices(form.kind) }}{{ field(form.room) }}")
    links = [str(link["href"]) for link in page.select(".summary a")]
    assert links == ["#kind-0", "#room"]
    assert all(page.select_one(link) for link in links)


def test_a_button_that_posts_is_a_form_with_a_token(app: Flask) -> None:
    page = draw(app, '{{ post_button("/x", "收到", "primary", values={"a": 1}) }}')
    form = page.select_one("form[method=post][action='/x']")
    assert form and form.select_one("[name=csrf_token]") and form.select_one("button.primary")
    value = form.select_one("[name=a]")
    assert value and value["value"] == "1"


@pytest.mark.parametrize(
    ("minutes", "look", "words"),
    [(-72, "broken", "迟 1:12"), (24, "soon", "还有 0:24"), (90, "later", None), (3000, "calm", None)],
)
def test_a_chip_says_how_long_there_is(app: Flask, minutes: int, look: str, words: str | None) -> None:
    due = clock.now() + timedelta(minutes=minutes, seconds=20 if minutes > 0 else -20)
    promise = Promise(standard_key="CASE-6", due_at=due)
    chip = draw(app, "{{ chip(promise) }}", promise=promise).select_one("time.chip")
    assert chip and look in chip["class"] and chip["data-due"] == due.isoformat()
    assert words is None or chip.get_text() == words
    assert chip["title"]


def test_a_chip_of_a_kept_or_ended_promise_no_longer_counts(app: Flask) -> None:
    now = clock.now()
    late = Promise(
        standard_key="CASE-6", due_at=now - timedelta(hours=2), broken_at=now - timedelta(hours=2), kept_at=now
    )
    kept = Promise(standard_key="CASE-6", due_at=now + timedelta(hours=2), kept_at=now)
    ended = Promise(standard_key="CASE-6", due_at=now + timedelta(hours=2), ended_at=now, renewed=True)
    page = draw(app, "{% for p in them %}{{ chip(p) }}{% endfor %}", them=[late, kept, ended])
    assert [chip.get_text() for chip in page.select("time.chip")] == ["迟 2:00 办到", "已守约", "已改期"]
    assert not page.select("[data-due]")


def test_the_number_pad_is_made_of_real_buttons(app: Flask) -> None:
    page = draw(app, '{{ number_pad("room", key="栋") }}{{ phrases("room", ["漏水"]) }}{{ steps(2, 4) }}')
    keys = page.select("[data-pad=room] button[type=button]")
    assert [key.get("data-type", "←") for key in keys] == [*"123456789", "栋", "0", "←"]
    assert page.select_one("[data-phrase=漏水]")
    steps = page.select_one(".steps")
    assert steps and steps["aria-label"] == "第 2 步，共 4 步" and len(steps.select("i.on")) == 2
