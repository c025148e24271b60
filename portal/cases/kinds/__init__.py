"""The kinds of cases: every file of this folder declares one as KIND."""

import pkgutil
from importlib import import_module

from portal.cases.kind import Kind


def _found() -> dict[str, Kind]:
    kinds: list[Kind] = [import_module(f"{__name__}.{file.name}").KIND for file in pkgutil.iter_modules(__path__)]
    return {kind.key: kind for kind in sorted(kinds, key=lambda kind: (kind.position, kind.key))}


KINDS: dict[str, Kind] = _found()
