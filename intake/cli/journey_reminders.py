"""Do the reminders go out as clinic time moves on, and does the gateway hold each exactly once?"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from intake.cli.journey_client import Body, Caller
from intake.cli.journey_progress import Progressing
from intake.cli.journey_steps import Journey
from intake.clinical.vignettes import Difference
from intake.embedded.processes import wait_until

#: A killed worker's reminders come back with their lease; several kills in a row take a while.
PATIENCE = 180.0
PAUSE = 0.2
#: The worker has still to do something.
UNDER_WAY = frozenset({"scheduled", "leased", "sending"})
ARRIVED = "accepted"


def send_all(
    journeys: Sequence[Journey],
    caller: Caller,
    *,
    set_clock: Callable[[dt.datetime], None],
    progress: Progressing,
) -> None:
    """Go from one due reminder to the next; each must have come to its end before the next.

    After one that stays under way for three minutes the rest is left as it is; the report tells.
    """
    planned = [one for journey in journeys for one in journey.reminders]
    for moment in sorted({moment_of(one) for one in planned}):
        due = [one["id"] for one in planned if moment_of(one) <= moment]
        set_clock(moment)
        if not _came_to_an_end(due, caller, progress):
            break
        for _ in range(sum(moment_of(one) == moment for one in planned)):
            progress.advance(f"{moment:%d %b %H:%M}")
    found = {one["id"]: one for one in caller.every("/reminders", limit="100")}
    for journey in journeys:
        journey.reminders = [found[one["id"]] for one in journey.reminders]


def moment_of(reminder: Body) -> dt.datetime:
    """When it is to be sent."""
    return dt.datetime.fromisoformat(reminder["send_after"])


def differences(journeys: Iterable[Journey], messages: Sequence[Body]) -> list[Difference]:
    """What is not as promised: every reminder accepted, one message for each and no other."""
    found = []
    expected: Counter[str] = Counter()
    for journey in journeys:
        expected[journey.phone.replace(" ", "")] += len(journey.reminders)
        found += [
            Difference(f"/reminders/{journey.id}/{one['kind']}", ARRIVED, _how_it_ended(one))
            for one in journey.reminders
            if one["state"] != ARRIVED
        ]
    held = Counter(str(one["to"]) for one in messages)
    found += [
        Difference(f"/gateway/{number}", expected[number], held[number])
        for number in sorted(expected | held)
        if expected[number] != held[number]
    ]
    keys = len({one["key"] for one in messages})
    if keys != len(messages):
        found.append(Difference("/gateway/keys", keys, len(messages)))
    return found


def _how_it_ended(reminder: Body) -> str:
    return f"{reminder['state']} ({reminder.get('reason') or 'no reason given'})"


def _came_to_an_end(due: Sequence[str], caller: Caller, progress: Progressing) -> bool:
    def ended() -> bool:
        progress.wait()
        states = {one["id"]: one["state"] for one in caller.every("/reminders", limit="100")}
        return not any(states[one] in UNDER_WAY for one in due)

    return wait_until(ended, seconds=PATIENCE, pause=PAUSE)
