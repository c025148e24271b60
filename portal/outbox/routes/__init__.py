"""Pages of the outbox: what the portal tells staff, and the monitor of what goes out."""

from importlib import import_module
from pkgutil import iter_modules

from flask import Blueprint

area = Blueprint("outbox", __name__)

for module in iter_modules(__path__):
    import_module(f"{__name__}.{module.name}")
