"""Is what belongs to no question kept on every page of an intake, sealed, and read again?"""

from __future__ import annotations

from typing import Any

import pytest

from intake.clinical import quick_note
from intake.web.intake_outline import STEPS
from tests.makers import orders
from tests.support.web import Caller, TestSite, Web, expect_problem
from tests.web.browser import Pages, pages_of
from tests.web.test_intakes import drafted
from tests.web.test_pages import text_of

NAME = "answers.quick_note.text"
WORDS = "Sister rings for her. Zebra crossing, blue door."


@pytest.fixture
def coordinator(site: TestSite) -> Caller:
    """Somebody who begins intakes."""
    return site.person("intake_coordinator")


def opened(coordinator: Caller, made: dict[str, Any], slug: str) -> Pages:
    pages = pages_of(coordinator)
    assert "Quick note" in text_of(pages.get(f"{made['path']}/steps/{slug}"), 200)
    return pages


def note_of(coordinator: Caller, made: dict[str, Any]) -> str:
    return quick_note.of(coordinator.get(made["path"]).get_json()["answers"])


@pytest.mark.parametrize("slug", [step.slug for step in STEPS])
def test_every_step_keeps_it_by_itself_and_by_its_button(coordinator: Caller, slug: str) -> None:
    made = drafted(coordinator)
    pages, path = opened(coordinator, made, slug), f"{made['path']}/steps/{slug}"

    text_of(pages.save(path, **{NAME: "Sister"}), 200)
    typed = note_of(coordinator, made)
    said = {"_do": "back", NAME: WORDS, "wording_version": "2026-01" if slug == "consent" else ""}
    sent = pages.send(path, **{name: one for name, one in said.items() if one})

    assert (typed, sent.status_code) == ("Sister", 303)
    assert note_of(coordinator, made) == WORDS
    assert WORDS in text_of(pages.get(path), 200)


def test_the_first_page_has_it_too(web: Web, coordinator: Caller) -> None:
    pages = pages_of(coordinator)
    pages.get("/intakes/new")
    client = {f"client.{name}": "Maya" for name in ("given_name", "family_name")}
    born = {"day": "14", "month": "3", "year": "1997"}
    day = {f"client.date_of_birth-{part}": value for part, value in born.items()}
    referral = {"referral.source": "gp", "referral.urgency": "routine"}
    asked = {f"referral.referral_date-{part}": one for part, one in born.items()}

    sent = pages.send("/intakes/new", **client, **day, **referral, **asked, **{NAME: WORDS})

    assert sent.status_code == 303, sent.get_data(as_text=True)[:2000]
    [row] = web.rows("SELECT id FROM intakes WHERE site_id = :s", s=coordinator.site.id)
    assert note_of(coordinator, {"path": f"/intakes/{row.id}"}) == WORDS


def test_a_page_open_since_earlier_does_not_put_back_the_note(coordinator: Caller) -> None:
    made = drafted(coordinator)
    stale, fresh = opened(coordinator, made, "use"), opened(coordinator, made, "social")
    fresh.save(f"{made['path']}/steps/social", **{NAME: WORDS})

    days = {"answers.substance_use.days_used_30": "12"}
    text_of(stale.save(f"{made['path']}/steps/use", **{NAME: ""}, **days), 200)

    assert note_of(coordinator, made) == WORDS
    found = coordinator.get(made["path"]).get_json()["answers"]
    assert found["substance_use"] == {"days_used_30": 12}


def test_two_notes_at_once_are_not_one(coordinator: Caller) -> None:
    """Whoever changes it on a page that shows an older one is told, also on another step."""
    made = drafted(coordinator)
    stale, fresh = opened(coordinator, made, "use"), opened(coordinator, made, "social")
    fresh.save(f"{made['path']}/steps/social", **{NAME: WORDS})

    text_of(stale.save(f"{made['path']}/steps/use", **{NAME: "Something else"}), 412)

    assert note_of(coordinator, made) == WORDS


def test_what_was_typed_can_be_taken_back_on_the_same_page(coordinator: Caller) -> None:
    made = drafted(coordinator)
    pages, path = opened(coordinator, made, "mental"), f"{made['path']}/steps/mental"

    pages.save(path, **{NAME: WORDS})
    pages.save(path, **{NAME: ""})

    assert "quick_note" not in coordinator.get(made["path"]).get_json()["answers"] or not note_of(
        coordinator, made
    )


def test_one_that_is_too_long_is_named_at_its_field(coordinator: Caller) -> None:
    made = drafted(coordinator)
    for slug in ("use", "consent"):
        pages, path = opened(coordinator, made, slug), f"{made['path']}/steps/{slug}"
        long = "x" * (quick_note.LONGEST + 1)
        typed = text_of(pages.save(path, **{NAME: long}), 200)
        text = text_of(
            pages.send(path, _do="next", wording_version="2026-01", **{NAME: long})
            if slug == "consent"
            else pages.send(path, _do="next", **{NAME: long}),
            422,
        )
        assert "can&#39;t be read yet" in typed
        assert 'href="#f-answers-quick_note-text"' in text
    assert not note_of(coordinator, made)


def test_it_is_read_with_the_answers_and_from_the_case(web: Web, coordinator: Caller) -> None:
    answers = orders.NO_RISK | {"quick_note": {"text": WORDS}}
    made, pages = drafted(coordinator, answers=answers), pages_of(coordinator)
    before = text_of(pages.get(f"{made['path']}/check"), 200)
    coordinator.act(f"{made['path']}/submit", version=1)
    case = f"/cases/{made['case_id']}"

    after = text_of(pages.get(f"{case}/intake"), 200)

    assert WORDS in before
    assert WORDS in after
    assert "Handed in" in after
    assert f'href="{case}/intake"' in text_of(pages.get(case), 200)
    [row] = web.rows("SELECT answers::text AS plain FROM intakes WHERE id = :i", i=made["id"])
    assert "Zebra" not in row.plain
    elsewhere = pages_of(web.site().person("intake_coordinator"))
    text_of(elsewhere.get(f"{case}/intake"), 404)
    text_of(pages_of(coordinator.site.person("counsellor")).get(f"{case}/intake"), 403)


def test_it_is_no_question(coordinator: Caller) -> None:
    """It neither makes an intake look begun nor counts among what is asked."""
    plain, noted = drafted(coordinator), drafted(coordinator, answers={"quick_note": {"text": "x"}})
    first, second = (coordinator.get(one["path"]).get_json() for one in (plain, noted))

    assert first["sections"] == second["sections"]
    assert "quick_note" not in {one["name"] for one in second["sections"]}
    refused = coordinator.patch(noted["path"], {"answers": {"quick_note": {"text": 3}}}, version=1)
    expect_problem(refused, 422, "validation-failed")
