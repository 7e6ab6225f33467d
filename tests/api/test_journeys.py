"""Does the API carry each worked example from its referral to its discharge, and back again?

Over HTTP only, every request by somebody of the role whose step it is, signed in by themselves.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from intake.cli import vignettes
from intake.services.audit import canonical
from tests.makers import journeys
from tests.makers.journeys import Journey, done
from tests.makers.progress import note_order
from tests.makers.team import team
from tests.support.web import TestSite, Web, expect_problem

NAMES = ("V01", "V02", "V03", "V04", "V05", "V06")
BACK_AFTER = dt.timedelta(days=30)


@pytest.mark.parametrize("name", NAMES)
def test_referral_to_discharge(web: Web, site: TestSite, name: str) -> None:
    journey = Journey(web, site, team(web, site), name)

    path = [*to_a_plan(journey), *treated(journey), *discharged(journey)]

    assert moves_of(journey) == list(zip([None, *path], path, strict=False))
    course_is_in_order(journey)
    nothing_is_left(journey)
    back_again(journey)
    trail_holds(journey)


def to_a_plan(journey: Journey) -> list[str]:
    """Referral, intake, instruments, recommendation, decision: each as expected."""
    vignette, expected = journey.vignette, journey.vignette["expected"]
    draft = journeys.refer(journey)
    assert journey.read(by=journey.team.coordinator)["state"] == "referred"
    assert journeys.take_in(journey, draft)["case_state"] == "intake"
    journeys.hand_over(journey)
    journeys.measure(journey, vignettes.assessment_bodies(vignette))
    journeys.answer_alerts(journey, "acknowledge")
    journey.on(vignette["intake"]["plan_decision_date"])
    done(journey.team.counsellor.post(f"{journey.case}/recommendation"))
    found = journey.read("/recommendation")
    assert vignettes.differences(expected, found["result"]) == ()
    assert journey.read()["state"] == "assessed"
    journeys.answer_alerts(journey, "acknowledge")
    alerts = done(journey.team.lead.get(f"/alerts?case_id={journey.case_id}"))["data"]
    assert sorted(one["code"] for one in alerts) == sorted(
        one["code"] for one in expected["alerts"]
    )
    journeys.decide(journey, found)
    choice = vignettes.CHOICES.get(journey.name, {})
    assert (journey.plan["state"], journey.plan["override_code"]) == (
        "agreed",
        choice.get("override_code"),
    )
    assert journey.read()["state"] == "plan_chosen"
    return ["referred", "intake", "assessed", "plan_chosen"]


def treated(journey: Journey) -> list[str]:
    """Booked and attended visits, with the step down after a stay."""
    journeys.book(journey)
    journeys.begin_treatment(journey)
    states = ["active"]
    for place, (code, *_) in list(enumerate(journey.visits))[1:-1]:
        if code == journeys.AFTER_STAY:
            journeys.step_down(journey)
            states.append("step_down")
        journeys.attend(journey, place)
    assert journey.read()["state"] == states[-1]
    records = journey.read("/session-records?limit=100")["data"]
    assert [one["held_on"] for one in records] == [
        day for *_, day, _ in reversed(journey.visits[:-1])
    ]
    return states


def discharged(journey: Journey) -> list[str]:
    """Proposed by the counsellor and agreed to by a lead who is somebody else."""
    before = booked(journey)
    assert before == [journey.visits[-1][-1]]
    assert waiting(journey)
    journeys.discharge(journey)
    return ["discharged"]


def course_is_in_order(journey: Journey) -> None:
    """The timeline tells it in the order in which it happened."""
    course = journey.every("/timeline")
    assert [one["at"] for one in course] == sorted(one["at"] for one in course)
    firsts = list(dict.fromkeys((one["type"], one["state"]) for one in course))
    told = [
        ("transition", "referred"),
        ("transition", "intake"),
        ("score", "signed"),
        ("transition", "assessed"),
        ("transition", "plan_chosen"),
        ("transition", "active"),
        ("transition", "discharged"),
    ]
    assert [one for one in firsts if one in told] == told
    types = list(dict.fromkeys(one["type"] for one in course))
    wanted = ["intake", "score", "recommendation", "decision", "session"]
    assert [one for one in types if one in wanted] == wanted
    sessions = [one for one in course if one["type"] == "session"]
    assert len(sessions) == len(journey.visits) - 1


def nothing_is_left(journey: Journey) -> None:
    """No visit, reminder or obligation outlives the case, and it is frozen."""
    assert booked(journey) == []
    assert waiting(journey) == []
    owed = journey.read("/follow-ups")["data"]
    assert {one["state"] for one in owed} <= {"done", "withdrawn", "missed"}
    late = journey.team.counsellor.post(f"{journey.case}/notes", note_order())
    expect_problem(late, 409, "conflict")


def back_again(journey: Journey) -> None:
    """A return is a new episode of the same person; the old one stays as it is."""
    old = journey.read(by=journey.team.coordinator)
    day = (dt.date.fromisoformat(journey.today) + BACK_AFTER).isoformat()

    fresh = journeys.come_back(journey, day)

    assert (fresh["state"], fresh["reopened_from"]) == ("intake", journey.case_id)
    assert fresh["client_id"] == journey.client_id
    assert fresh["reference"] != old["reference"]
    assert journey.read(by=journey.team.coordinator) == old
    drafts = done(journey.team.coordinator.get("/intakes"))["data"]
    (draft,) = (one for one in drafts if one["case_id"] == fresh["id"])
    assert draft["state"] == "draft"
    assert journeys.take_in(journey, draft["id"])["state"] == "submitted"


def trail_holds(journey: Journey) -> None:
    """Every event still carries its MAC; what the auditor reads of the case is in order."""
    keys = journey.web.app.config["KEYS"].current()
    events = journey.web.rows("SELECT * FROM audit_events WHERE site_id = :s", s=journey.site.id)
    for event in events:
        row = dict(event._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
        mac = bytes(row.pop("mac"))
        assert keys.audit_mac(canonical(row), row["mac_key_id"]) == mac
    log = done(journey.team.auditor.get(f"{journey.case}/access-log?limit=100"))["data"]
    assert len(log) == 100
    assert [one["at"] for one in log] == sorted((one["at"] for one in log), reverse=True)


def moves_of(journey: Journey) -> list[tuple[str | None, str]]:
    """From where to where the case went, the first move first, each later than the one before."""
    found: list[dict[str, Any]] = journey.read("/transitions", by=journey.team.lead)["data"]
    assert [one["at"] for one in found] == sorted((one["at"] for one in found), reverse=True)
    assert {one["role"] for one in found} >= {"intake_coordinator", "counsellor", "clinical_lead"}
    return [(one["from_state"], one["to_state"]) for one in reversed(found)]


def booked(journey: Journey) -> list[str]:
    """The visits that are still to come."""
    path = f"/appointments?case_id={journey.case_id}&status=booked"
    return [one["id"] for one in done(journey.team.coordinator.get(path))["data"]]


def waiting(journey: Journey) -> list[str]:
    """The reminders that are still to be sent."""
    path = f"/reminders?case_id={journey.case_id}&limit=100"
    found = done(journey.team.coordinator.get(path))["data"]
    return [one["id"] for one in found if one["state"] in ("scheduled", "leased", "sending")]
