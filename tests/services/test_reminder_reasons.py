"""Has every state and every reason that is stored with a reminder its sentence?"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from intake.models.appointments import APPOINTMENT_STATUSES
from intake.models.cases import TERMINAL_STATES
from intake.models.clients import CLIENT_STATES
from intake.models.reminders import ATTEMPT_OUTCOMES, REMINDER_STATES
from intake.services.reminder_facts import MERGED
from intake.services.reminder_outcomes import UNCOUNTED
from intake.services.reminder_reasons import REASONS, STATES
from intake.services.reminder_views import OUTCOMES
from tests.architecture.source import Source, planted, sources

# What stands behind the first letters of a reason that is put together.
FAMILIES = {
    "appointment_": set(APPOINTMENT_STATUSES) - {"booked"},
    "client_": set(CLIENT_STATES) - {"active"},
    "case_": set(TERMINAL_STATES),
}
# Which argument of these is a reason.
PLACES = {"Verdict": 1, "Fate": 1, "gave_up": 0}


def written(node: ast.expr) -> Iterator[str]:
    """The reasons an expression can be: a word, or a family of words."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
        family = str(node.values[0].value)
        yield from (f"{family}{one}" for one in FAMILIES[family])


def reasons(source: Source) -> set[str]:
    """Every reason that a file stores with a reminder."""
    found: set[str] = set()
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func).rpartition(".")[2]
            if name in PLACES and len(node.args) > PLACES[name]:
                found.update(written(node.args[PLACES[name]]))
            if name == "cancel_superseded":
                found.update(*(written(k.value) for k in node.keywords if k.arg == "reason"))
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "reason":
            found.update(written(node.value))
    return found


def used() -> set[str]:
    """Every reason in the product."""
    stored = {reason for source in sources("intake", "worker") for reason in reasons(source)}
    return stored | {MERGED, "transient", "unknown"} | UNCOUNTED


def test_every_reason_that_is_stored_has_a_sentence() -> None:
    assert used() - REASONS.keys() == set()


def test_no_sentence_is_left_over() -> None:
    assert REASONS.keys() - used() - {"client_active"} == set()


def test_every_state_has_a_sentence() -> None:
    assert set(STATES) == set(REMINDER_STATES)


def test_every_outcome_of_an_attempt_has_a_sentence() -> None:
    assert set(OUTCOMES) == set(ATTEMPT_OUTCOMES)


def test_the_search_notices_a_new_reason() -> None:
    code = """
def check(facts):
    reason = "lost_interest"
    cancel_superseded(session, appointment, reason="vanished")
    return Verdict("suppressed", "too_loud", calls=True) or gave_up("bored", facts)
"""

    assert reasons(planted(code)) == {"lost_interest", "vanished", "too_loud", "bored"}
