"""Every row of the register of requirements that the portal claims is cited by a test that proves it."""

import ast
import re
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
CLAIMED = (
    [f"CASE-{number}" for number in (1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 15, 16)]
    + [f"REP-{number}" for number in (1, 2, 3, 4, 6)]
    + ["VIS-1", "VIS-2", "VIS-3", "COM-11", "NOT-1", "PROC-8"]
)


def _docstrings() -> list[str]:
    """Of every test function."""
    found = []
    for path in TESTS.rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                found.append(ast.get_docstring(node) or "")
    return found


SAID = set(re.findall(r"[A-Z]+-\d+", "\n".join(_docstrings())))


@pytest.mark.parametrize("row", CLAIMED)
def test_a_claimed_row_is_cited_by_a_test(row: str) -> None:
    assert row in SAID, f"no test says in its docstring that it proves {row}"
