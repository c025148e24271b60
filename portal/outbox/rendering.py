"""Words: a template's folder rendered in one language, with placeholders for what differs from recipient to recipient.

A message is rendered once per language, not once per recipient. Where a template says `{{ recipient.name }}` the
rendered text keeps a mark, and the sender fills it in. Marks are private-use characters, which nobody types.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from flask_babel import force_locale
from jinja2 import TemplateNotFound
from markupsafe import escape

from portal import web

OPEN, CLOSE = "\ue000", "\ue001"
BLANK = re.compile(r"\n\s*\n")
MARK = re.compile(f"{OPEN}([a-z_]+){CLOSE}")


@dataclass(frozen=True)
class Words:
    """A rendered message: `subject` is one line, `html` is missing where the template has no HTML."""

    subject: str
    text: str
    html: str | None

    @property
    def same_for_all(self) -> bool:
        return not any(MARK.search(part) for part in (self.subject, self.text, self.html or ""))

    def filled(self, fields: Mapping[str, str]) -> "Words":
        """The words for one recipient. A field that the recipient does not have is left blank."""

        def plain(mark: re.Match[str]) -> str:
            return fields.get(mark[1], "")

        return Words(
            _one_line(MARK.sub(plain, self.subject)),
            MARK.sub(plain, self.text),
            self.html and MARK.sub(lambda mark: str(escape(plain(mark))), self.html),
        )


class _Recipient:
    """Answers every field with its mark."""

    def __getattr__(self, field: str) -> str:
        return f"{OPEN}{field}{CLOSE}"


def render(template: str, language: str, community: Any, data: Mapping[str, Any]) -> Words:
    """Render templates/email/<template>/ in `language`. The templates see `data` and: `recipient`, `estate` (the
    community's name), `community`, `language`, `link(endpoint, …)` for a full address, `say(instant)`."""
    context = {
        **data,
        "recipient": _Recipient(),
        "community": community,
        "estate": community.called(language),
        "language": language,
        "link": link,
        "say": web.say,
    }
    with force_locale(language):
        return Words(
            _one_line(_part(f"{template}/subject.txt", context) or ""),
            _tidy(_part(f"{template}/body.txt", context) or ""),
            _part(f"{template}/body.html", context),
        )


def link(endpoint: str, **values: Any) -> str:
    """The full address of a page as people outside reach it (PUBLIC_URL)."""
    public = urlsplit(current_app.config["PUBLIC_URL"])
    urls = current_app.url_map.bind(public.netloc, script_name=public.path or "/", url_scheme=public.scheme)
    return urls.build(endpoint, values, force_external=True)


def _part(name: str, context: Mapping[str, Any]) -> str | None:
    """Rendered without the pages' context processors: a message is not a page and must not depend on a request."""
    try:
        template = current_app.jinja_env.get_template(f"email/{name}")
    except TemplateNotFound as missing:
        if missing.name == f"email/{name}" and name.endswith(".html"):
            return None
        raise
    return template.render(context)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _tidy(text: str) -> str:
    """Without the blank lines that a template's own layout leaves behind."""
    return BLANK.sub("\n\n", text).strip() + "\n"
