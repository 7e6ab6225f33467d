"""Would the examples notice a slip in the tables or in a condition? Every mutant must die.

Two kinds: a rule set with one row changed (points, settings, order, urgency, priorities, days),
and a criterion with one constant, comparison or connective changed in its source.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from types import ModuleType
from typing import TypeVar

from intake.clinical.alerts import alerts_for
from intake.clinical.criteria import mental, physical, social, substance
from intake.clinical.criteria.criterion import Criterion
from intake.clinical.evaluation import evaluate
from intake.clinical.recommendation import recommend
from intake.clinical.rule_set import URGENCIES, Anchor, Level, Priority, RuleSet, Setting
from intake.clinical.rule_sets import KDS_1_0
from tests.clinical.examples import (
    ADJUNCTS,
    ALERTS,
    CEILINGS,
    FLOORS,
    FOLLOW_UP,
    POINTS,
    SEVERE,
    TEN_POINTS,
)
from tests.clinical.people import an_intake, somebody
from tests.clinical.test_follow_up import timing
from tests.clinical.test_vignettes import VIGNETTES

Row = TypeVar("Row")
MODULES = (substance, physical, mental, social)


def examples_fail(rules: RuleSet) -> bool:
    """Whether any example comes out otherwise under these rules."""
    return any(_failures(rules))


def _failures(rules: RuleSet) -> Iterator[bool]:
    for rule, changes, points in POINTS:
        plan = recommend(somebody(**changes), rules).plan
        yield plan is None or dict(plan.points).get(rule, 0) != points
    for rule, changes, setting, urgency in FLOORS:
        found = recommend(somebody(**changes), rules)
        floor = dict(found.plan.floors).get(rule) if found.plan else None
        yield (floor.code if floor else None) != setting or found.urgency != urgency
    for changes, ceiling, by_points, recommended in CEILINGS:
        plan = recommend(somebody(**changes), rules).plan
        yield plan is None or (
            plan.ceiling,
            plan.score_setting.code,
            plan.recommended_setting.code,
        ) != (ceiling, by_points, recommended)
    for code, changes, expected in ADJUNCTS:
        plan = recommend(somebody(**changes), rules).plan
        yield plan is None or (code in plan.adjuncts) != expected
    for code, priority, changes, expected in ALERTS:
        raised = {one.code: one.priority for one in alerts_for(somebody(**changes), rules)}
        yield raised.get(code) != (priority if expected else None)
    yield from _sign_offs(rules)
    yield from _schedules(rules)
    yield from _whole_examples(rules)


def _schedules(rules: RuleSet) -> Iterator[bool]:
    for code, setting, changes, days, hard in FOLLOW_UP:
        yield timing(code, setting, rules=rules, **changes) != (days, hard)


def _sign_offs(rules: RuleSet) -> Iterator[bool]:
    guarded = [changes for rule, changes, setting, _ in FLOORS if rule < "F8" and setting]
    for changes in guarded:
        plan = recommend(somebody(**changes, accepts_inpatient=False), rules).plan
        wanted = recommend(somebody(**changes), rules).plan
        if plan is None or wanted is None:
            yield True
        else:
            inpatient = wanted.recommended_setting is Setting.INPATIENT
            yield plan.clinical_lead_signoff_required != inpatient
    unguarded = somebody(**SEVERE, **TEN_POINTS, binge_pattern=True, accepts_inpatient=False)
    plan = recommend(unguarded, rules).plan
    yield plan is None or plan.clinical_lead_signoff_required


def _whole_examples(rules: RuleSet) -> Iterator[bool]:
    for vignette in VIGNETTES:
        result = evaluate(vignette["intake"], rule_set=rules).as_dict()
        yield any(result[key] != vignette["expected"][key] for key in ("alerts", "follow_up"))
        given, wanted = result["recommendation"], vignette["expected"]["recommendation"]
        yield given != wanted
    young = an_intake(
        demographics={"date_of_birth": "2010-06-15"}, substance_use={"age_first_use": 15}
    )
    yield not evaluate(young, rule_set=rules).recommendation.out_of_scope


def swapped(rows: Sequence[Row], i: int, *row: Row) -> list[Row]:
    """The rows with another one, or none, in place `i`: the order stays."""
    return [*rows[:i], *row, *rows[i + 1 :]]


def mutated_rule_sets() -> Iterator[tuple[str, RuleSet]]:
    """Rule sets with one row changed, each with what was done."""
    yield from _mutated_points()
    yield from _mutated_floors()
    for i, one in enumerate(KDS_1_0.ceilings):
        yield f"{one.id} dropped", replace(KDS_1_0, ceilings=swapped(KDS_1_0.ceilings, i))
    adjuncts, alerts, bands = KDS_1_0.adjuncts, KDS_1_0.alerts, KDS_1_0.bands
    for i, adjunct in enumerate(adjuncts):
        yield f"{adjunct.id} dropped", replace(KDS_1_0, adjuncts=swapped(adjuncts, i))
        if len(adjunct.levels) > 1:
            turned = replace(adjunct, levels=adjunct.levels[::-1])
            yield f"{adjunct.id} turned", replace(KDS_1_0, adjuncts=swapped(adjuncts, i, turned))
    for i, alert in enumerate(alerts):
        yield f"{alert.id} dropped", replace(KDS_1_0, alerts=swapped(alerts, i))
        other = Priority.LOW if alert.priority is not Priority.LOW else Priority.HIGH
        less = replace(alert, priority=other)
        yield f"{alert.id} priority", replace(KDS_1_0, alerts=swapped(alerts, i, less))
    for i, (lowest, setting) in enumerate(bands[:-1]):
        for step in (-1, 1):
            moved = tuple(swapped(bands, i, (lowest + step, setting)))
            yield f"{setting.code} from {lowest + step}", replace(KDS_1_0, bands=moved)


def _mutated_points() -> Iterator[tuple[str, RuleSet]]:
    rules = KDS_1_0.points
    for i, rule in enumerate(rules):
        yield f"{rule.id} dropped", replace(KDS_1_0, points=swapped(rules, i))
        variants = {"turned": rule.levels[::-1]}
        if rule.id in {"W01", "W14", "W20"} or len(rule.levels) == 1:
            variants = {}  # the levels exclude one another: their order means nothing
        for j, level in enumerate(rule.levels):
            variants[f"without level {j}"] = tuple(swapped(rule.levels, j))
            for step in (-1, 1):
                changed = Level(level.points + step, level.when)
                variants[f"level {j} {step:+d}"] = tuple(swapped(rule.levels, j, changed))
        for what, levels in variants.items():
            mutant = replace(rule, levels=levels)
            yield f"{rule.id} {what}", replace(KDS_1_0, points=swapped(rules, i, mutant))


def _mutated_floors() -> Iterator[tuple[str, RuleSet]]:
    floors = KDS_1_0.floors
    for i, floor in enumerate(floors):
        yield f"{floor.id} dropped", replace(KDS_1_0, floors=swapped(floors, i))
        lower = tuple((Setting.PEER_SUPPORT, when) for _, when in floor.levels)
        mutants = {"lower": replace(floor, levels=lower)}
        for urgency in set(URGENCIES) - {floor.urgency}:
            mutants[urgency] = replace(floor, urgency=urgency)
        if floor.id != "F9":  # never asks for a bed, so its guard means nothing
            mutants["sign-off"] = replace(floor, guards_inpatient=not floor.guards_inpatient)
        for what, mutant in mutants.items():
            yield f"{floor.id} {what}", replace(KDS_1_0, floors=swapped(floors, i, mutant))


def mutated_schedules() -> Iterator[tuple[str, RuleSet]]:
    """Rule sets with one obligation changed, each with what was done."""
    steps = KDS_1_0.follow_up
    for i, step in enumerate(steps):
        yield f"{step.code} dropped", replace(KDS_1_0, follow_up=swapped(steps, i))
        anchor = Anchor.ADMISSION if step.anchor is Anchor.DECISION else Anchor.DECISION
        mutants = {
            "a day early": replace(step, days=step.days - 1),
            "a day late": replace(step, days=step.days + 1),
            "hard or not": replace(step, hard=not step.hard),
            "its anchor": replace(step, anchor=anchor),
            "always": replace(step, applies=lambda _: True),
        }
        for what, mutant in mutants.items():
            yield f"{step.code} {what}", replace(KDS_1_0, follow_up=swapped(steps, i, mutant))


def mutated_criteria() -> Iterator[tuple[str, Criterion, Criterion]]:
    """(what was done, the criterion, its mutant) for every constant, comparison and connective."""
    for module in MODULES:
        source = inspect.getsource(module)
        for site in range(len(list(_sites(ast.parse(source))))):
            tree = ast.parse(source)
            function, node = list(_sites(tree))[site]
            what = _mutate(node)
            mutants = _executed(tree, module)
            yield f"{function}: {what}", getattr(module, function), mutants[function]


def _sites(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    for function in (node for node in tree.body if isinstance(node, ast.FunctionDef)):
        for statement in function.body[1:]:
            for node in ast.walk(statement):
                is_value = isinstance(node, ast.Constant) and node.value is not None
                if is_value or isinstance(node, ast.BoolOp):
                    yield function.name, node


def _mutate(node: ast.AST) -> str:
    if isinstance(node, ast.BoolOp):
        was_and = isinstance(node.op, ast.And)
        node.op = ast.Or() if was_and else ast.And()
        return "and becomes or" if was_and else "or becomes and"
    assert isinstance(node, ast.Constant)
    old = node.value
    if isinstance(old, bool):
        node.value = not old
    elif isinstance(old, int):
        node.value = old + 1
    else:
        node.value = f"not_{old!s}"
    return f"{old!r} becomes {node.value!r}"


def _executed(tree: ast.Module, module: ModuleType) -> dict[str, Criterion]:
    namespace: dict[str, Criterion] = {"__name__": module.__name__}  # type: ignore[dict-item]  # what exec needs
    exec(compile(tree, module.__name__, "exec"), namespace)  # noqa: S102  # our own source, mutated
    return namespace


@contextmanager
def replaced(criterion: Criterion, mutant: Criterion) -> Iterator[None]:
    """The criterion behaves like the mutant wherever the tables mention it."""
    original = criterion.test
    object.__setattr__(criterion, "test", mutant.test)
    try:
        yield
    finally:
        object.__setattr__(criterion, "test", original)


def test_the_examples_hold_for_the_rules_as_they_are() -> None:
    assert not examples_fail(KDS_1_0)


def test_every_changed_row_is_noticed() -> None:
    mutants = list(mutated_rule_sets())

    survivors = [what for what, rules in mutants if not examples_fail(rules)]
    assert len(mutants) > 200
    assert survivors == []


def test_every_changed_obligation_is_noticed() -> None:
    mutants = list(mutated_schedules())

    survivors = [what for what, rules in mutants if not any(_schedules(rules))]
    assert len(mutants) > 150
    assert survivors == []


def test_every_changed_condition_is_noticed() -> None:
    survivors = []
    mutants = list(mutated_criteria())
    for what, criterion, mutant in mutants:
        with replaced(criterion, mutant):
            if not examples_fail(KDS_1_0):
                survivors.append(what)

    assert len(mutants) > 80
    assert survivors == []
