"""The kiosk's screens. Every view is marked `kiosk` (an enrolled device) but for enrolment itself."""

from importlib import import_module
from pkgutil import iter_modules

from flask import Blueprint

area = Blueprint("kiosk", __name__)

for module in iter_modules(__path__):
    import_module(f"{__name__}.{module.name}")
