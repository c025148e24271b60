"""What no template may hold under the strict Content-Security-Policy, and what every form must."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
PAGES = sorted(path for path in TEMPLATES.rglob("*.html") if "email" not in path.relative_to(TEMPLATES).parts)
LONGEST = 150
FORBIDDEN = {
    "a style attribute": r"<[^>]*\sstyle\s*=",
    "a style element": r"<style\b",
    "a script in the page": r"<script(?![^>]*\ssrc=)",
    "an event handler": r"<[^>]*\son[a-z]+\s*=",
    "an htmx handler": r"\shx-on[:-]",
    "a javascript address": r"javascript:",
}


def name(path: Path) -> str:
    return str(path.relative_to(TEMPLATES))


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_nothing_stands_inline(path: Path) -> None:
    text = re.sub(r"{#.*?#}", "", path.read_text(), flags=re.S)
    assert [what for what, pattern in FORBIDDEN.items() if re.search(pattern, text, re.I)] == []


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_every_form_that_posts_carries_the_token(path: Path) -> None:
    bare = [
        form[:120]
        for form in re.findall(r"<form\b.*?</form>", path.read_text(), re.S)
        if re.search(r'method="post"', form, re.I) and not re.search(r"csrf_token|hidden\(", form)
    ]
    assert bare == []


def test_templates_stay_short() -> None:
    long = {name(path): len(path.read_text().splitlines()) for path in PAGES}
    assert {page: lines for page, lines in long.items() if lines > LONGEST} == {}


def test_every_icon_that_is_asked_for_is_drawn() -> None:
    drawn = set(re.findall(r'^  "([a-z-]+)": \'<', (TEMPLATES / "macros" / "icon.html").read_text(), re.M))
    asked: dict[str, str] = {}
    for path in PAGES:
        text = path.read_text()
        for pattern in (
            r'\b(?:icon|picture)\("([^"]+)"\)',
            r'\btile\([^"]*"(?:[^"]*", ?"([a-z-]+)")',
            r'picture="([^"]+)"',
        ):
            asked |= dict.fromkeys(filter(None, re.findall(pattern, text)), name(path))
    assert {icon: page for icon, page in asked.items() if icon not in drawn} == {}
    assert {"visitor", "repair", "complaint", "enquiry", "progress", "notice"} <= drawn
