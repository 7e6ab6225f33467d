"""Is a draft saved while somebody types, with one event for each sitting and nothing lost?"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.makers import orders
from tests.support.web import Caller, TestSite, Web
from tests.web.browser import Pages, pages_of

MONDAY = dt.datetime(2027, 1, 11, 10, tzinfo=dt.UTC)
FEVER, FLANK = "answers.physical.fever", "answers.physical.flank_pain"


@pytest.fixture
def coordinator(site: TestSite) -> Caller:
    """Somebody who begins intakes."""
    return site.person("intake_coordinator")


@pytest.fixture
def made(web: Web, coordinator: Caller) -> dict[str, Any]:
    """A draft with nothing asked yet."""
    web.set_clinic_time(MONDAY)
    body: dict[str, Any] = coordinator.post("/intakes", orders.intake_order()).get_json()
    return body


def typing(pages: Pages, path: str, **fields: str) -> tuple[int, str]:
    """Status and body of a save that the page makes by itself; its marks are taken over."""
    answer = pages.save(path, **fields)
    return answer.status_code, answer.get_data(as_text=True)


def saves(web: Web, made: dict[str, Any]) -> list[tuple[int, list[str]]]:
    """Version and parts of each event of a save."""
    rows = web.rows(
        "SELECT entity_version, fields FROM audit_events WHERE entity_id = :i"
        " AND type = 'intake' AND subtype = 'save' ORDER BY id",
        i=made["id"],
    )
    return [(row.entity_version, row.fields) for row in rows]


def stored(web: Web, made: dict[str, Any]) -> Any:
    [row] = web.rows("SELECT * FROM intakes WHERE id = :i", i=made["id"])
    return row


def opened(caller: Caller, made: dict[str, Any], slug: str = "safety") -> tuple[Pages, str]:
    pages, path = pages_of(caller), f"/intakes/{made['id']}/steps/{slug}"
    assert pages.get(path).status_code == 200
    return pages, path


def test_a_sitting_has_one_event_however_often_it_is_saved(
    web: Web, coordinator: Caller, made: dict[str, Any]
) -> None:
    pages, path = opened(coordinator, made)

    for value in ("true", "false", "=unknown", "false"):
        status, text = typing(pages, path, **{FEVER: value})
        assert (status, "Draft saved 10:00" in text) == (200, True)
    generic = "SELECT id FROM audit_events WHERE type = 'intake_steps' AND subtype = 'read'"

    assert len(saves(web, made)) == 1
    row = stored(web, made)
    assert (row.answers["physical"]["fever"], row.version, row.draft_revision) == (False, 5, 5)
    assert web.rows(generic) == []


def test_another_part_begins_the_next_sitting(
    web: Web, coordinator: Caller, made: dict[str, Any]
) -> None:
    pages, path = opened(coordinator, made)
    typing(pages, path, **{FEVER: "false"})
    more, there = opened(coordinator, made, "social")

    typing(more, there, **{"answers.social.housing": "stable"})

    assert [version for version, _ in saves(web, made)] == [2, 3]
    assert "social" in saves(web, made)[1][1]


def test_a_pause_begins_the_next_sitting(
    web: Web, coordinator: Caller, made: dict[str, Any]
) -> None:
    pages, path = opened(coordinator, made)
    typing(pages, path, **{FEVER: "false"})
    web.set_clinic_time(MONDAY + dt.timedelta(minutes=16))

    typing(pages, path, **{FEVER: "true"})

    assert len(saves(web, made)) == 2


def test_a_colleague_never_overwrites_what_was_typed_meanwhile(
    web: Web, site: TestSite, coordinator: Caller, made: dict[str, Any]
) -> None:
    pages, path = opened(coordinator, made)
    typing(pages, path, **{FEVER: "false"})
    lead, _ = opened(site.person("clinical_lead"), made)
    typing(pages, path, **{FEVER: "false", FLANK: "true"})

    slower, _ = typing(lead, path, **{FEVER: "true"})
    fresh, _ = opened(site.person("clinical_lead"), made)
    taken, _ = typing(fresh, path, **{FEVER: "true", FLANK: "true"})
    first, _ = typing(pages, path, **{FEVER: "false", FLANK: "false"})

    assert (slower, taken, first) == (412, 200, 412)
    assert stored(web, made).answers["physical"] == {"fever": True, "flank_pain": True}
    assert len(saves(web, made)) == 2


def test_danger_is_heard_within_a_sitting(
    web: Web, coordinator: Caller, made: dict[str, Any]
) -> None:
    pages, path = opened(coordinator, made)
    typing(pages, path, **{FEVER: "false"})

    typing(pages, path, **{FEVER: "false", "answers.mental_health.psychosis_current": "true"})
    typing(pages, path, **{"answers.physical.urinary_retention": "true", FEVER: "false"})

    codes = web.rows("SELECT code FROM alerts WHERE case_id = :c", c=made["case_id"])
    assert {one.code for one in codes} == {"A04", "A09"}


def test_free_text_is_sealed_within_a_sitting_too(
    web: Web, coordinator: Caller, made: dict[str, Any]
) -> None:
    pages, path = opened(coordinator, made, "use")
    name = "answers.substance_use.binge_trigger"
    typing(pages, path, **{name: "Loud"})
    typing(pages, path, **{name: "Loud weekends"})

    row = stored(web, made)
    read = coordinator.get(f"/intakes/{made['id']}").get_json()["answers"]

    assert "Loud" not in str(row.answers)
    assert b"Loud" not in bytes(row.sealed)
    assert read["substance_use"]["binge_trigger"] == "Loud weekends"


def test_what_is_emptied_is_not_asked(web: Web, coordinator: Caller, made: dict[str, Any]) -> None:
    pages, path = opened(coordinator, made, "use")
    name = "answers.substance_use.days_used_30"
    typing(pages, path, **{name: "12"})

    typing(pages, path, **{name: ""})

    assert "days_used_30" not in stored(web, made).answers.get("substance_use", {})


def test_what_is_handed_in_takes_no_more(
    web: Web, coordinator: Caller, made: dict[str, Any]
) -> None:
    pages, path = opened(coordinator, made)
    coordinator.patch(f"/intakes/{made['id']}", {"answers": orders.NO_RISK}, version=1)
    done = coordinator.act(f"/intakes/{made['id']}/submit", version=2)
    assert done.status_code == 200, done.json

    pages.hidden["_version"] = "3"
    status, _ = typing(pages, path, **{FEVER: "true"})

    assert status == 409
    assert stored(web, made).answers["physical"]["fever"] is False


def test_a_page_never_stands_in_its_own_way(
    web: Web, site: TestSite, coordinator: Caller, made: dict[str, Any]
) -> None:
    """A form that is sent while its own first save is under way names the version before it."""
    pages, path = opened(coordinator, made)
    late = Pages(pages.client, dict(pages.hidden))
    typing(pages, path, **{FEVER: "false"})

    sent = late.send(path, _do="next", **{FEVER: "true"})
    lead, _ = opened(site.person("clinical_lead"), made)
    typing(lead, path, **{FEVER: "false"})
    too_late = late.send(path, _do="next", **{FEVER: "true"})

    assert (sent.status_code, too_late.status_code) == (303, 412)
    assert stored(web, made).answers["physical"]["fever"] is False


def test_a_page_from_before_a_colleague_stays_refused(
    web: Web, site: TestSite, coordinator: Caller, made: dict[str, Any]
) -> None:
    """Also once the person it was shown to has saved again, from a newer page."""
    old, path = opened(coordinator, made)
    lead, _ = opened(site.person("clinical_lead"), made)
    typing(lead, path, **{FEVER: "true"})
    fresh, _ = opened(coordinator, made)
    assert typing(fresh, path, **{FEVER: "true", FLANK: "false"})[0] == 200

    status, _ = typing(old, path, **{FEVER: "false"})

    assert status == 412
    assert stored(web, made).answers["physical"]["fever"] is True


def test_a_second_page_of_the_same_person_puts_nothing_back(
    web: Web, coordinator: Caller, made: dict[str, Any]
) -> None:
    """A page sends its whole step, what is empty there too: it has to know what it empties."""
    first, path = opened(coordinator, made)
    second, _ = opened(coordinator, made)
    assert typing(first, path, **{FEVER: "true"})[0] == 200

    by_itself = Pages(second.client, dict(second.hidden))
    overtaken, _ = typing(by_itself, path, **{FEVER: "", FLANK: "true"})
    kept = stored(web, made).answers["physical"]
    sent = second.send(path, _do="next", **{FEVER: "", FLANK: "true"})
    again, _ = typing(first, path, **{FEVER: "false"})
    knowing = second.send(path, _do="next", **{FEVER: "true", FLANK: "true"})

    assert (overtaken, kept) == (412, {"fever": True})
    assert (sent.status_code, "Yes" in sent.get_data(as_text=True)) == (412, True)
    assert (again, knowing.status_code) == (200, 412)
    assert stored(web, made).answers["physical"] == {"fever": False}


def test_a_second_page_goes_on_once_it_shows_what_is_stored(
    web: Web, coordinator: Caller, made: dict[str, Any]
) -> None:
    first, path = opened(coordinator, made)
    second, _ = opened(coordinator, made)
    typing(first, path, **{FEVER: "true"})
    refused = second.send(path, _do="next", **{FLANK: "true"})

    sent = second.send(path, _do="next", **{FEVER: "true", FLANK: "true"})
    overtaken, _ = typing(first, path, **{FEVER: "false"})

    assert (refused.status_code, sent.status_code, overtaken) == (412, 303, 412)
    assert stored(web, made).answers["physical"] == {"fever": True, "flank_pain": True}


def test_a_page_of_another_part_stands_in_nobodys_way(
    web: Web, coordinator: Caller, made: dict[str, Any]
) -> None:
    first, path = opened(coordinator, made)
    second, there = opened(coordinator, made, "social")

    codes = [
        typing(first, path, **{FEVER: "true"})[0],
        typing(second, there, **{"answers.social.housing": "stable"})[0],
        typing(first, path, **{FEVER: "false"})[0],
    ]

    assert codes == [200, 200, 200]
    answers = stored(web, made).answers
    assert (answers["physical"]["fever"], answers["social"]["housing"]) == (False, "stable")
