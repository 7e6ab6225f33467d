"""Are stored recommendations told and previewed for the right people, with their own event?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from click.testing import CliRunner, Result

from intake.cli import main, stack
from intake.clinical import rule_sets
from intake.clinical.rule_sets import KDS_1_0
from tests.makers import cases
from tests.makers.cases import CaseOf
from tests.support.databases import Database
from tests.support.web import Caller, TestSite, Web

#: Twice a week from 4 points on, not from 10: of the cases below it changes the student's alone.
DRAFT = replace(KDS_1_0, id="KDS-1.1-draft", intensive_from=4)


@pytest.fixture
def run(module_database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Commands of this process use this file's database, and know a second rule set."""
    for name, value in module_database.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(rule_sets, "RULE_SETS", {"KDS-1.0": KDS_1_0, DRAFT.id: DRAFT})
    kept = (stack.settings, stack.engine, stack.keys)
    for one in kept:
        one.cache_clear()
    yield
    stack.engine().dispose()
    for one in kept:
        one.cache_clear()


pytestmark = pytest.mark.usefixtures("run")


def rules(*arguments: str) -> Result:
    """`intake rules …`."""
    return CliRunner().invoke(main, ["rules", *arguments])


def address(web: Web, caller: Caller) -> str:
    """The sign-in name of somebody."""
    [(email,)] = web.rows("SELECT email FROM staff WHERE id = :i", i=caller.staff_id)
    return str(email)


def events_of(web: Web, caller: Caller) -> list[tuple[object, ...]]:
    """What the trail says that this person did at the terminal."""
    rows = web.rows(
        "SELECT type, subtype, outcome, outcome_code, agent_role FROM audit_events"
        " WHERE agent_id = :i AND source_service = 'cli' ORDER BY id",
        i=caller.staff_id,
    )
    return [tuple(row) for row in rows]


def recommended(web: Web, site: TestSite, vignette: str) -> tuple[CaseOf, str]:
    """A case with a recommendation in force, and its reference."""
    case = cases.assessed(web, site, vignette)
    case.recommend()
    return case, str(case.read()["reference"])


def test_a_case_is_explained_from_what_is_stored(web: Web, site: TestSite) -> None:
    case, reference = recommended(web, site, "V04")
    web.run(
        "UPDATE recommendations SET result = jsonb_set(result, '{explain,1,reason}', '\"As then\"')"
        " WHERE case_id = :c",
        c=case.id,
    )

    told = rules("explain", reference.lower(), "--as", address(web, case.counsellor))
    by_id = rules("explain", case.id, "--as", address(web, case.counsellor))

    assert told.exit_code == 0, told.output
    assert told.stdout.startswith(f"Case {reference}, computed on 2027-01-13 at 10:00.\n")
    assert "feasible now: outpatient CBT (intensive)" in told.stdout
    assert "W01     +5  As then (dsm5_band severe, dsm5_total 7)." in told.stdout
    assert "Decision support, not validated; the clinician decides." in told.stdout
    assert "Penhale" not in told.stdout
    assert by_id.stdout == told.stdout


def test_the_read_is_recorded_as_that_persons(web: Web, site: TestSite) -> None:
    case, reference = recommended(web, site, "V02")

    rules("explain", reference, "--as", address(web, case.counsellor))

    assert events_of(web, case.counsellor) == [
        ("recommendation", "read", 0, None, "counsellor"),
    ]
    [(client,)] = web.rows(
        "SELECT client_id FROM audit_events WHERE agent_id = :i AND source_service = 'cli'",
        i=case.counsellor.staff_id,
    )
    assert str(client) == case.client_id


def test_drafts_that_do_not_count_are_named(web: Web, site: TestSite) -> None:
    case = cases.of_vignette(web, site, "V02")
    case.counsellor.post(
        f"/cases/{case.id}/assessments",
        {"instrument": "phq9", "answers": [0] * 9, "mode": "self"},
    )
    case.recommend()

    told = rules("explain", case.id, "--as", address(web, case.lead))

    assert "Drafts that don't count until they are signed: phq9." in told.stdout
    assert "No setting yet; still missing: dsm5, cssrs." in told.stdout


def test_nobody_asks_without_saying_who(web: Web, site: TestSite) -> None:
    _, reference = recommended(web, site, "V02")

    refused = rules("explain", reference)

    assert refused.exit_code == 2
    assert "--as EMAIL" in refused.stderr
    assert refused.stdout == ""


@pytest.mark.parametrize("role", ["peer_worker", "auditor", "administrator"])
def test_a_role_that_reads_no_plans_is_refused_and_recorded(
    web: Web, site: TestSite, role: str
) -> None:
    case, reference = recommended(web, site, "V02")
    person = site.person(role)

    refused = rules("explain", reference, "--as", address(web, person))

    assert refused.exit_code == 2
    assert "plan:read" in refused.stderr
    assert refused.stdout == ""
    assert events_of(web, person) == [("recommendation", "refused", 4, "forbidden", role)]
    assert events_of(web, case.counsellor) == []


def test_nobody_of_another_site_finds_the_case(web: Web, site: TestSite) -> None:
    case, _ = recommended(web, site, "V02")
    stranger = web.site().person("clinical_lead")

    refused = rules("explain", case.id, "--as", address(web, stranger))

    assert refused.exit_code == 2
    assert "There is no such case here" in refused.stderr
    assert events_of(web, stranger) == [
        ("recommendation", "refused", 4, "not-found", "clinical_lead")
    ]


def test_a_disabled_account_and_a_stranger_are_refused_alike(web: Web, site: TestSite) -> None:
    case, reference = recommended(web, site, "V02")
    left = site.person("counsellor")
    web.run("UPDATE staff SET active = false WHERE id = :i", i=left.staff_id)

    answers = [
        rules("explain", reference, "--as", email)
        for email in (address(web, left), "nobody@example.com")
    ]

    assert [one.exit_code for one in answers] == [2, 2]
    assert answers[0].stderr == answers[1].stderr
    assert events_of(web, case.counsellor) == []


def test_somebody_of_two_sites_says_which(web: Web, site: TestSite) -> None:
    case, reference = recommended(web, site, "V02")
    other = web.site()
    web.run(
        "INSERT INTO memberships (site_id, staff_id, role, version)"
        " VALUES (:s, :i, 'counsellor', 1)",
        s=other.id,
        i=case.counsellor.staff_id,
    )
    email = address(web, case.counsellor)

    unsaid = rules("explain", reference, "--as", email)
    here = rules("explain", reference, "--as", email, "--site", str(site.id))
    there = rules("explain", reference, "--as", email, "--site", str(other.id))

    assert (unsaid.exit_code, here.exit_code, there.exit_code) == (2, 0, 2)
    assert "several sites" in unsaid.stderr


def test_a_preview_lists_whose_recommendation_would_change(web: Web, site: TestSite) -> None:
    _, student = recommended(web, site, "V02")
    recommended(web, site, "V03")
    before = web.rows("SELECT id, rule_set, result FROM recommendations ORDER BY id")
    lead = site.person("clinical_lead")

    shown = rules("preview", "--version", DRAFT.id, "--as", address(web, lead))

    assert shown.exit_code == 0, shown.output
    assert shown.stdout.splitlines() == [
        f"{student}  (now KDS-1.0)",
        "  outpatient_intensity: standard → intensive",
        "1 of 2 would change under KDS-1.1-draft.",
    ]
    assert web.rows("SELECT id, rule_set, result FROM recommendations ORDER BY id") == before
    assert events_of(web, lead) == [("recommendation", "preview", 0, None, "clinical_lead")]


def test_a_preview_for_programs_has_every_field(web: Web, site: TestSite) -> None:
    _, student = recommended(web, site, "V02")
    email = address(web, site.person("clinical_lead"))

    shown = json.loads(rules("preview", "--version", DRAFT.id, "--as", email, "--json").stdout)
    same = json.loads(rules("preview", "--version", "KDS-1.0", "--as", email, "--json").stdout)

    assert shown == {
        "rule_set": "KDS-1.1-draft",
        "compared": 1,
        "changed": [
            {
                "case": student,
                "rule_set": "KDS-1.0",
                "refused": None,
                "changes": [
                    {
                        "field": "/recommendation/outpatient_intensity",
                        "before": "standard",
                        "after": "intensive",
                    }
                ],
            }
        ],
    }
    assert (same["compared"], same["changed"]) == (1, [])


def test_a_superseded_recommendation_is_no_past_case(web: Web, site: TestSite) -> None:
    case, _ = recommended(web, site, "V02")
    answers = {"instrument": "gad7", "answers": [0] * 7, "mode": "self"}
    cases.sign_all(case, [answers])
    case.recommend()
    email = address(web, case.lead)

    shown = json.loads(rules("preview", "--version", DRAFT.id, "--as", email, "--json").stdout)

    assert shown["compared"] == 1


def test_inputs_that_newer_rules_refuse_are_named(web: Web, site: TestSite) -> None:
    case, reference = recommended(web, site, "V02")
    web.run(
        "UPDATE recommendations SET inputs ="
        " jsonb_set(inputs, '{substance_use,days_used_30}', '31') WHERE case_id = :c",
        c=case.id,
    )

    shown = rules("preview", "--version", "KDS-1.0", "--as", address(web, case.lead))

    assert shown.stdout.splitlines()[:2] == [
        f"{reference}  (now KDS-1.0)",
        "  can't be evaluated; wrong: /substance_use/days_used_30",
    ]


def test_only_a_clinical_lead_previews_and_only_what_exists(web: Web, site: TestSite) -> None:
    counsellor, lead = site.person("counsellor"), site.person("clinical_lead")

    refused = rules("preview", "--version", DRAFT.id, "--as", address(web, counsellor))
    unknown = rules("preview", "--version", "KDS-7", "--as", address(web, lead))

    assert (refused.exit_code, unknown.exit_code) == (2, 2)
    assert "rules:preview" in refused.stderr
    assert "There is no such rule set here" in unknown.stderr
    assert events_of(web, counsellor) == [
        ("recommendation", "refused", 4, "forbidden", "counsellor")
    ]


def test_another_sites_cases_are_not_compared(web: Web, site: TestSite) -> None:
    recommended(web, web.site(), "V02")
    email = address(web, site.person("clinical_lead"))

    shown = rules("preview", "--version", DRAFT.id, "--as", email)

    assert shown.stdout == "0 of 0 would change under KDS-1.1-draft.\n"


@pytest.mark.parametrize("command", ["explain", "preview"])
def test_each_command_shows_two_examples(command: str) -> None:
    shown = [line for line in rules(command, "--help").stdout.splitlines() if "  intake " in line]

    assert len([line for line in shown if "Usage" not in line]) == 2
