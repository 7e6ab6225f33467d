"""Is a form taken once, from the person it was shown to, and is nothing typed ever lost?"""

from __future__ import annotations

import datetime as dt
import threading
import uuid

import pytest

from tests.makers import bookings
from tests.support.web import Caller, TestSite, Web
from tests.web.browser import HTML, Pages, pages_of
from tests.web.sample import STORED
from tests.web.test_pages import text_of

COVER = "/sample/cover"


@pytest.fixture
def person(site: TestSite) -> Caller:
    """A clinical lead."""
    return site.person("clinical_lead")


@pytest.fixture
def lead(person: Caller) -> Pages:
    """Their pages, with the form open."""
    pages = pages_of(person)
    assert pages.get(COVER).status_code == 200
    return pages


def cover(site: TestSite, **changes: str) -> dict[str, str]:
    """A form that would be taken."""
    year = str(dt.datetime.now(dt.UTC).year + 1)
    day = {"day": "1", "month": "2", "year": year}
    dates = {f"{name}-{part}": day[part] for name in ("from_on", "until_on") for part in day}
    people = {
        "staff_id": str(site.person("counsellor").staff_id),
        "for_staff_id": str(site.person("counsellor").staff_id),
    }
    return people | dates | changes


def covers(web: Web, site: TestSite) -> int:
    return len(web.rows("SELECT 1 FROM covers WHERE site_id = :s", s=site.id))


def test_a_form_is_taken_and_leads_on(web: Web, site: TestSite, lead: Pages) -> None:
    answer = lead.send(COVER, **cover(site))

    assert (answer.status_code, answer.location) == (303, COVER)
    assert covers(web, site) == 1


def test_a_second_click_is_the_same_request(web: Web, site: TestSite, lead: Pages) -> None:
    sent = cover(site) | lead.hidden

    first, second = (lead.client.post(COVER, data=sent, headers=HTML) for _ in range(2))

    assert [first.status_code, second.status_code] == [303, 303]
    assert first.location == second.location
    assert second.headers["Idempotency-Replayed"] == "true"
    assert covers(web, site) == 1


def test_two_clicks_at_once_make_one_row(web: Web, site: TestSite, person: Caller) -> None:
    pages = pages_of(person)
    pages.get(COVER)
    sent, answers = cover(site) | pages.hidden, []
    cookies = {one.key: one.value for one in (pages.client._cookies or {}).values()}  # noqa: SLF001 - for two clients

    def click() -> None:
        client = web.app.test_client()
        for name, value in cookies.items():
            client.set_cookie(name, value)
        answers.append(client.post(COVER, data=sent, headers=HTML).status_code)

    clicks = [threading.Thread(target=click) for _ in range(2)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()

    assert answers == [303, 303]
    assert covers(web, site) == 1


def test_what_was_typed_comes_back_with_what_was_wrong(
    web: Web, site: TestSite, lead: Pages
) -> None:
    sent = cover(site, for_staff_id="")
    sent["until_on-day"] = "45"

    text = text_of(lead.send(COVER, **sent), 422)

    assert covers(web, site) == 0
    assert f'value="{sent["staff_id"]}"' in text
    assert 'name="until_on-day" inputmode="numeric" autocomplete="off" value="45"' in text
    assert '<a href="#f-for_staff_id">' in text
    assert '<a href="#f-until_on">' in text
    assert "<title>Error: " in text


def test_a_rule_of_the_service_reads_as_in_the_api(
    site: TestSite, person: Caller, lead: Pages
) -> None:
    sent = cover(site)
    sent["until_on-year"] = "2020"
    api = person.post(
        "/covers",
        {
            "staff_id": sent["staff_id"],
            "for_staff_id": sent["for_staff_id"],
            "from_on": f"{sent['from_on-year']}-02-01",
            "until_on": "2020-02-01",
        },
    ).get_json()

    text = text_of(lead.send(COVER, **sent), 422)

    assert [one["message"] for one in api["errors"]] == [
        "Enter the first day, today or a later day."
    ]
    assert "Enter the first day, today or a later day." in text


@pytest.mark.parametrize("token", ["", "0" * 64])
def test_a_form_that_was_not_shown_is_refused(
    web: Web, site: TestSite, lead: Pages, token: str
) -> None:
    answer = lead.send(COVER, **cover(site, _token=token))

    assert "This form can&#39;t be taken" in text_of(answer, 403)
    assert covers(web, site) == 0


def test_somebody_elses_form_is_refused(web: Web, site: TestSite, lead: Pages) -> None:
    other, browser = (
        pages_of(site.person("clinical_lead")),
        lead.client.get_cookie("intake-browser"),
    )
    assert browser is not None
    other.client.set_cookie("intake-browser", browser.value)
    other.get(COVER)

    answer = other.send(COVER, **cover(site, _token=lead.hidden["_token"]))

    assert answer.status_code == 403
    assert covers(web, site) == 0


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, 303),
        ({"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}, 303),
    ],
)
def test_a_form_of_another_site_is_refused(
    site: TestSite, lead: Pages, headers: dict[str, str], status: int
) -> None:
    sent = cover(site) | lead.hidden

    assert lead.client.post(COVER, data=sent, headers=HTML | headers).status_code == status


def test_a_form_that_is_no_form_is_refused(site: TestSite, lead: Pages) -> None:
    answer = lead.client.post(COVER, json=cover(site) | lead.hidden, headers=HTML)

    assert answer.status_code == 415


def test_a_form_without_a_key_creates_nothing(web: Web, site: TestSite, lead: Pages) -> None:
    answer = lead.send(COVER, **cover(site, _key=""))

    assert answer.status_code == 400
    assert covers(web, site) == 0


def test_a_session_that_ended_loses_nothing_that_was_typed(
    web: Web, site: TestSite, person: Caller, lead: Pages
) -> None:
    sent = cover(site)
    web.run("UPDATE staff_sessions SET revoked_at = now() WHERE staff_id = :i", i=person.staff_id)

    text = text_of(lead.send(COVER, **sent), 401)

    assert "nothing you typed is lost" in text
    assert f'name="staff_id" value="{sent["staff_id"]}"' in text
    web.run("UPDATE staff_sessions SET revoked_at = NULL WHERE staff_id = :i", i=person.staff_id)
    assert lead.send(COVER, **sent).status_code == 303
    assert covers(web, site) == 1


def test_a_stale_form_shows_both_versions_and_overwrites_nothing(web: Web, site: TestSite) -> None:
    case = bookings.a_case(web, site, answers=bookings.PSYCHOSIS)
    task = web.rows("SELECT id, version FROM tasks WHERE case_id = :c LIMIT 1", c=case.id)[0]
    web.run("UPDATE tasks SET owner_id = :o", o=case.lead.staff_id)
    pages, path = pages_of(case.lead), f"/sample/tasks/{task.id}/{task.version}"
    assert STORED in text_of(pages.get(path), 200)
    pages.hidden["_version"] = str(task.version + 7)

    text = text_of(pages.send(path, note="Call after six"), 412)

    assert "Somebody else changed this while you worked" in text
    assert "Call after six" in text
    assert f"Stored now: <b>{STORED}</b>" in text
    assert f'name="_version" value="{task.version}"' in text


def test_a_form_without_its_version_changes_nothing(site: TestSite) -> None:
    pages = pages_of(site.person("counsellor"))
    path = f"/sample/tasks/{uuid.uuid4()}/1"
    pages.get(path)
    pages.hidden.pop("_version")

    assert "This form is too old" in text_of(pages.send(path, note="x"), 428)
