"""Does `intake audit tail` show the end of the trail, and leave its own event?"""

from __future__ import annotations

import json
import uuid

import pytest

from tests.support.databases import Database
from tests.support.web import TestSite, Web, expect_problem


@pytest.fixture
def clinic(web: Web) -> TestSite:
    """A site where two things were done and one was refused."""
    site = web.site(name=f"Clinic {uuid.uuid4()}")
    site.person("clinical_lead").get("/cases")
    expect_problem(site.person("administrator").get("/cases"), 403, "forbidden")
    return site


def tail(database: Database, *options: str) -> tuple[list[str], str]:
    """Lines on standard output, and what is said on standard error."""
    finished = database.run("audit", "tail", *options)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout.splitlines(), finished.stderr


def test_the_end_of_the_trail_reads_in_sentences(
    clinic: TestSite, module_database: Database
) -> None:
    lines, said = tail(module_database, "--site", str(clinic.id))

    assert lines[0].endswith("Sam Test (clinical lead)  read a list of cases")
    assert lines[1].endswith(
        "Sam Test (administrator)  was refused a request about cases  refused: forbidden"
    )
    assert said.startswith("2 events of Clinic")


def test_looking_leaves_an_event_at_that_site(clinic: TestSite, module_database: Database) -> None:
    tail(module_database, "--site", str(clinic.id))

    lines, _ = tail(module_database, "--site", str(clinic.id), "--json", "--limit", "1")

    event = json.loads(lines[0])
    assert (event["what"], event["role"]) == ("read the end of the audit trail", "system")
    assert event["staff_name"] is None


def test_one_site_shows_nothing_of_another(
    clinic: TestSite, web: Web, module_database: Database
) -> None:
    other = web.site()

    assert tail(module_database, "--site", str(other.id))[0] == []
    assert len(tail(module_database, "--site", str(clinic.id))[0]) == 2


def test_with_several_sites_one_must_be_named(
    clinic: TestSite, web: Web, module_database: Database
) -> None:
    del clinic
    web.site()

    finished = module_database.run("audit", "tail")

    assert finished.returncode == 2
    assert "--site" in finished.stderr
    assert finished.stdout == ""
