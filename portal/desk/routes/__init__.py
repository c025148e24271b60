"""Pages of the desk itself: readiness, hours, calls from the kiosks."""

from importlib import import_module
from pkgutil import iter_modules

from flask import Blueprint

area = Blueprint("desk", __name__)

for module in iter_modules(__path__):
    import_module(f"{__name__}.{module.name}")
