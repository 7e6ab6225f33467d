"""Does `intake reindex` make people findable again, in batches, and name nobody?"""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from click.testing import CliRunner

from intake.cli import main, stack
from tests.makers import orders
from tests.support.databases import Database
from tests.support.web import Caller, TestSite, Web

CACHED = (stack.settings, stack.engine, stack.keys)
NAMES = ("Quillonia", "Zephyrwick", "Marrowby")
NUMBER = "+447700900987"


@pytest.fixture(autouse=True)
def surroundings(web: Web, module_database: Database, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The command works on the database of this file."""
    del web
    for name, value in module_database.environment.items():
        monkeypatch.setenv(name, value)
    for one in CACHED:
        one.cache_clear()
    yield
    stack.engine().dispose()
    for one in CACHED:
        one.cache_clear()


def run(*arguments: str) -> tuple[int, str]:
    """Exit status, and everything that was said."""
    done = CliRunner().invoke(main, ["reindex", *arguments])
    return done.exit_code, done.stdout + done.stderr


def registered(coordinator: Caller) -> list[str]:
    """Three people with a number; their identifiers in order."""
    made = []
    for name in NAMES:
        body = orders.reachable_client(
            given_name=name, family_name="Sampleton", contacts=[orders.contact_order(value=NUMBER)]
        )
        answer = coordinator.post("/clients", body)
        assert answer.status_code == 201, answer.json
        made.append(str(answer.get_json()["id"]))
    return sorted(made)


def tokens(web: Web, site: TestSite) -> dict[str, set[int]]:
    rows = web.rows("SELECT client_id, token FROM client_tokens WHERE site_id = :s", s=site.id)
    found: dict[str, set[int]] = {}
    for row in rows:
        found.setdefault(str(row.client_id), set()).add(row.token)
    return found


def forget(web: Web, site: TestSite) -> None:
    """As if they had been registered before tokens existed."""
    web.run("DELETE FROM client_tokens WHERE site_id = :s", s=site.id)


def test_everybody_has_the_tokens_of_their_registration_again(web: Web, site: TestSite) -> None:
    coordinator = site.person("intake_coordinator")
    people = registered(coordinator)
    before = tokens(web, site)
    forget(web, site)
    web.run(
        "INSERT INTO client_tokens (site_id, token, client_id) VALUES (:s, 4, :c)",
        s=site.id, c=people[0],
    )  # fmt: skip

    code, said = run("--site", str(site.id), "--batch", "2")

    assert code == 0, said
    assert tokens(web, site) == before
    assert "3 looked at, 3 changed." in said
    assert f"2 looked at, 2 changed, up to {people[1]}" in said
    for word in (*NAMES, "Sampleton", NUMBER, NUMBER[3:]):
        assert word not in said
    events = web.rows(
        "SELECT agent_role, hits, returned_ids FROM audit_events"
        " WHERE site_id = :s AND subtype = 'reindex' ORDER BY id",
        s=site.id,
    )
    assert [(row.agent_role, row.hits) for row in events] == [("system", 2), ("system", 1)]
    assert sorted(str(one) for row in events for one in row.returned_ids) == people


def test_it_goes_on_where_it_stopped_and_changes_nothing_twice(web: Web, site: TestSite) -> None:
    people = registered(site.person("intake_coordinator"))
    forget(web, site)

    _, first = run("--site", str(site.id), "--after", people[0])
    rest = tokens(web, site)
    _, second = run("--site", str(site.id))
    _, third = run("--site", str(site.id))

    assert set(rest) == set(people[1:])
    assert "2 looked at, 2 changed." in first
    assert "3 looked at, 1 changed." in second
    assert "3 looked at, 0 changed." in third


def test_nobody_erased_or_merged_away_is_given_any(web: Web, site: TestSite) -> None:
    lead, coordinator = site.person("clinical_lead"), site.person("intake_coordinator")
    people = registered(coordinator)
    forget(web, site)
    web.run(
        "UPDATE clients SET state = 'merged', merged_into = :o WHERE id = :c",
        o=people[1], c=people[0],
    )  # fmt: skip

    code, _ = run("--site", str(site.id))

    assert code == 0
    assert set(tokens(web, site)) == set(people[1:])
    assert lead.get(f"/clients/{people[0]}").status_code == 404


def test_who_took_in_another_record_keeps_its_tokens(web: Web, site: TestSite) -> None:
    people = registered(site.person("intake_coordinator"))
    web.run("UPDATE clients SET absorbed = true WHERE id = :c", c=people[0])
    web.run(
        "INSERT INTO client_tokens (site_id, token, client_id) VALUES (:s, 4, :c)",
        s=site.id, c=people[0],
    )  # fmt: skip

    run("--site", str(site.id))

    assert 4 in tokens(web, site)[people[0]]


def test_a_value_that_fails_its_check_stops_nobody_else(web: Web, site: TestSite) -> None:
    people = registered(site.person("intake_coordinator"))
    forget(web, site)
    web.run("UPDATE clients SET given_name = family_name WHERE id = :c", c=people[0])

    code, said = run("--site", str(site.id))

    assert code == 1
    assert f"{people[0]}: a stored value fails its check" in said
    assert set(tokens(web, site)) == set(people[1:])


def test_every_site_is_looked_through_and_none_knows_the_other(web: Web, site: TestSite) -> None:
    other = web.site()
    for one in (site, other):
        registered(one.person("intake_coordinator"))
    before = tokens(web, site), tokens(web, other)
    forget(web, site)
    forget(web, other)

    run()

    assert (tokens(web, site), tokens(web, other)) == before


def test_after_needs_a_site(site: TestSite) -> None:
    del site

    code, said = run("--after", str(uuid.uuid4()))

    assert code == 2
    assert "--site" in said
