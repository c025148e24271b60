"""How much our own files weigh on a first visit. A page has 60 KB; most is left to libraries and words."""

import gzip
import re
from pathlib import Path

STATIC = Path(__file__).resolve().parents[2] / "portal" / "static"
KB = 1024


def weight(*paths: Path) -> int:
    return sum(len(gzip.compress(path.read_bytes(), 6)) for path in paths)


def test_the_style_sheet_weighs_ten_kilobytes_at_the_most() -> None:
    assert weight(STATIC / "yinghou.css") <= 10 * KB


def test_all_scripts_together_weigh_nine_kilobytes_at_the_most() -> None:
    assert weight(*(STATIC / "js").glob("*.js")) <= 9 * KB


def test_the_style_sheet_fetches_nothing_and_marks_nothing_with_an_address() -> None:
    css = (STATIC / "yinghou.css").read_text()
    assert not re.search(r"url\(|@import|@font-face", css)
    assert css.count("{") == css.count("}")
    assert "prefers-reduced-motion" in css and "forced-colors" in css and "@media print" in css


def test_scripts_keep_nothing_about_people() -> None:
    """Trust: a kiosk has nothing in storage; at the desk two switches of the person's own, no more."""
    for path in (STATIC / "js").glob("*.js"):
        text = re.sub(r"(local|session)Storage\.clear\(\)", "", path.read_text())
        assert not re.search(r"sessionStorage|indexedDB|document\.cookie|\beval\(|innerHTML", text), path.name
        if path.name not in ("shortcuts.js", "ring.js"):
            assert "localStorage" not in text, path.name
