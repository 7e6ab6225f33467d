"""A worked example on its way through the service: each step is requests of the role it belongs to.

Nothing is arranged behind the API's back but the people and the clock of the clinic.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug.test import TestResponse

from intake.cli import vignettes
from tests.makers import cases
from tests.makers.assessments import assessment_order
from tests.makers.plans import GOAL
from tests.makers.progress import note_order, use_order
from tests.makers.team import Team
from tests.support.web import Caller, TestSite, Web

#: What is kept of each schedule, in order; the last one is booked and never comes about.
VISITS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "inpatient": (
        ("I2", "admission"), ("I3.1", "review"), ("X1", "contact"), ("X2", "session"),
        ("X3", "review"), ("X4", "session"),
    ),
    "outpatient_cbt": (("O1", "session"), ("O3", "review"), ("O4", "review"), ("O5", "session")),
    "peer_support": (("P1", "contact"), ("P2", "review"), ("P4", "review"), ("P5", "contact")),
}  # fmt: skip
EXIT_SET = ("sds", "phq9", "gad7", "kbc6")
AFTER_STAY = "X1"


@dataclass
class Journey:
    """One person's way, as far as it has come."""

    web: Web
    site: TestSite
    team: Team
    name: str
    case_id: str = ""
    client_id: str = ""
    plan: dict[str, Any] = field(default_factory=dict)
    #: Code, kind, day and appointment of what was booked, in order.
    visits: list[tuple[str, str, str, str]] = field(default_factory=list)
    today: str = ""

    @property
    def vignette(self) -> vignettes.Vignette:
        """The worked example."""
        return vignettes.examples()[self.name]

    @property
    def case(self) -> str:
        """The address of the case."""
        return f"/cases/{self.case_id}"

    def on(self, day: str) -> None:
        """Time goes on to ten in the morning of that day."""
        cases.at_ten(self.web, day)
        self.today = day

    def read(self, path: str = "", by: Caller | None = None) -> dict[str, Any]:
        """Something below the case, as the counsellor sees it."""
        return done((by or self.team.counsellor).get(f"{self.case}{path}"))

    def every(self, path: str) -> list[dict[str, Any]]:
        """A list below the case as the counsellor sees it, page by page."""
        found: list[dict[str, Any]] = []
        cursor = ""
        while True:
            page = self.read(f"{path}?limit=100{cursor}")
            found.extend(page["data"])
            if page["page"]["next_cursor"] is None:
                return found
            cursor = f"&cursor={page['page']['next_cursor']}"

    def move(self, by: Caller, to: str, **said: Any) -> dict[str, Any]:
        """Move the case as it is now."""
        version = self.read(by=by)["version"]
        return done(by.act(f"{self.case}/transitions", {"to": to, **said}, version=version))

    def lacks(self, to: str) -> set[str]:
        """The needs of a move that are not fulfilled."""
        moves = self.read("/transitions/possible")["moves"]
        (there,) = (one for one in moves if one["to"] == to)
        return {one["need"] for one in there["missing"]}


def done(answer: TestResponse) -> dict[str, Any]:
    """What came back of a request that must succeed."""
    assert answer.status_code in (200, 201), (answer.request.path, answer.json)
    body: dict[str, Any] = answer.get_json()
    return body


def refer(journey: Journey, phone: str = cases.PHONE) -> str:
    """The coordinator registers the referral, takes it and looks at it; the draft intake."""
    coordinator, vignette = journey.team.coordinator, journey.vignette
    journey.on(vignette["intake"]["intake_date"])
    order = {
        "referral": vignettes.referral_body(vignette),
        "client": vignettes.client_body(vignette, phone),
    }
    made = done(coordinator.post("/intakes", order))
    journey.case_id, journey.client_id = made["case_id"], made["client_id"]
    referral = f"{journey.case}/referral/actions"
    taken = done(coordinator.act(f"{referral}/take", version=1))
    look = {"triaged_on": journey.today, "route": "phone"}
    done(coordinator.act(f"{referral}/triage", look, version=taken["version"]))
    return str(made["id"])


def take_in(journey: Journey, draft: str) -> dict[str, Any]:
    """The answers, saved section by section, and handed in."""
    coordinator, path = journey.team.coordinator, f"/intakes/{draft}"
    version = done(coordinator.get(path))["version"]
    sections = vignettes.answers_body(journey.vignette)
    sections["referral"]["triage_date"] = journey.today
    for name, section in sections.items():
        answers = {"answers": {name: section}}
        version = done(coordinator.patch(path, answers, version=version))["version"]
    return done(coordinator.act(f"{path}/submit", version=version))


def hand_over(journey: Journey) -> None:
    """A lead names the key worker."""
    lead = journey.team.lead
    version = journey.read(by=lead)["version"]
    order = {"key_worker_id": str(journey.team.counsellor.staff_id)}
    done(lead.act(f"{journey.case}/actions/assign", order, version=version))


def measure(journey: Journey, bodies: list[dict[str, Any]]) -> None:
    """The counsellor records and signs each instrument."""
    counsellor = journey.team.counsellor
    for body in bodies:
        draft = done(counsellor.post(f"{journey.case}/assessments", body))
        done(counsellor.act(f"/assessments/{draft['id']}/actions/sign", version=draft["version"]))


def answer_alerts(journey: Journey, act: str, **said: Any) -> list[str]:
    """A lead takes on, or closes, each alert that is not closed; their codes."""
    lead = journey.team.lead
    before = "open" if act == "acknowledge" else "acknowledged"
    found = done(lead.get(f"/alerts?case_id={journey.case_id}&state={before}&limit=100"))["data"]
    for one in found:
        done(lead.act(f"/alerts/{one['id']}/actions/{act}", said or None, version=one["version"]))
    return sorted(one["code"] for one in found)


def decide(journey: Journey, recommendation: Mapping[str, Any]) -> None:
    """The counsellor decides with the person, and they set a second goal."""
    counsellor = journey.team.counsellor
    body = vignettes.plan_body(journey.vignette, recommendation["id"])
    made = done(counsellor.post(f"{journey.case}/plans", body))
    journey.plan = done(counsellor.get(f"/plans/{made['id']}"))
    second = GOAL | {"statement": "Sleep through the night", "domain": "health"}
    done(counsellor.post(f"/plans/{made['id']}/goals", second))


def book(journey: Journey) -> None:
    """The coordinator books what the schedule proposes, peer contacts with the peer worker."""
    team = journey.team
    schedule = {one["code"]: one for one in journey.read("/follow-ups")["data"]}
    for code, kind in VISITS[journey.plan["chosen_setting"]]:
        owed = schedule[code]
        with_whom = team.peer if code.startswith("P") else team.counsellor
        order = {
            "case_id": journey.case_id,
            "staff_id": str(with_whom.staff_id),
            "kind": kind,
            "mode": "in_person",
            "local_start": f"{owed['proposed_on']}T10:00",
            "minutes": 50,
            "follow_up_id": owed["id"],
        }
        made = done(team.coordinator.post("/appointments", order))
        journey.visits.append((code, kind, owed["proposed_on"], made["id"]))


def attend(journey: Journey, place: int) -> None:
    """The visit of that place: it took place, with its record, a note and a word on use."""
    code, _, day, appointment = journey.visits[place]
    journey.on(day)
    team, counsellor = journey.team, journey.team.counsellor
    host = team.peer if code.startswith("P") else counsellor
    version = done(host.get(f"/appointments/{appointment}"))["version"]
    done(host.act(f"/appointments/{appointment}/actions/attend", {}, version=version))
    told = {"craving": max(6 - 2 * place, 0), "mood": 5, "days_used_28": {"status": "declined"}}
    done(counsellor.post(f"/appointments/{appointment}/session-records", told))
    note = done(counsellor.post(f"{journey.case}/notes", note_order()))
    done(counsellor.act(f"/notes/{note['id']}/actions/sign", version=note["version"]))
    if place == 0:
        done(counsellor.post(f"{journey.case}/use-entries", use_order(day, grams=0.5)))


def begin_treatment(journey: Journey) -> None:
    """After the first visit; a physician clears the person first where the rules ask for it."""
    counsellor = journey.team.counsellor
    attend(journey, 0)
    if "medical_clearance" in journey.lacks("active"):
        cleared = {"by": "Dr Ames", "outcome": "cleared"}
        done(counsellor.post(f"{journey.case}/medical-clearances", cleared))
    journey.move(counsellor, "active")


def step_down(journey: Journey) -> None:
    """The stay ends; both contacts after it are booked already."""
    journey.on(journey.plan["discharge_on"])
    measure(journey, [assessment_order(one) for one in EXIT_SET])
    said = {"stay_ended_on": journey.today, "step_down_plan": "Group on Mondays, one to one weekly"}
    journey.move(journey.team.counsellor, "step_down", **said)


def discharge(journey: Journey) -> None:
    """The counsellor measures and proposes, the second lead agrees."""
    team = journey.team
    measure(journey, [assessment_order(one) for one in EXIT_SET])
    answer_alerts(journey, "acknowledge")
    answer_alerts(journey, "close", note="Looked into and settled with the person.")
    agreed = journey.vignette["intake"]["consent"].get("share_gp")
    order = {
        "kind": "discharge",
        "discharge_reason": "completed_occasional_use",
        "discharge_date": journey.today,
        "days_used_28": 1,
        "craving": 1,
        "relapse_plan": "Calls us on the first day of use.",
        "gp_letter": "sent" if agreed else "not_agreed",
    }
    made = done(team.counsellor.post(f"{journey.case}/proposals", order))
    path = f"/proposals/{made['id']}/actions/approve"
    done(team.second_lead.act(path, version=made["version"]))


def come_back(journey: Journey, day: str) -> dict[str, Any]:
    """The person returns; the new episode."""
    journey.on(day)
    said = {"reason": "Used again at a festival", "new_contact_date": day}
    return journey.move(journey.team.coordinator, "intake", **said)
