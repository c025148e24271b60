"""The tokens' colours in every scheme: text against what it stands on, edges against their ground (WCAG 2.2 AA)."""

import re
from functools import cache
from pathlib import Path

import pytest

CSS = Path(__file__).resolve().parents[2] / "portal" / "static" / "yinghou.css"
TEXT, EDGE = 4.5, 3.0
PAIRS = [
    *[(ink, ground, TEXT) for ink in ("ink", "ink-2", "ink-3") for ground in ("paper", "card")],
    *[("ink", ground, TEXT) for ground in ("celadon-mist", "vermilion-mist", "amber-mist")],
    *[("ink-2", ground, TEXT) for ground in ("celadon-mist", "amber-mist", "vermilion-mist")],
    *[("celadon", ground, TEXT) for ground in ("paper", "card", "celadon-mist")],
    *[("vermilion", ground, TEXT) for ground in ("paper", "card", "vermilion-mist")],
    ("celadon-deep", "celadon-mist", TEXT),
    ("celadon-deep", "paper", TEXT),
    ("amber", "amber-mist", TEXT),
    ("on-celadon", "celadon", TEXT),
    ("on-celadon", "celadon-deep", TEXT),
    ("on-celadon-2", "celadon", TEXT),
    ("on-vermilion", "vermilion", TEXT),
    ("edge", "card", EDGE),
    ("edge", "paper", EDGE),
    ("celadon", "paper", EDGE),
]


@cache
def schemes() -> dict[str, dict[str, str]]:
    """Token → colour: by day (kiosk, telephone and desk alike), and the desk by night."""
    css = CSS.read_text()
    light = _tokens(css[css.index(":root {") : css.index("[data-mode=desk]", css.index(":root {"))])
    start = css.index("prefers-color-scheme: dark")
    return {"light": light, "dark": light | _tokens(css[start : css.index("} }", start)])}


def _tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{3,6})\b", block))


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_formula_is_the_one_of_wcag() -> None:
    assert ratio("#000", "#ffffff") == pytest.approx(21)
    assert ratio("#777777", "#fff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_pair_of_colours_can_be_read(scheme: str) -> None:
    colours = schemes()[scheme]
    weak = {
        f"{front} on {back}": round(ratio(colours[front], colours[back]), 2)
        for front, back, least in PAIRS
        if ratio(colours[front], colours[back]) < least
    }
    assert not weak


def test_the_night_scheme_changes_every_colour_that_carries_text() -> None:
    day, night = schemes()["light"], schemes()["dark"]
    same = {
        name for name in ("paper", "card", "ink", "ink-2", "celadon", "vermilion", "amber") if day[name] == night[name]
    }
    assert not same


@pytest.mark.parametrize(
    ("mode", "tap", "points"), [("kiosk", 44, 18), ("elder", 80, 24), ("phone", 44, 12), ("desk", 32, 11)]
)
def test_targets_and_letters_are_large_enough(mode: str, tap: int, points: float) -> None:
    """Trust: at the kiosk body text of 18 pt and more, in large print 24; targets of 60 pt (80 px) there."""
    found = re.search(rf"\[data-mode={mode}\] {{ --tap: (\d+)px;.*? --zoom: ([\d.]+);", CSS.read_text())
    assert found
    assert int(found[1]) >= tap
    assert float(found[2]) * 16 * 0.75 >= points
