"""Has every act that the product records a sentence, and does it read as one?"""

from __future__ import annotations

import ast

import pytest

from intake.services.access_sentences import SENTENCES
from intake.services.access_words import (
    NOUNS,
    PLURALS,
    VERBS,
    outcome_in_words,
    what_was_done,
)
from intake.services.audit import FAILED, REFUSED, SUCCESS
from tests.architecture.source import sources


def recorded() -> set[tuple[str, str]]:
    """Noun and act of every event that is written out in the code."""
    return {
        (str(call.args[0].value), str(call.args[1].value))
        for source in sources("intake", "worker")
        for call, name in source.calls()
        if name.rpartition(".")[2] == "Event" and len(call.args) > 1
        if isinstance(call.args[0], ast.Constant) and isinstance(call.args[1], ast.Constant)
    }


def test_every_act_has_its_words() -> None:
    wordless = {
        (noun, act)
        for noun, act in recorded()
        if (noun, act) not in SENTENCES and not (noun in NOUNS and act in VERBS)
    }

    assert wordless == set()


def test_the_code_records_what_this_looks_for() -> None:
    assert {("case", "read"), ("appointment", "book"), ("client", "match")} <= recorded()


@pytest.mark.parametrize(
    ("noun", "act", "sentence"),
    [
        ("intake", "read", "read the intake"),
        ("client", "list", "read a list of people"),
        ("clients", "refused", "was refused a request about people"),
        ("consent", "given", "recorded a consent"),
        ("session", "sign_in", "signed in"),
        ("moon_base", "blow_up", "blow up moon base"),
    ],
)
def test_an_act_reads_as_a_sentence(noun: str, act: str, sentence: str) -> None:
    assert what_was_done(noun, act) == sentence


def test_what_can_be_listed_has_a_plural() -> None:
    listed = {noun for noun, act in recorded() if act == "list"}

    assert listed - PLURALS.keys() == set()


def test_every_outcome_has_a_word() -> None:
    assert [outcome_in_words(one) for one in (SUCCESS, REFUSED, FAILED, 12)] == [
        "done",
        "refused",
        "failed",
        "failed badly",
    ]
