"""Is what the documents state about links, roles, settings, states and decisions still so?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from intake.access import KEY_SCOPES, SCOPES, Permission, Role
from intake.config import VARIABLES
from intake.models import (
    appointments,
    assessments,
    cases,
    clients,
    counselling_notes,
    follow_ups,
    goals,
    handovers,
    intakes,
    outbound,
    plans,
    programmes,
    progress_notes,
    proposals,
    reminders,
    tasks,
    use_entries,
)
from intake.services import disclosure_consents

#: How the table says that a role may not
NEVER = "\N{EN DASH}"
ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)")
SETTING = re.compile(r"^#? ?([A-Z][A-Z_]+)=", re.MULTILINE)
# Read by deploy/gunicorn.conf.py, not by intake/config.py.
SERVER = {"INTAKE_TRUSTED_PROXIES"}
STATES = {
    "client": clients.CLIENT_STATES,
    "case": cases.CASE_STATES,
    "intake": intakes.INTAKE_STATES,
    "assessment": assessments.ASSESSMENT_STATES,
    "recommendation": plans.RECOMMENDATION_STATUSES,
    "plan decision": plans.PLAN_STATES,
    "follow-up": follow_ups.FOLLOW_UP_STATES,
    "appointment": appointments.APPOINTMENT_STATUSES,
    "alert": tasks.ALERT_STATES,
    "task": tasks.TASK_STATES,
    "reminder": reminders.REMINDER_STATES,
    "staff notice": reminders.NOTICE_STATES,
    "consent": clients.CONSENT_STATUSES,
    "consent to disclosure": disclosure_consents.DISCLOSURE_CONSENT_STATES,
    "counselling note": counselling_notes.COUNSELLING_NOTE_STATES,
    "progress note": progress_notes.PROGRESS_NOTE_STATES,
    "use entry": use_entries.ENTRY_STATES,
    "drug screen": use_entries.ENTRY_STATES,
    "goal": goals.GOAL_STATUSES,
    "proposal": proposals.PROPOSAL_STATES,
    "handover": handovers.HANDOVER_STATES,
    "outbound referral": outbound.OUTBOUND_STATES,
    "medication review": outbound.REVIEW_STATES,
    "placement": programmes.PLACEMENT_STATES,
}


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def rows(text: str, heading: str) -> list[list[str]]:
    """The cells of the table whose heading row begins with `heading`."""
    lines = text.split(f"\n| {heading} |", 1)[1].split("\n\n", 1)[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def anchors(text: str) -> set[str]:
    """The anchors of a document's headings, as they are made for a reader of it."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_link_leads_somewhere(document: Path) -> None:
    targets = LINK.findall(document.read_text(encoding="utf-8"))

    for target in (one for one in targets if "://" not in one):
        name, _, anchor = target.partition("#")
        path = document.parent / name if name else document
        assert path.exists(), target
        assert not anchor or anchor in anchors(path.read_text(encoding="utf-8")), target


def test_the_table_of_permissions_is_the_one_in_force() -> None:
    table = {row[0].strip("`"): row[1:] for row in rows(read("docs/security.md"), "permission")}

    assert table == {
        permission.value: [
            SCOPES[role, permission].value if (role, permission) in SCOPES else NEVER
            for role in Role
        ]
        for permission in Permission
    }


def test_the_scopes_of_keys_are_those_in_force() -> None:
    listed = read("docs/security.md").split("Keys may have:", 1)[1].split(".\n", 1)[0]

    assert set(re.findall(r"`([a-z_:]+)`", listed)) == {one.value for one in KEY_SCOPES}


def test_every_setting_is_explained() -> None:
    explained = set(re.findall(r"`([A-Z_]+)`", read("docs/operations.md")))

    assert explained >= {*VARIABLES.values(), *SERVER}


def test_the_example_names_every_setting_but_the_tuning_and_no_other() -> None:
    tuning = {"INTAKE_FAULTS"} | {name for name in VARIABLES.values() if "_SECONDS" in name}

    named = set(SETTING.findall(read(".env.example")))
    assert named - SERVER == set(VARIABLES.values()) - tuning


def test_the_server_reads_the_settings_that_only_it_knows() -> None:
    configuration = read("deploy/gunicorn.conf.py")

    assert all(name in configuration for name in SERVER)


def test_the_glossary_lists_the_states_there_are() -> None:
    listed = {row[0]: tuple(row[1].split(", ")) for row in rows(read("docs/glossary.md"), "noun")}

    assert listed == STATES


def test_decisions_are_numbered_without_a_gap_and_listed() -> None:
    pages = sorted(path.name for path in (ROOT / "docs/adr").glob("0*.md"))
    index = read("docs/adr/README.md")

    assert [int(name[:4]) for name in pages] == list(range(1, len(pages) + 1))
    assert all(f"({name})" in index for name in pages)
    assert f"Next number: {len(pages) + 1:04}." in index


def test_a_decision_gives_context_decision_and_consequences() -> None:
    for path in (ROOT / "docs/adr").glob("0*.md"):
        text = path.read_text(encoding="utf-8")

        assert text.startswith(f"# {int(path.name[:4])}. "), path.name
        assert re.findall(r"^## (.+)$", text, re.MULTILINE) == [
            "Context",
            "Decision",
            "Consequences",
        ], path.name
