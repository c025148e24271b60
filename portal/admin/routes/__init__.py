"""The area's blueprint; each file beside this one adds its routes to it."""

from flask import Blueprint

area = Blueprint("admin", __name__)

from portal.admin.routes import health, mailbox  # noqa: E402, F401  # they need `area`
