"""What every page shares: htmx answers, safe headers, languages, the words for a time."""

import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

from flask import Flask, Response, abort, current_app, redirect, render_template, request, session, url_for
from flask_babel import Babel, format_date, get_locale, gettext
from flask_compress import Compress
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import CSRFError, CSRFProtect
from htmx_flask import Htmx, make_response
from markupsafe import Markup, escape
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter as AnyInteger
from werkzeug.routing import Map, RequestRedirect
from werkzeug.wrappers import Response as BaseResponse

from portal import clock

LANGUAGES = {"zh": "中文", "en": "English"}
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
SAFE_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}

LARGEST_ID = 2**31 - 1

babel = Babel()
compress = Compress()
csrf = CSRFProtect()
htmx = Htmx()
limiter = Limiter(get_remote_address, strategy="moving-window")


class IntegerConverter(AnyInteger):
    """A number in an address that a row can have: a longer one is not found, rather than an error of the database."""

    def __init__(self, map: Map, *args: Any, **kwargs: Any) -> None:  # noqa: A002 - werkzeug's name
        kwargs.setdefault("max", LARGEST_ID)
        super().__init__(map, *args, **kwargs)


class Portal(Flask):
    """Flask, but for a few words."""

    def log_exception(self, exc_info: Any) -> None:
        """The trace under the view's name: the address may hold the token of somebody's link."""
        self.logger.error("error in %s [%s]", request.endpoint, request.method, exc_info=exc_info)


def prepare(app: Flask) -> None:
    """What must stand before the first route."""
    app.url_map.converters["int"] = IntegerConverter


def init_app(app: Flask) -> None:
    if app.config["PROXIES"]:  # what they say of address and scheme; the host is PUBLIC_URL's
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=app.config["PROXIES"], x_proto=app.config["PROXIES"], x_host=0
        )
    app.before_request(_refuse_nul)
    app.config.setdefault("RATELIMIT_STORAGE_URI", "redis://")
    app.config.setdefault("RATELIMIT_STORAGE_OPTIONS", {"connection_pool": app.extensions["redis"].connection_pool})
    app.config.setdefault("RATELIMIT_IN_MEMORY_FALLBACK_ENABLED", True)
    app.config["COMPRESS_MIMETYPES"] = ["text/css", "text/javascript", "image/svg+xml"]  # no page with a secret in it
    app.config["COMPRESS_STREAMING_ENDPOINT_CONDITIONAL"] = ["static", "front_end.file"]
    babel.init_app(app, locale_selector=language, default_translation_directories="translations")
    compress.init_app(app)
    csrf.init_app(app)
    htmx.init_app(app)
    limiter.init_app(app)
    app.after_request(_headers)
    app.register_error_handler(HTTPException, _error_page)
    app.jinja_env.filters.update(moment=moment, exact=exact, late=late, span=span, clock_time=clock_time, device=device)
    app.jinja_env.globals.update(LANGUAGES=LANGUAGES, language=language, get_locale=get_locale, now=clock.now)


def language() -> str:
    """zh or en: chosen on any screen, kept in the session."""
    chosen = session.get("language") if request else None
    return chosen if chosen in LANGUAGES else "zh"


def is_fragment() -> bool:
    """Whether htmx asks for a part of a page (not for a history restore or a boosted page)."""
    return bool(request.headers.get("HX-Request")) and not request.headers.get("HX-History-Restore-Request")


def answer(page: str, fragment: str, status: int = 200, **context: Any) -> Response:
    """The fragment to htmx, the whole page to everyone else; both under one URL, so caches are told."""
    response = make_response(render_template(fragment if is_fragment() else page, **context), status)
    response.vary.add("HX-Request")
    return response


def go(endpoint: str, **values: Any) -> BaseResponse:
    """On to another page: a redirect, or for htmx the header that makes the browser go there."""
    return go_to(url_for(endpoint, **values))


def go_to(url: str) -> BaseResponse:
    safe = quote(url, safe="/:?#[]@!$&'()*+,;=%~")
    return make_response("", 204, redirect=safe) if is_fragment() else redirect(safe, 303)


def inside(url: str | None, fallback: str) -> str:
    """A `next` address if it stays on this site, else the fallback."""
    parts = urlsplit(url or "")
    return url if url and not parts.scheme and not parts.netloc and re.match(r"/(?![/\\])", url) else fallback


def readable(url: str) -> str:
    """The address, or the nearest above it that can be opened: a form that came back with errors stands under an
    address that only takes posts."""
    routes, path = current_app.url_map.bind(""), urlsplit(url).path
    while path != "/":
        try:
            routes.match(path, method="GET")
        except RequestRedirect:
            return url
        except HTTPException:
            url = path = path.rstrip("/").rpartition("/")[0] or "/"
        else:
            return url
    return path


def row_id(text: str) -> int:
    """For `request.args.get(…, type=row_id)`: the number of a row; ValueError for one that no row can have."""
    number = int(text)
    if not 0 < number <= LARGEST_ID:
        raise ValueError("no row has this number")
    return number


def unchanged(seen: str) -> Response | None:
    """204 for a live page's poll `?seen=<version>` when nothing is new."""
    return Response(status=204) if request.args.get("seen") == seen else None


def moment(instant: datetime | None) -> Markup:
    """A time as people say it (今天 18:00, 周三 09:30, 11月25日 18:00), exact on hover."""
    if instant is None:
        return Markup("—")
    words = f"{_day(instant)} {clock.local(instant):%H:%M}"
    return Markup('<time datetime="{}" title="{}">{}</time>').format(instant.isoformat(), exact(instant), words)


def say(instant: datetime) -> str:
    """The same words as `moment`, as plain text for messages."""
    return f"{_day(instant)} {clock.local(instant):%H:%M}"


def exact(instant: datetime | None) -> str:
    return f"{clock.local(instant):%Y-%m-%d %H:%M}" if instant else "—"


def clock_time(instant: datetime) -> str:
    return f"{clock.local(instant):%H:%M}"


def _day(instant: datetime) -> str:
    day, today = clock.local(instant).date(), clock.local(clock.now()).date()
    near = {0: gettext("今天"), 1: gettext("明天"), -1: gettext("昨天")}.get((day - today).days)
    if near:
        return near
    weekdays = [gettext(name) for name in ("周一", "周二", "周三", "周四", "周五", "周六", "周日")]
    monday = today - timedelta(days=today.weekday())
    if 0 <= (day - monday).days < 7:
        return weekdays[day.weekday()]
    date = format_date(day, gettext("M月d日"))
    return date if day.year == today.year else f"{day.year}-{day.month:02}-{day.day:02}"


def span(length: timedelta) -> str:
    """A length of time, short: 0:24, 1:12; from two days on in days."""
    minutes = int(abs(length).total_seconds() // 60)
    if minutes >= 2 * 24 * 60:
        return gettext("%(days)s 天", days=minutes // (24 * 60))
    return f"{minutes // 60}:{minutes % 60:02}"


def device(agent: str) -> str:
    """What a browser calls itself, in words people know: Edge · Windows; the whole text where it is none of these."""
    browsers = (
        ("MicroMessenger", "WeChat"),
        ("Edg", "Edge"),
        ("Firefox", "Firefox"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    )
    systems = ("Windows", "Android", "iPhone", "iPad", "Mac OS", "Linux")
    browser = next((name for mark, name in browsers if mark in agent), None)
    system = next((name for name in systems if name in agent), None)
    return f"{browser} · {system}" if browser and system else agent


def late(due: datetime, at: datetime | None = None) -> timedelta:
    """How far past due; negative before."""
    return (at or clock.now()) - due


def _refuse_nul() -> None:
    """No text of ours has a zero byte, and PostgreSQL would answer one with an error."""
    typed = (request.path, *request.args.values(), *request.form.values())
    if any("\0" in text for text in typed):
        abort(400, gettext("请返回上一页再试。"))


def _headers(response: Response) -> Response:
    for name, value in SAFE_HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static" and not (request.endpoint or "").startswith("front_end"):
        response.headers["Cache-Control"] = "no-store"  # photos and exports too, whatever send_file says
    return response


def _error_page(error: HTTPException) -> Response | HTTPException:
    if error.code is None or error.code < 400:
        return error
    if isinstance(error, CSRFError):
        error = HTTPException(gettext("这一页放得太久了，请返回上一页刷新后再试。"), None)
        error.code = 400
    response = make_response(render_template("errors/error.html", error=error), error.code)
    retry = getattr(error, "retry_after", None)
    if retry:
        response.headers["Retry-After"] = str(escape(retry))
    return response
