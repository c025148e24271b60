"""Pages of notices: what staff write, and the board that everybody reads."""

from importlib import import_module
from pkgutil import iter_modules

from flask import Blueprint

from portal.notices.forms import CATEGORIES, MATTERS, PICTURES, STATES

area = Blueprint("notices", __name__)


@area.context_processor
def words() -> dict[str, object]:
    return {"CATEGORIES": CATEGORIES, "STATES": STATES, "MATTERS": MATTERS, "PICTURES": PICTURES}


for module in iter_modules(__path__):
    import_module(f"{__name__}.{module.name}")
