"""Does every test that the documents on security name exist?

`docs/asvs.csv` lists the requirements of ASVS 5.0 level 1 with our verdict; `docs/security.md` has
an attack for each of the OWASP API Top 10. Both name tests as `path::name`, found here by parsing.
"""

from __future__ import annotations

import ast
import csv
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from tests.docs.test_documents import read, rows

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"tests/[\w/.]+::\w+")
COLUMNS = ["requirement", "text", "verdict", "test", "note"]
#: Of the 70 requirements of level 1 in ASVS 5.0.0, by chapter.
CHAPTERS = dict(enumerate((8, 4, 8, 2, 4, 13, 6, 4, 4, 5, 3, 3, 1, 2, 3), start=1))


def requirements() -> list[dict[str, str]]:
    with (ROOT / "docs" / "asvs.csv").open(encoding="utf-8", newline="") as file:
        lines = csv.DictReader(file)
        assert lines.fieldnames == COLUMNS
        return list(lines)


def exists(name: str) -> bool:
    """Whether `tests/…/test_x.py::test_y` is a test of that file."""
    path, _, function = name.partition("::")
    return function.startswith("test_") and function in _functions(path)


@cache
def _functions(path: str) -> frozenset[str]:
    file = ROOT / path
    if not file.is_file():
        return frozenset()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def test_every_test_named_in_the_list_exists() -> None:
    claimed = {one["requirement"]: one["test"] for one in requirements() if one["test"]}

    assert {key: name for key, name in claimed.items() if not exists(name)} == {}


def test_a_verdict_has_what_it_needs() -> None:
    for one in requirements():
        number = one["requirement"]
        assert one["verdict"] in {"pass", "not_applicable", "open"}, number
        assert bool(one["test"]) == (one["verdict"] == "pass"), number
        assert one["note"] or one["verdict"] == "pass", number
        assert one["text"], number


def test_the_list_is_of_all_of_level_one() -> None:
    numbers = [one["requirement"] for one in requirements()]

    assert len(numbers) == len(set(numbers)) == sum(CHAPTERS.values())
    assert Counter(int(one.split(".")[0].removeprefix("V")) for one in numbers) == CHAPTERS
    assert numbers == sorted(numbers, key=lambda one: [int(n) for n in one[1:].split(".")])


def test_every_risk_of_the_top_ten_has_an_attack() -> None:
    table = rows(read("docs/security.md"), "risk")

    assert [row[0].partition(" ")[0] for row in table] == [f"API{n}:2023" for n in range(1, 11)]
    for row in table:
        assert NAMED.findall(row[2]), row[0]


@pytest.mark.parametrize("document", ["docs/security.md"])
def test_every_test_named_in_a_document_exists(document: str) -> None:
    named = NAMED.findall(read(document))

    assert len(named) > 20
    assert [name for name in named if not exists(name)] == []


@pytest.mark.parametrize(
    "name",
    [
        "tests/docs/test_claims.py::test_nobody_wrote_this",
        "tests/docs/nowhere.py::test_the_list_is_of_all_of_level_one",
        "tests/docs/test_claims.py::exists",
    ],
)
def test_a_wrong_name_is_noticed(name: str) -> None:
    assert not exists(name)
