"""`intake demo journey`: do six people get from referral to a delivered reminder, as expected?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from intake.cli import journey_people, journey_reminders, journey_steps, vignettes
from intake.cli.journey_client import Body, accepted_by_gateway
from intake.cli.journey_people import People
from intake.cli.journey_progress import Progressing
from intake.cli.journey_steps import Journey
from intake.clinical.vignettes import Difference

PEOPLE = ("V01", "V02", "V03", "V04", "V05", "V06")
ZONE = ZoneInfo("Europe/London")
MORNING = dt.time(10)
#: For the programs of the journey's stack, where the environment names none: sooner rung, and a
#: killed worker's reminders come back soon.
SETTINGS = {
    "INTAKE_TICK_SECONDS": "0.5",
    "INTAKE_LEASE_SECONDS": "10",
    "INTAKE_LEASE_MARGIN_SECONDS": "3",
    "INTAKE_DISPATCH_BUDGET_SECONDS": "3",
}

SetClock = Callable[[dt.datetime], None]
Step = Callable[[Journey, People], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """All journeys, what the gateway holds, and what of that is not as promised."""

    journeys: Sequence[Journey]
    messages: Sequence[Body]
    sending: Sequence[Difference]

    @property
    def is_as_expected(self) -> bool:
        """Whether nothing differs, anywhere."""
        return not self.sending and not any(one.differences for one in self.journeys)


def run(settings: Mapping[str, str], *, set_clock: SetClock, progress: Progressing) -> Outcome:
    """Six journeys, from referral to the last reminder, on a running stack.

    Args:
        settings: of the stack; its database holds nobody yet.
        set_clock: makes clinic time be that moment.
        progress: is told how far it is.

    Raises:
        UnexpectedAnswer: a request was refused or failed.
    """
    examples = vignettes.examples()
    journeys = [Journey(place, examples[name]) for place, name in enumerate(PEOPLE)]
    people = journey_people.everybody(
        settings["INTAKE_PUBLIC_URL"], Path(settings["INTAKE_KEYS_FILE"]).with_name("staff.json")
    )

    def everyone(phase: str, *steps: Step) -> None:
        progress.begin(phase, len(journeys))
        for journey in journeys:
            for step in steps:
                step(journey, people)
            progress.advance(journey.id)

    set_clock(_morning_of(journeys, "intake_date"))
    everyone("Intake", journey_steps.take_in, journey_steps.hand_over)
    everyone("Assessment", journey_steps.assess, journey_steps.acknowledge)
    set_clock(_morning_of(journeys, "plan_decision_date"))
    everyone("Plan", journey_steps.decide, journey_steps.book)
    progress.begin("Reminders", sum(len(one.reminders) for one in journeys))
    caller = people.coordinator.calls
    journey_reminders.send_all(journeys, caller, set_clock=set_clock, progress=progress)
    everyone("Access log", journey_steps.read_log)
    progress.end()
    messages = accepted_by_gateway(settings)
    return Outcome(journeys, messages, journey_reminders.differences(journeys, messages))


def _morning_of(journeys: Sequence[Journey], name: str) -> dt.datetime:
    """Ten o'clock at the site on the day all journeys share."""
    [day] = {str(one.vignette["intake"][name]) for one in journeys}
    return dt.datetime.combine(dt.date.fromisoformat(day), MORNING, ZONE)
