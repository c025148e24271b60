"""Pages of standards: the register, one standard, the public list, the working calendar, changed clocks."""

from importlib import import_module
from pkgutil import iter_modules

from flask import Blueprint

from portal.standards.words import CLOCKS, VERBS, amount_words

area = Blueprint("standards", __name__)


@area.context_processor
def words() -> dict[str, object]:
    return {"CLOCKS": CLOCKS, "VERBS": VERBS, "amount_words": amount_words}


for module in iter_modules(__path__):
    import_module(f"{__name__}.{module.name}")
