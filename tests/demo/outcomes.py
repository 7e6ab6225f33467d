"""What a journey looks like when it has come to its end; each test changes one thing."""

from __future__ import annotations

from intake.cli import vignettes
from intake.cli.journey import Outcome
from intake.cli.journey_client import Body
from intake.cli.journey_reminders import key_of
from intake.cli.journey_steps import Journey


def journey(place: int = 0, name: str = "V01") -> Journey:
    """One that went as expected, with two reminders."""
    made = Journey(place, vignettes.examples()[name])
    made.reference = "C-2027-0001"
    made.recommendation = {"id": "r", "result": made.vignette["expected"]}
    made.plan = {"chosen_setting": "inpatient", "override_code": None}
    made.alerts = [{"code": "A05"}, {"code": "A02"}]
    made.appointments = [
        {"code": "I2", "kind": "admission", "local_start": "2027-01-18T10:00"},
    ]
    made.reminders = [reminder("d3", day=15), reminder("d1", day=17)]
    made.audit_events = 70
    return made


def reminder(kind: str, *, day: int, state: str = "accepted") -> Body:
    """A reminder as the API shows it."""
    moment = f"2027-01-{day}T10:00:00+00:00"
    return {
        "id": kind,
        "appointment_id": "0198",
        "schedule_no": 1,
        "kind": kind,
        "channel": "sms",
        "send_after": moment,
        "state": state,
        "explanation": "Because.",
    }


def messages(*kinds: str, to: str = "+447700900001", repeats: int = 0) -> list[Body]:
    """What the gateway holds for the reminders of these kinds."""
    return [
        {"id": kind, "key": key_of(reminder(kind, day=15)), "to": to, "repeats": repeats}
        for kind in kinds
    ]


def outcome(*journeys: Journey, held: list[Body] | None = None) -> Outcome:
    """The end of a run."""
    return Outcome(journeys, messages("d3", "d1", repeats=1) if held is None else held, ())
