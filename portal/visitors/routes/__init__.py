"""Pages of visits: the kiosk's, the household's, the visitor's pass, the guard's desk."""

from importlib import import_module
from pkgutil import iter_modules

from flask import Blueprint

area = Blueprint("visitors", __name__)

for module in iter_modules(__path__):
    import_module(f"{__name__}.{module.name}")
