"""Is there one way out of the house, and does everything that takes it carry its notice?"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import uuid

import pytest

from intake.clinical import consent_terms
from intake.clinical.consent import Allowed
from intake.services import artefacts, disclosure_records
from intake.services.artefacts import Outgoing
from tests.architecture.source import Source, planted, sources

PRODUCT = ("intake", "worker")
MAKER = "intake/services/artefacts.py"
RELEASE = "intake/services/disclosures.py"
VIEWS = "intake/services/disclosure_views.py"
# Answers that are no JSON of a schema: files, streams, tables.
OTHER_ANSWERS = {
    "send_file",
    "send_from_directory",
    "stream_with_context",
    "csv.writer",
    "csv.DictWriter",
    "Response",
    "make_response",
    "jsonify",
}


def callers(name: str) -> set[str]:
    """Files that call it, by its last name or with its module."""
    return {
        source.name
        for source in sources(*PRODUCT)
        for _, called in source.calls()
        if called == name or called.endswith(f".{name}")
    }


def other_answers(source: Source) -> set[str]:
    return {called for _, called in source.calls() if called in OTHER_ANSWERS}


def outgoing(scope: frozenset[str], notices: tuple[str, ...] = ("redisclosure",)) -> Outgoing:
    return Outgoing(
        disclosure_id=uuid.UUID(int=7),
        released_at=dt.datetime(2026, 11, 20, tzinfo=dt.UTC),
        recipient={"name": "Dr Grey", "address": "1 Quay Road"},
        purpose="treatment",
        allowed=Allowed(uuid.UUID(int=1), scope, notices),
        scope={"explanation": "The patient consented."},
        records={name: [] for name in scope},
    )


def test_one_function_makes_artefacts_and_one_act_uses_it() -> None:
    assert callers("Artefact") == {MAKER}
    assert callers("artefacts.make") == {RELEASE}
    assert callers("Disclosure") == {RELEASE}
    assert {s.name for s in sources(*PRODUCT) if '"disclosures.artefact"' in s.text} == {
        RELEASE,
        VIEWS,
    }


def test_no_route_answers_with_a_file() -> None:
    found = {s.name: other_answers(s) for s in sources("intake/api", "intake/services")}

    # What is ended has no answer; signing in sets a cookie; the contract's page has its own files.
    assert {name for name, words in found.items() if words} == {
        "intake/api/account.py",
        "intake/api/api_keys.py",
        "intake/api/docs.py",
        "intake/api/session.py",
    }


@pytest.mark.parametrize("text", ["send_file('x')", "csv.writer(f)", "make_response(b)"])
def test_the_rule_notices(text: str) -> None:
    assert other_answers(planted(text))


def test_counselling_notes_have_no_reader_among_the_others() -> None:
    readers = {source.name for source in sources("intake") if "CounsellingNote," in source.text}

    assert disclosure_records.READERS.keys() == {*consent_terms.DATA_CLASSES} - {
        consent_terms.NOTES
    }
    assert {name for name in readers if name.startswith("intake/services")} <= {
        "intake/services/counselling_note_keys.py",
        "intake/services/counselling_notes.py",
        "intake/services/disclosure_records.py",
    }


@pytest.mark.parametrize("scope", [{"plan"}, {"identity", "contact"}, {"counselling_notes"}])
def test_every_artefact_carries_notice_scope_and_id(scope: set[str]) -> None:
    made = artefacts.make(outgoing(frozenset(scope)))

    document = json.loads(made.text)
    assert artefacts.NOTICE in document["notices"]
    assert artefacts.SHORT_NOTICE in document["watermark"]
    assert document["disclosure_id"] in document["watermark"]
    assert document["consent"]["explanation"]
    assert made.sha256 == artefacts.digest(made.text)


def test_nothing_leaves_without_the_notice_or_beyond_the_scope() -> None:
    plan = frozenset({"plan"})
    with pytest.raises(ValueError, match="notice"):
        artefacts.make(outgoing(plan, notices=()))
    more = dataclasses.replace(outgoing(plan), records={"plan": [], "contact": []})
    with pytest.raises(ValueError, match="allowed"):
        artefacts.make(more)
