"""An intake: begun, asked, interrupted, consented to and handed in."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from tests.makers import orders
from tests.support.web import Caller, TestSite, Web
from tests.web.browser import Pages, pages_of
from tests.web.pairs.pair import Answers, Pair

MONDAY = dt.datetime(2027, 1, 11, 10, tzinfo=dt.UTC)
PERSON = {"given_name": "Maya", "family_name": "Linton", "date_of_birth": "1997-03-14"}
BEGUN = {
    "client__given_name": "Maya",
    "client__family_name": "Linton",
    "client__date_of_birth-day": "14",
    "client__date_of_birth-month": "3",
    "client__date_of_birth-year": "1997",
    "client__contacts__0__channel": "sms",
    "client__contacts__0__value": "+44 7700 900123",
    "client__contacts__0__is_safe": "true",
    "referral__source": "gp",
    "referral__referral_date-day": "5",
    "referral__referral_date-month": "1",
    "referral__referral_date-year": "2027",
    "referral__urgency": "urgent",
    "referral__reason": "Bladder pain",
}
REFERRAL = {
    "source": "gp",
    "referral_date": "2027-01-05",
    "urgency": "urgent",
    "reason": "Bladder pain",
}
NUMBER = {"channel": "sms", "value": "+44 7700 900123", "is_safe": True}


@dataclass(frozen=True)
class DraftOf:
    """A draft, and who writes it."""

    coordinator: Caller
    counsellor: Caller
    made: dict[str, Any]

    @property
    def path(self) -> str:
        """Where it is, for pages and for the API alike."""
        return f"/intakes/{self.made['id']}"

    def pages(self, address: str) -> Pages:
        """The coordinator's pages, with that one open."""
        found = pages_of(self.coordinator)
        assert found.get(address).status_code == 200
        return found


def nobody_yet(web: Web, site: TestSite) -> Caller:
    """A coordinator on a Monday."""
    web.set_clinic_time(MONDAY)
    return site.person("intake_coordinator")


def draft(web: Web, site: TestSite, **changes: Any) -> DraftOf:
    """A referral that was registered, with nothing asked yet."""
    coordinator = nobody_yet(web, site)
    body = orders.intake_order(client=orders.reachable_client(**PERSON), **changes)
    made = coordinator.post("/intakes", body)
    assert made.status_code == 201, made.json
    return DraftOf(coordinator, site.person("counsellor"), made.get_json())


def ready(web: Web, site: TestSite) -> DraftOf:
    """All that handing in needs."""
    return draft(web, site, answers=orders.NO_RISK)


def begin_by_page(coordinator: Caller) -> Answers:
    """The first page."""
    pages = pages_of(coordinator)
    pages.get("/intakes/new")
    return [pages.send("/intakes/new", **BEGUN)]


def begin(coordinator: Caller) -> Answers:
    """The same."""
    client = PERSON | {"contacts": [NUMBER]}
    return [coordinator.post("/intakes", {"client": client, "referral": REFERRAL})]


@dataclass(frozen=True)
class Known:
    """Somebody on record without a case, and who begins intakes."""

    coordinator: Caller
    client_id: str


def known(web: Web, site: TestSite) -> Known:
    """Maya, registered before."""
    coordinator = nobody_yet(web, site)
    made = coordinator.post("/clients", PERSON).get_json()
    return Known(coordinator, str(made["id"]))


def begin_again_by_page(one: Known) -> Answers:
    """The first page, with "Use this person"."""
    pages = pages_of(one.coordinator)
    pages.get("/intakes/new")
    return [pages.send("/intakes/new", **BEGUN, _use=one.client_id)]


def begin_again(one: Known) -> Answers:
    """The same; the number is a second call."""
    body = {"client_id": one.client_id, "referral": REFERRAL}
    begun = one.coordinator.post("/intakes", body)
    return [begun, one.coordinator.post(f"/clients/{one.client_id}/contacts", NUMBER)]


def look_by_page(coordinator: Caller) -> Answers:
    """Who looks alike, as the form asks by itself."""
    pages = pages_of(coordinator)
    pages.get("/intakes/new")
    return [pages.save("/intakes/new/similar", **BEGUN)]


def look(coordinator: Caller) -> Answers:
    """The same."""
    return [coordinator.post("/clients/match", PERSON)]


def step_by_page(one: DraftOf) -> Answers:
    """One step, by its button."""
    path = f"{one.path}/steps/mental"
    said = {
        "answers.mental_health.psychosis_past": "false",
        "answers.mental_health.adhd": "=unknown",
    }
    return [one.pages(path).send(path, _do="next", **said)]


def step(one: DraftOf) -> Answers:
    """The same."""
    said = {"mental_health": {"psychosis_past": False, "adhd": {"status": "unknown"}}}
    return [one.coordinator.patch(one.path, {"answers": said}, version=1)]


def note_by_page(one: DraftOf) -> Answers:
    """What belongs to no question, beside one that was asked."""
    path = f"{one.path}/steps/mental"
    said = {
        "answers.mental_health.adhd": "true",
        "answers.quick_note.text": "Sister rings for her",
    }
    return [one.pages(path).send(path, _do="next", **said)]


def note(one: DraftOf) -> Answers:
    """The same."""
    said = {"mental_health": {"adhd": True}, "quick_note": {"text": "Sister rings for her"}}
    return [one.coordinator.patch(one.path, {"answers": said}, version=1)]


def consent_by_page(one: DraftOf) -> Answers:
    """The ninth step: one answer is new, two stand already."""
    path = f"{one.path}/steps/consent"
    said = {"consents.treatment": "given", "consents.share_gp": "refused"}
    return [one.pages(path).send(path, wording_version="2026-01", **said)]


def consent(one: DraftOf) -> Answers:
    """The same."""
    body = orders.consent_order("share_gp", status="refused")
    return [one.coordinator.post(f"/cases/{one.made['case_id']}/consents", body)]


def stop_by_page(one: DraftOf) -> Answers:
    """The caller is gone."""
    path = f"{one.path}/interrupt"
    return [one.pages(path).send(path, reason="Line dropped", call_back_at="2027-01-11T14:00")]


def stop(one: DraftOf) -> Answers:
    """The same."""
    body = {"reason": "Line dropped", "call_back_at": "2027-01-11T14:00:00+00:00"}
    return [one.coordinator.act(f"{one.path}/actions/interrupt", body, version=1)]


def hand_in_by_page(one: DraftOf) -> Answers:
    """With a first appointment."""
    path = f"{one.path}/check"
    first = {
        "first_appointment.staff_id": str(one.counsellor.staff_id),
        "first_appointment.kind": "intake",
        "first_appointment.mode": "in_person",
        "first_appointment.local_start": "2027-01-18T10:00",
        "first_appointment.minutes": "60",
    }
    return [one.pages(path).send(path, **first)]


def hand_in(one: DraftOf) -> Answers:
    """The same."""
    first = {
        "staff_id": str(one.counsellor.staff_id),
        "mode": "in_person",
        "local_start": "2027-01-18T10:00",
        "minutes": 60,
    }
    body = {"first_appointment": first}
    return [one.coordinator.act(f"{one.path}/submit", body, version=1)]


def add_by_page(one: DraftOf) -> Answers:
    """A number that may be texted."""
    path = f"{one.path}/contact"
    said = {"channel": "phone", "value": "+44 7700 900456", "is_safe": "true"}
    return [one.pages(path).send(path, **said)]


def add(one: DraftOf) -> Answers:
    """The same."""
    body = {"channel": "phone", "value": "+44 7700 900456", "is_safe": True}
    return [one.coordinator.post(f"/clients/{one.made['client_id']}/contacts", body)]


def correct_by_page(one: DraftOf) -> Answers:
    """Another family name; the rest as it was shown."""
    path = f"{one.path}/person"
    born = {"date_of_birth-day": "14", "date_of_birth-month": "3", "date_of_birth-year": "1997"}
    said = {"given_name": "Maya", "family_name": "Lyndon", "preferred_name": "", "pronouns": ""}
    return [one.pages(path).send(path, **said, **born)]


def correct(one: DraftOf) -> Answers:
    """The same."""
    path = f"/clients/{one.made['client_id']}"
    return [one.coordinator.patch(path, {"family_name": "Lyndon"}, version=1)]


@dataclass(frozen=True)
class Alike:
    """A draft, and somebody on record who looks like its person."""

    draft: DraftOf
    other: str


def alike(web: Web, site: TestSite) -> Alike:
    """Two of the same sound and birth date."""
    one = draft(web, site)
    other = one.coordinator.post("/clients", PERSON | {"family_name": "Lynton"}).get_json()
    return Alike(one, other["id"])


def decide_by_page(one: Alike, button: str) -> Answers:
    """A button below the one who is meant."""
    path = f"{one.draft.path}/similar"
    said = {"other_id": one.other, "reason": "Cousins, as they say"}
    return [one.draft.pages(path).send(path, _do=button, **said)]


def apart(one: Alike) -> Answers:
    """The same."""
    body = {"other_id": one.other, "reason": "Cousins, as they say"}
    path = f"/clients/{one.draft.made['client_id']}/distinctions"
    return [one.draft.coordinator.post(path, body)]


def merge(one: Alike) -> Answers:
    """The same."""
    body = {"other_id": one.other, "note": "Cousins, as they say"}
    path = f"/clients/{one.draft.made['client_id']}/merge-requests"
    return [one.draft.coordinator.post(path, body)]


PAIRS = (
    Pair("console.intake_contact.create", "added", draft, add_by_page, add),
    Pair("console.intake_person.correct", "corrected", draft, correct_by_page, correct),
    Pair(
        "console.intake_person.decide",
        "told apart",
        alike,
        lambda one: decide_by_page(one, "apart"),
        apart,
    ),
    Pair(
        "console.intake_person.decide",
        "to be merged",
        alike,
        lambda one: decide_by_page(one, "merge"),
        merge,
    ),
    Pair("console.intake_start.create", "registered", nobody_yet, begin_by_page, begin),
    Pair("console.intake_start.create", "known", known, begin_again_by_page, begin_again),
    Pair("console.intake_start.similar", "looked up", nobody_yet, look_by_page, look),
    Pair("console.intake_steps.save", "one step", draft, step_by_page, step),
    Pair("console.intake_steps.save", "a quick note", draft, note_by_page, note),
    Pair("console.intake_consent.record", "one refused", draft, consent_by_page, consent),
    Pair("console.intake_ends.create", "interrupted", draft, stop_by_page, stop),
    Pair("console.intake_check.submit", "with a time", ready, hand_in_by_page, hand_in),
)
