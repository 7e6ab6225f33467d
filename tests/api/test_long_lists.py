"""Does the trail name everybody on a list that is longer than what one event holds?"""

from __future__ import annotations

from tests.makers import bookings
from tests.makers.programmes import asked, programme
from tests.support.web import TestSite, Web


def test_the_trail_names_everybody_on_a_long_waiting_list(web: Web, site: TestSite) -> None:
    case = bookings.a_case(web, site)
    there = programme(site, capacity=0)
    first = asked(case, there)
    web.run(
        "INSERT INTO cases SELECT made.* FROM cases one, generate_series(1, 120) n, LATERAL"
        " jsonb_populate_record(one, jsonb_build_object('id', gen_random_uuid(), 'reference',"
        " 'C-' || n, 'state', 'declined')) made WHERE one.id = :c",
        c=case.id,
    )
    web.run(
        "INSERT INTO placements SELECT made.* FROM placements one, cases c, LATERAL"
        " jsonb_populate_record(one, jsonb_build_object('id', gen_random_uuid(), 'case_id', c.id))"
        " made WHERE one.id = :p AND c.client_id = :c AND c.state = 'declined'",
        p=first, c=case.client_id,
    )  # fmt: skip

    answer = case.lead.get(f"/programmes/{there}/waiting-list")

    shown = {one["placement_id"] for one in answer.get_json()["data"]}
    events = web.rows(
        "SELECT hits, returned_ids FROM audit_events WHERE request_id = :r AND type = 'placement'",
        r=answer.headers["X-Request-Id"],
    )
    assert len(shown) == 121
    assert sorted(row.hits for row in events) == [21, 100]
    assert {str(one) for row in events for one in row.returned_ids} == shown
