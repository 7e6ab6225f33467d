"""Is a referral registered for whom the form means, with the number that was typed?"""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from tests.makers import bookings, orders
from tests.support.web import Caller, TestSite, Web
from tests.web.browser import Pages, pages_of
from tests.web.test_pages import text_of

BORN = {
    "client.date_of_birth-day": "14",
    "client.date_of_birth-month": "3",
    "client.date_of_birth-year": "1997",
}
REFERRAL = {
    "referral.source": "gp",
    "referral.referral_date-day": "5",
    "referral.referral_date-month": "1",
    "referral.referral_date-year": "2026",
    "referral.urgency": "routine",
}
TYPED = {"client.given_name": "Maya", "client.family_name": "Lynton"} | BORN | REFERRAL
NUMBER = {
    "client.contacts.0.value": "+44 7700 900777",
    "client.contacts.0.channel": "sms",
    "client.contacts.0.is_safe": "true",
}


class Buttons(HTMLParser):
    """The names of the submit buttons of a page, in their order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a button that sends its form."""
        known = dict(attrs)
        if tag == "button" and known.get("type", "submit") == "submit":
            self.names.append(known.get("name") or "")


@pytest.fixture
def jo(site: TestSite) -> Caller:
    """Somebody who begins intakes."""
    return site.person("intake_coordinator")


@pytest.fixture
def maya(jo: Caller) -> str:
    """Maya Linton, on record without a case, reached at one number for calls only."""
    way = {"channel": "phone", "value": "+44 7700 900123", "is_safe": True}
    made = jo.post("/clients", orders.client_order(family_name="Linton", contacts=[way]))
    assert made.status_code == 201, made.json
    return str(made.get_json()["id"])


@pytest.fixture
def pages(jo: Caller) -> Pages:
    """The form for a new intake, open."""
    found = pages_of(jo)
    text_of(found.get("/intakes/new"), 200)
    return found


def ways_of(jo: Caller, client_id: str) -> list[tuple[str, str, bool]]:
    found = jo.get(f"/clients/{client_id}/contacts").get_json()["data"]
    return sorted((one["channel"], one["value"], one["is_safe"]) for one in found)


def cases_of(web: Web, client_id: str) -> int:
    return len(web.rows("SELECT id FROM cases WHERE client_id = :c", c=client_id))


def test_enter_begins_the_intake_of_the_person_typed(pages: Pages, maya: str) -> None:
    """The first button of a form is what Enter presses."""
    text = text_of(pages.send("/intakes/new/similar", **TYPED), 200)

    form = text[text.index('action="/intakes/new"') :]
    assert f'name="_use" value="{maya}"' in form
    assert Buttons(form).names[0] == ""


def test_who_it_is_is_offered_only_where_the_record_is_open(web: Web, site: TestSite) -> None:
    mine = bookings.a_case(web, site)
    others = bookings.a_case(web, site, client=orders.reachable_client(family_name="Lynton"))
    pages = pages_of(mine.counsellor)
    text_of(pages.get("/intakes/new"), 200)
    body = mine.coordinator.get(f"/clients/{mine.client_id}").get_json()
    year, month, day = body["date_of_birth"].split("-")
    typed = {
        "client.given_name": body["given_name"],
        "client.family_name": body["family_name"],
        "client.date_of_birth-day": day,
        "client.date_of_birth-month": month,
        "client.date_of_birth-year": year,
    }

    text = text_of(pages.save("/intakes/new/similar", **typed), 200)

    offered = re.findall(r'name="_show" value="([^"]+)"', text)
    assert set(re.findall(r'name="_use" value="([^"]+)"', text)) == {
        str(mine.client_id),
        str(others.client_id),
    }
    assert offered == [str(mine.client_id)]
    assert text.count("Their record isn&#39;t open to you") + text.count("isn't open to you") == 1


def test_a_number_typed_goes_with_the_person_on_record(
    web: Web, jo: Caller, pages: Pages, maya: str
) -> None:
    sent = pages.send("/intakes/new", **TYPED | NUMBER, _use=maya)

    assert sent.status_code == 303, sent.get_data(as_text=True)
    assert "the number is added" in text_of(pages.get(sent.location), 200)
    assert ways_of(jo, maya) == [
        ("phone", "+447700900123", True),
        ("sms", "+447700900777", True),
    ]
    assert cases_of(web, maya) == 1


def test_a_number_on_record_stays_as_the_person_allowed(
    jo: Caller, pages: Pages, maya: str
) -> None:
    known = NUMBER | {"client.contacts.0.value": "+44 7700 900 123"}

    sent = pages.send("/intakes/new", **TYPED | known, _use=maya)

    assert "on record already" in text_of(pages.get(sent.location), 200)
    assert ways_of(jo, maya) == [("phone", "+447700900123", True)]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"client.contacts.0.value": "0770 09"}, "f-client-contacts-0-value"),
        ({"client.contacts.0.channel": ""}, "f-client-contacts-0-channel"),
    ],
    ids=["no number", "not said for what"],
)
def test_a_number_that_cannot_be_kept_stops_the_form(
    web: Web, pages: Pages, maya: str, wrong: dict[str, str], field: str
) -> None:
    text = text_of(pages.send("/intakes/new", **TYPED | NUMBER | wrong, _use=maya), 422)

    assert re.search(rf'href="#{field}"', text)
    assert cases_of(web, maya) == 0
