"""A test client that reads every page as a careful visitor would: title, ids, form targets, safe headers."""

import contextvars
from collections import Counter
from datetime import timedelta
from typing import Any

from bs4 import BeautifulSoup
from flask import has_app_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal import clock
from portal.db import db
from portal.people.models import Community, KioskDevice, SignIn, User
from portal.secret import new_token, token_hash


class Client(FlaskClient):
    """Requests run in a context of their own, as in production: with their own session and transaction.
    What the test had changed is committed before, and read afresh after."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        if not has_app_context():  # a redirect being followed: already in the request's own context
            return super().open(*args, **kwargs)
        db.session.commit()
        response: TestResponse = contextvars.Context().run(super().open, *args, **kwargs)
        db.session.expire_all()
        return response

    def sign_in(self, user: User, community: Community | None = None) -> None:
        """Put a live session into this client, as signing in does."""
        token, now = new_token(), clock.now()
        place = community or db.session.get(Community, user.grants[0].community_id) if user.grants else community
        if place is None:
            place = db.session.query(Community).order_by(Community.id).first()
        db.session.add(
            SignIn(
                user_id=user.id,
                community_id=place.id if place else None,
                token_hash=token_hash(token),
                made_at=now,
                ends_at=now + timedelta(hours=12),
            )
        )
        db.session.commit()
        with self.session_transaction() as session:
            session["sign_in"] = token

    def enrol(self, community: Community, place: str = "1 栋大堂") -> None:
        """Make this client an enrolled kiosk."""
        token = new_token()
        db.session.add(
            KioskDevice(community_id=community.id, place=place, token_hash=token_hash(token), enrolled_at=clock.now())
        )
        db.session.commit()
        self.set_cookie(self.application.config["KIOSK_COOKIE_NAME"], token)

    def page(self, url: str, status: int = 200, **kwargs: Any) -> BeautifulSoup:
        """GET the page and read it."""
        return read(self.get(url, **kwargs), status)

    def submit(self, url: str, data: dict[str, Any] | None = None, status: int = 200, **kwargs: Any) -> BeautifulSoup:
        """POST the form as a browser does: with the token of the page, and on to where it leads."""
        kwargs.setdefault("follow_redirects", True)
        return read(self.send(url, data, **kwargs), status)

    def send(self, url: str, data: dict[str, Any] | None = None, **kwargs: Any) -> TestResponse:
        """POST with a valid token; returns the plain answer."""
        return self.post(url, data={"csrf_token": self.csrf_token(), **(data or {})}, **kwargs)

    def csrf_token(self) -> str:
        from flask_wtf.csrf import generate_csrf

        def make() -> str:
            with self.application.test_request_context(), self.session_transaction() as session:
                from flask import g
                from flask import session as request_session

                request_session.update(session)
                token = generate_csrf()
                session["csrf_token"] = request_session["csrf_token"]
                g.pop("csrf_token", None)
                return token

        return contextvars.Context().run(make)


def read(response: TestResponse, status: int = 200) -> BeautifulSoup:
    """Parse the answer and hold it to what every page must be."""
    assert response.status_code == status, f"{response.request.path}: {response.status}\n{response.text[:2000]}"
    page = BeautifulSoup(response.text, "html.parser")
    repeated = [name for name, count in Counter(tag["id"] for tag in page.select("[id]")).items() if count > 1]
    assert not repeated, f"{response.request.path}: ids used twice: {repeated}"
    if page.html:
        assert page.title and page.title.get_text(strip=True), f"{response.request.path}: no title"
        assert page.html.get("lang"), f"{response.request.path}: no language"
    for form in page.select("form"):
        assert form.get("action") is not None or form.get("hx-post"), f"{response.request.path}: a form without action"
        if form.get("method", "get").lower() == "post":
            assert form.select_one("[name=csrf_token]"), f"{response.request.path}: a form without csrf_token"
    assert response.headers["Content-Security-Policy"], response.request.path
    return page
