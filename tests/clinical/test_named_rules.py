"""Is every rule named, by its id, in a test that `make test` runs?"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from intake.clinical.rule_set import Adjunct, AlertRule, Ceiling, Floor, PointRule
from intake.clinical.rule_sets import RULE_SETS
from tests.architecture.source import Source, planted, sources

IDS = {
    *(f"W{n:02}" for n in range(1, 25)),
    *(f"F{n}" for n in range(1, 10)),
    *(f"K{n}" for n in range(1, 3)),
    *(f"J{n:02}" for n in range(1, 16)),
    *(f"A{n:02}" for n in range(1, 24)),
}
ID = re.compile(r"[WJA]\d\d|[FK]\d")
Named = PointRule | Floor | Ceiling | Adjunct | AlertRule
# Left out by `make test`.
SLOW = "mark.slow"


def named(source: Source) -> set[str]:
    """The ids that stand in a file as text of their own, `J01:urgent` for J01 included."""
    texts = {
        node.value.partition(":")[0]
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return {text for text in texts if ID.fullmatch(text)}


def test_every_id_is_named_in_a_test() -> None:
    found = {
        one
        for source in sources("tests/clinical")
        if SLOW not in source.text
        for one in named(source)
    }

    assert IDS - found == set()


def test_no_rule_set_has_an_id_that_is_not_asked_for_here() -> None:
    for rules in RULE_SETS.values():
        families: list[Sequence[Named]] = [rules.points, rules.floors, rules.ceilings]
        families += [rules.adjuncts, rules.alerts]

        assert {row.id for family in families for row in family} <= IDS


def test_an_id_in_a_comment_or_made_up_of_parts_does_not_count() -> None:
    text = '"""About W01."""\nX = ["W02", f"W{3:02}", "J01:urgent"]  # W04\n'

    assert named(planted(text)) == {"W02", "J01"}
