"""Does the list of intakes tell whose each is, to those who may know it and nobody else?"""

from __future__ import annotations

from typing import Any

from tests.makers import api_keys, bookings, orders
from tests.makers.api_keys import Program
from tests.support.web import Caller, TestSite, Web, counted
from tests.web.browser import pages_of
from tests.web.test_pages import text_of


def listed(person: Caller | Program, path: str = "/intakes") -> list[dict[str, Any]]:
    answer = person.get(path)
    assert answer.status_code == 200, answer.json
    found: list[dict[str, Any]] = answer.get_json()["data"]
    return found


def test_each_row_says_whose_it_is(web: Web, site: TestSite) -> None:
    coordinator = site.person("intake_coordinator")
    client = orders.client_order(given_name="Maya", family_name="Linton", preferred_name="May")
    made = coordinator.post("/intakes", orders.intake_order(client=client)).get_json()
    pages, costs = pages_of(coordinator), []
    for name in ("Ida", "Olu", "Zoe"):
        other = orders.client_order(given_name=name, family_name="Other")
        coordinator.post("/intakes", orders.intake_order(client=other))
        with counted(web) as sent:
            text = text_of(pages.get("/intakes"), 200)
        costs.append(len(sent))

    assert "May Linton" in text
    assert f"{made['reference']}, begun" in text
    assert len(set(costs)) == 1, costs
    assert {one["name"] for one in listed(coordinator)} >= {"May Linton", "Ida Other"}
    [event] = web.rows(
        "SELECT DISTINCT sensitivity FROM audit_events WHERE site_id = :s AND type = 'intake'"
        " AND subtype = 'list'",
        s=site.id,
    )
    assert event.sensitivity == "P1"


def test_who_may_not_know_the_person_reads_the_number_of_the_case(web: Web, site: TestSite) -> None:
    case = bookings.a_case(web, site)
    author = site.person("counsellor")
    web.run("UPDATE intakes SET author_id = :a WHERE case_id = :c", a=author.staff_id, c=case.id)
    draft = case.coordinator.post("/intakes", orders.intake_order()).get_json()
    website, reader = (
        api_keys.program(site, "intake:read", *more) for more in ((), ("client:read",))
    )

    [of_author], [of_key], [of_reader] = listed(author), listed(website), listed(reader)
    text = text_of(pages_of(author).get("/intakes?state=submitted"), 200)

    assert (of_author["name"], of_key["name"]) == (None, None)
    assert (of_author["case_id"], of_key["id"]) == (case.id, draft["id"])
    assert of_reader["name"] is not None
    assert of_author["case_reference"] in text
