"""A journey with words in it that must turn up nowhere but behind the person's own key."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from tests.makers import bookings, orders
from tests.makers.assessments import NO_RISK, assessment_order
from tests.makers.cases import CaseOf
from tests.support.web import Caller, TestSite, Web

#: Nobody is called that, nothing else in the product spells so.
NAMES = ("Quillonia", "Zephyrwick", "Xanthippa")
NUMBERS = ("7700900987", "+447700900987")
TEXTS = ("marmaladecove", "heliotropeharbour", "sassafrasquay")
PLANTED = (*NAMES, *NUMBERS, *TEXTS)


@dataclass(frozen=True)
class Journey:
    """What was made, who made it, and every answer that refused something."""

    case: CaseOf
    lead: Caller
    problems: tuple[str, ...]


def journey(web: Web, site: TestSite) -> Journey:
    """Refer, hand in, book, note, hold; then fail in every way that has the words at hand."""
    case = bookings.a_case(
        web,
        site,
        client=orders.reachable_client(
            given_name=NAMES[0],
            family_name=NAMES[1],
            preferred_name=NAMES[2],
            contacts=[orders.contact_order(value="+44 7700 900987")],
        ),
        answers=bookings.PSYCHOSIS | {"demographics": {"address": f"1 {TEXTS[0]}"}},
        referral=orders.referral_order(),
    )
    bookings.book(case)
    lead = case.lead
    client = f"/clients/{case.client_id}"
    for path in (client, f"{client}/contacts", f"/intakes/{case.intake_id}"):
        assert lead.get(path).status_code == 200
    grant = {"reason_code": "emergency", "justification": f"The ward asks: {TEXTS[2]}."}
    for caller, path, body in (
        (lead, f"{client}/holds", {"reason": f"Inquest {TEXTS[1]}"}),
        (lead, f"/cases/{case.id}/break-glass-grants", grant),
        (case.counsellor, f"/cases/{case.id}/counselling-notes", {"text": TEXTS[0]}),
    ):
        assert caller.post(path, body).status_code == 201, path
    return Journey(case, lead, tuple(_failures(web, lead, case)))


def _failures(web: Web, lead: Caller, case: CaseOf) -> list[str]:
    """Refusals and defects, each with a planted word in what was sent or stored."""
    client = f"/clients/{case.client_id}"
    person = {"given_name": NAMES[0], "family_name": NAMES[1], "date_of_birth": "1997-03-14"}
    version = lead.get(client).get_json()["version"]
    bad: list[dict[str, Any]] = [
        person | {"date_of_birth": NAMES[0]},
        person | {"nickname": NAMES[1]},
        person | {NAMES[0]: 1, f"{TEXTS[0]}_name": 2},
        person | {"contacts": [orders.contact_order() | {NUMBERS[0]: True}]},
        person | {"contacts": [orders.contact_order(value=f"{NUMBERS[0]}000000")]},
        person | {"given_name": f"{NAMES[0]}\u202e"},
        person,  # known already
    ]
    found = [lead.post("/clients", body).text for body in bad]
    refused = {"source": TEXTS[2]}
    found += [
        lead.patch(client, {"given_name": NAMES[0], "birth": TEXTS[2]}, version=version).text,
        lead.patch(client, {"given_name": NAMES[1]}, version=99).text,
        lead.post(f"{client}/holds", {"reason": TEXTS[2], "client_id": NAMES[0]}).text,
        lead.post("/intakes", {"client_id": str(uuid.uuid4()), "referral": refused}).text,
        lead.client.post("/api/v1/clients", data=f'{{"given_name": "{NAMES[0]}"').text,
        lead.get(f"/clients?{NAMES[0]}=1").text,
        lead.get(f"/clients?cursor={'x' * 10}").text,
    ]
    return found + _pasted_as_names(lead, case) + _broken(web, lead, case)


def _pasted_as_names(lead: Caller, case: CaseOf) -> list[str]:
    """A word where the name of a field of the record or of an instrument belongs."""
    records: list[dict[str, Any]] = [
        {NAMES[0]: {}},
        {"physical": {NAMES[1]: True}},
        {"goals": [{TEXTS[0]: 1}]},
    ]
    found = [lead.post("/intakes", orders.intake_order(answers=one)) for one in records]
    answers = NO_RISK["cssrs"] | {NAMES[2]: True, TEXTS[1]: 1}
    order = assessment_order("cssrs", answers=answers)
    found.append(lead.post(f"/cases/{case.id}/assessments", order))
    assert {one.status_code for one in found} == {422}, [one.text for one in found]
    return [one.text for one in found]


def _broken(web: Web, lead: Caller, case: CaseOf) -> list[str]:
    """A constraint that no one foresaw, a row that can't be read, a value that was moved."""
    client = f"/clients/{case.client_id}"
    version = lead.get(client).get_json()["version"]
    web.run("ALTER TABLE clients ADD CONSTRAINT canary CHECK (version < 2) NOT VALID")
    try:
        unforeseen = lead.client.patch(  # past the caller's own check: a defect leaves no event
            f"/api/v1{client}",
            json={"given_name": NAMES[2]},
            headers={"If-Match": f'"{version}"'},
        )
    finally:
        web.run("ALTER TABLE clients DROP CONSTRAINT canary")
    assert unforeseen.status_code == 500, unforeseen.text
    web.run("UPDATE intakes SET answers = '[1]' WHERE id = :i", i=case.intake_id)
    unreadable = lead.client.get(f"/api/v1/intakes/{case.intake_id}")
    web.run("UPDATE intakes SET answers = '{}' WHERE id = :i", i=case.intake_id)
    assert unreadable.status_code == 500, unreadable.text
    web.run(
        "UPDATE clients SET given_name = family_name, family_name = given_name WHERE id = :c",
        c=case.client_id,
    )
    moved = lead.get(client)
    web.run(
        "UPDATE clients SET given_name = family_name, family_name = given_name WHERE id = :c",
        c=case.client_id,
    )
    assert moved.status_code == 409, moved.text
    return [unforeseen.text, unreadable.text, moved.text]


def seen(text: str) -> list[str]:
    """Which of the planted words stand in a text, in any case."""
    low = text.lower()
    return [word for word in PLANTED if word.lower() in low]
