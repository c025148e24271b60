"""The import direction of the house: an area imports only what stands below it."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LAYERS = (
    {"access", "clock", "config", "db", "files", "front_end", "qr", "queue", "secret", "timeline", "web"},
    {"standards", "outbox"},
    {"people"},
    {"watch", "cases", "visitors", "notices", "knowledge", "desk"},
    {"kiosk", "committee", "admin"},
)
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}
# Rows of a lower area carry the rights by which they are found: these three may be used from below.
RIGHTS = {"portal.people.rights", "portal.people.models", "portal.people.queries"}
SOURCES = sorted((ROOT / "portal").rglob("*.py"))


def imports(path: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return found


def area(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[0] == "portal" else ""


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_downwards(path: Path) -> None:
    here = path.relative_to(ROOT / "portal").parts[0].removesuffix(".py")
    for module in imports(path):
        assert not module.startswith("jobs"), f"{path.name}: portal names a job by its path, it never imports it"
        there = area(module)
        if here == "__init__" or not there or there not in LEVEL:
            continue
        assert here in LEVEL, f"portal/{here}: say in LAYERS where it stands"
        if any(module == right or module.startswith(right + ".") for right in RIGHTS):
            continue
        assert LEVEL[there] <= LEVEL[here] or module == "portal.people", f"{path.name} imports upwards: {module}"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_areas_do_not_use_each_others_models(path: Path) -> None:
    """Domain areas call each other's verbs and reads; tables stay with their owner."""
    here = path.relative_to(ROOT / "portal").parts[0].removesuffix(".py")
    for module in imports(path):
        there = area(module)
        if there in LAYERS[3] and there != here and here in LAYERS[3]:
            assert ".models" not in module, f"{path.relative_to(ROOT)} uses {module}"


def test_nothing_is_called_utils() -> None:
    names = [path for path in [*ROOT.glob("portal/**/*"), *ROOT.glob("jobs/**/*")] if path.stem in ("utils", "helpers")]
    assert not names
