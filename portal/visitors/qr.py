"""A QR code as part of the page: an SVG without style, which the page's security policy lets through."""

import segno
from markupsafe import Markup


def drawn(text: str) -> Markup:
    """The code of `text`, as large as its place in the page allows."""
    picture = segno.make(text, error="m", micro=False)
    return Markup(  # noqa: S704 - drawn by segno from modules alone
        picture.svg_inline(border=2, omitsize=True, svgclass="qr", lineclass=None, dark="#1f2a2e", light="#ffffff")
    )
