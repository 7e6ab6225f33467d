"""What happens to one person, step by step, and does each result equal the expected one?

Every step is one or more requests of the role whose step it is. What differs is kept, not raised:
the journey goes on and the report tells all of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from intake.cli import vignettes
from intake.cli.journey_client import Body
from intake.cli.journey_people import People
from intake.cli.vignettes import Vignette
from intake.clinical.vignettes import Difference

#: The first appointment of each setting, by the code of the follow-up it keeps.
FIRST_STEP = {"inpatient": "I2", "outpatient_cbt": "O1", "peer_support": "P1"}
#: A later one, whose reminder a week ahead comes due too.
ALSO_BOOKED = {"V02": ("O3",)}
KINDS = {"I2": "admission", "O1": "session", "P1": "contact", "O3": "review"}
#: In local time; each next journey an hour later, so nobody is booked twice at once.
FIRST_HOUR = 10
MINUTES = 50
FIRST_NUMBER = 900001


@dataclass(slots=True)
class Journey:
    """One person's way through the service, as far as it has come."""

    place: int
    vignette: Vignette
    case_id: str = ""
    reference: str = ""
    recommendation: Body = field(default_factory=dict)
    plan: Body = field(default_factory=dict)
    alerts: list[Body] = field(default_factory=list)
    appointments: list[Body] = field(default_factory=list)
    reminders: list[Body] = field(default_factory=list)
    audit_events: int = 0
    differences: list[Difference] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The id of the worked example."""
        return str(self.vignette["id"])

    @property
    def phone(self) -> str:
        """A number of the range that is kept for stories; nobody has it."""
        return f"+44 7700 {FIRST_NUMBER + self.place}"

    def compare(self, pointer: str, expected: object, given: object) -> None:
        """Keep the difference, if there is one."""
        if expected != given:
            self.differences.append(Difference(pointer, expected, given))


def take_in(journey: Journey, people: People) -> None:
    """The coordinator registers the referral with the person, saves the answers, hands it in."""
    caller = people.coordinator.calls
    order = {
        "referral": vignettes.referral_body(journey.vignette),
        "client": vignettes.client_body(journey.vignette, journey.phone),
    }
    made = caller.create("/intakes", order)
    journey.case_id, journey.reference = made["case_id"], made["reference"]
    path = f"/intakes/{made['id']}"
    answers = {"answers": vignettes.answers_body(journey.vignette)}
    saved = caller.change(path, answers, version=made["version"])
    submitted = caller.act(f"{path}/submit", version=saved["version"])
    journey.compare("/case/state", "intake", submitted["case_state"])


def hand_over(journey: Journey, people: People) -> None:
    """The clinical lead names the key worker: from now on it is this counsellor's case."""
    lead, case = people.lead.calls, f"/cases/{journey.case_id}"
    version = lead.get(case)["version"]
    order = {"key_worker_id": people.counsellor.staff_id}
    lead.act(f"{case}/actions/assign", order, version=version)


def assess(journey: Journey, people: People) -> None:
    """The counsellor administers and signs the instruments and asks for the recommendation."""
    caller, case = people.counsellor.calls, f"/cases/{journey.case_id}"
    for body in vignettes.assessment_bodies(journey.vignette):
        draft = caller.create(f"{case}/assessments", body)
        caller.act(f"/assessments/{draft['id']}/actions/sign", version=draft["version"])
    caller.create(f"{case}/recommendation")
    journey.recommendation = caller.get(f"{case}/recommendation")
    journey.differences.extend(
        vignettes.differences(journey.vignette["expected"], journey.recommendation["result"])
    )
    journey.compare("/case/state", "assessed", caller.get(case)["state"])


def acknowledge(journey: Journey, people: People) -> None:
    """The clinical lead acknowledges every alert that was raised."""
    caller = people.lead.calls
    for alert in caller.every("/alerts", case_id=journey.case_id):
        caller.act(f"/alerts/{alert['id']}/actions/acknowledge", version=alert["version"])
    journey.alerts = caller.every("/alerts", case_id=journey.case_id)
    expected = codes(journey.vignette["expected"]["alerts"])
    journey.compare("/alerts", expected, codes(journey.alerts))
    journey.compare(
        "/alerts/state", ["acknowledged"] * len(expected), [one["state"] for one in journey.alerts]
    )


def decide(journey: Journey, people: People) -> None:
    """The counsellor decides; a schedule follows."""
    counsellor, case = people.counsellor, f"/cases/{journey.case_id}"
    body = vignettes.plan_body(journey.vignette, journey.recommendation["id"])
    made = counsellor.calls.create(f"{case}/plans", body)
    journey.plan = counsellor.calls.get(f"/plans/{made['id']}")
    journey.compare("/plan/state", "agreed", journey.plan["state"])
    journey.compare("/case/state", "plan_chosen", counsellor.calls.get(case)["state"])
    schedule = counsellor.calls.every(f"{case}/follow-ups")
    expected = vignettes.expected_follow_up(journey.vignette, body)
    journey.differences.extend(vignettes.follow_up_differences(expected, schedule))


def book(journey: Journey, people: People) -> None:
    """The coordinator books the first step of the plan on its proposed day."""
    caller, case = people.coordinator.calls, f"/cases/{journey.case_id}"
    schedule = {one["code"]: one for one in caller.every(f"{case}/follow-ups")}
    first = FIRST_STEP[str(journey.plan["chosen_setting"])]
    for code in (first, *ALSO_BOOKED.get(journey.id, ())):
        staff = people.peer if code == "P1" else people.counsellor
        order = {
            "case_id": journey.case_id,
            "staff_id": staff.staff_id,
            "kind": KINDS[code],
            "mode": "in_person",
            "local_start": f"{schedule[code]['proposed_on']}T{FIRST_HOUR + journey.place:02}:00",
            "minutes": MINUTES,
            "follow_up_id": schedule[code]["id"],
        }
        made = caller.create("/appointments", order)
        journey.appointments.append(caller.get(f"/appointments/{made['id']}") | {"code": code})
    journey.reminders = caller.every("/reminders", case_id=journey.case_id)
    booked_on = dt.date.fromisoformat(journey.vignette["intake"]["plan_decision_date"])
    journey.compare(
        "/reminders",
        sorted(kind for one in journey.appointments for kind in expected_kinds(one, booked_on)),
        sorted(one["kind"] for one in journey.reminders),
    )


def read_log(journey: Journey, people: People) -> None:
    """The auditor reads who did what in this case."""
    log = people.auditor.calls.every(f"/cases/{journey.case_id}/access-log", limit="100")
    journey.audit_events = len(log)


def expected_kinds(appointment: Body, booked_on: dt.date) -> tuple[str, ...]:
    """Which reminders an appointment gets, by how long ahead it was booked."""
    ahead = dt.datetime.fromisoformat(appointment["local_start"]).date() - booked_on
    return ("d7", "d3", "d1") if ahead >= dt.timedelta(days=10) else ("d3", "d1")


def codes(rows: Iterable[Body]) -> list[str]:
    """The codes of alerts, in order."""
    return sorted(str(one["code"]) for one in rows)
