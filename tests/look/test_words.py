"""Times and devices as people say them, in both languages."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask_babel import force_locale

from portal import clock, web

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36"


@pytest.mark.parametrize(
    ("language", "form"), [("zh", r"^\d+月\d+日 \d\d:\d\d$"), ("en", r"^\d+ [A-Z][a-z]{2} \d\d:\d\d$")]
)
def test_a_day_of_another_week_is_said_with_its_month(app: Flask, language: str, form: str) -> None:
    now = clock.now()
    far = now + timedelta(days=20 if clock.local(now).month < 12 else -20)
    with app.test_request_context(), force_locale(language):
        assert re.match(form, web.say(far))


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (CHROME, "Chrome · Windows"),
        (CHROME + " Edg/130.0", "Edge · Windows"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/130.0 MicroMessenger/8.0", "WeChat · Android"),
        ("curl/8.5.0", "curl/8.5.0"),
    ],
)
def test_a_device_is_called_by_its_browser_and_system(agent: str, words: str) -> None:
    assert web.device(agent) == words
