"""The kiosk's screens. Every view is marked `kiosk` (an enrolled device) but for enrolment itself."""

from importlib import import_module
from pkgutil import iter_modules

from flask import Blueprint, request

from portal.people.guard import KIOSK_COOKIE
from portal.secret import token_hash

area = Blueprint("kiosk", __name__)


def device_key() -> str:
    """By which guesses are counted: the device, whatever its address."""
    return token_hash(request.cookies.get(KIOSK_COOKIE, ""))


for module in iter_modules(__path__):
    import_module(f"{__name__}.{module.name}")
