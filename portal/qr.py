"""QR codes as inline SVG, for a screen and for paper."""

import io

import segno
from markupsafe import Markup


def svg(text: str, label: str = "") -> Markup:
    """The text as an SVG picture without inline style; `label` is what a screen reader says."""
    out = io.BytesIO()
    segno.make(text, error="m").save(
        out, kind="svg", xmldecl=False, svgns=True, border=2, omitsize=True, svgclass="qr", lineclass=None, title=label
    )
    return Markup(out.getvalue().decode())  # noqa: S704 - segno escapes what it is given
