"""Does a page of consents record what was decided on it, and never an answer it only showed?"""

from __future__ import annotations

import re

import pytest

from tests.makers import orders
from tests.support.web import Caller, TestSite, Web
from tests.web.browser import Pages, pages_of
from tests.web.test_intakes import drafted
from tests.web.test_pages import text_of

WORDING = {"wording_version": "2026-01"}


class Step:
    """The step of consent of a draft: treatment and family given, and its page open."""

    def __init__(self, web: Web, coordinator: Caller) -> None:
        made = drafted(coordinator, answers=orders.NO_RISK)
        self.web, self.coordinator, self.case_id = web, coordinator, made["case_id"]
        self.pages: Pages = pages_of(coordinator)
        self.path = f"{made['path']}/steps/consent"
        self.open()
        given = {"consents.treatment": "given", "consents.share_family": "given"}
        sent = self.pages.send(self.path, _do="back", **given, **WORDING)
        assert sent.status_code == 303, sent.get_data(as_text=True)
        self.open()

    def open(self) -> dict[str, str]:
        """The answers that stand in the page."""
        return checked(text_of(self.pages.get(self.path), 200))

    def by_api(self, purpose: str, status: str) -> None:
        """A colleague writes an answer down."""
        body = orders.consent_order(purpose, status=status)
        made = self.coordinator.post(f"/cases/{self.case_id}/consents", body)
        assert made.status_code == 201, made.json

    def of(self, purpose: str) -> list[str]:
        """Every answer to a purpose, the oldest first."""
        rows = self.web.rows(
            "SELECT status FROM consents WHERE purpose = :p AND client_id ="
            " (SELECT client_id FROM cases WHERE id = :c) ORDER BY id",
            p=purpose,
            c=self.case_id,
        )
        return [row.status for row in rows]


@pytest.fixture
def step(web: Web, site: TestSite) -> Step:
    """Its page open, before a colleague did anything."""
    return Step(web, site.person("intake_coordinator"))


def checked(text: str) -> dict[str, str]:
    """The radio buttons that are chosen in a page."""
    found = re.findall(r'type="radio"[^>]*name="(consents\.\w+)" value="(\w+)" checked', text)
    return dict(found)


def test_an_answer_only_shown_is_not_given_back_after_it_was_withdrawn(step: Step) -> None:
    shown = step.open()
    step.by_api("share_family", "withdrawn")

    text = text_of(step.pages.send(step.path, _do="next", **shown, **WORDING), 412)
    again = checked(text)
    sent = step.pages.send(step.path, _do="next", **again, **WORDING)

    assert shown["consents.share_family"] == "given"
    assert "Stored now: <b>withdrawn</b>" in text
    assert "consents.share_family" not in again
    assert again["consents.treatment"] == "given"
    assert sent.status_code == 303
    assert step.of("share_family") == ["given", "withdrawn"]
    assert step.of("treatment") == ["given"]


def test_an_answer_decided_on_the_page_is_shown_beside_the_one_stored_meanwhile(
    step: Step,
) -> None:
    step.by_api("research", "refused")
    said = {"consents.research": "given"}

    text = text_of(step.pages.send(step.path, _do="next", **said, **WORDING), 412)
    before = step.of("research")
    sent = step.pages.send(step.path, _do="next", **checked(text), **WORDING)

    assert checked(text)["consents.research"] == "given"
    assert "Stored now: <b>refused</b>" in text
    assert before == ["refused"]
    assert sent.status_code == 303
    assert step.of("research") == ["refused", "given"]


def test_the_same_answer_twice_is_no_clash(step: Step) -> None:
    step.by_api("research", "refused")
    said = step.open() | {"consents.research": "refused"}
    step.by_api("share_gp", "given")

    sent = step.pages.send(
        step.path, _do="next", **said | {"consents.share_gp": "given"}, **WORDING
    )

    assert sent.status_code == 303
    assert step.of("share_gp") == ["given"]


def test_a_form_that_does_not_say_what_it_showed_records_nothing(step: Step) -> None:
    del step.pages.hidden["_shown.research"]

    said = {"consents.research": "given"}
    text_of(step.pages.send(step.path, _do="next", **said, **WORDING), 428)

    assert step.of("research") == []
