"""Do the reminders go out as clinic time moves on, and does the gateway hold each exactly once?"""

from __future__ import annotations

import datetime as dt
import hashlib
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
    """What is not as promised: every reminder accepted, one message of its key, and no other."""
    found: list[Difference] = []
    held = Counter((str(one["key"]), str(one["to"])) for one in messages)
    for journey in journeys:
        number = journey.phone.replace(" ", "")
        for one in journey.reminders:
            place = f"{journey.id}/{one['kind']}"
            if one["state"] != ARRIVED:
                given = f"{one['state']}: {one['explanation']}"
                found.append(Difference(f"/reminders/{place}", ARRIVED, given))
            count = held.pop((key_of(one), number), 0)
            if count != 1:
                found.append(Difference(f"/gateway/{place}", 1, count))
    if held:
        found.append(Difference("/gateway/others", 0, held.total()))
    return found


def key_of(reminder: Body) -> str:
    """The key under which the gateway knows its message: SHA-256 of what makes it unique."""
    parts = (reminder[name] for name in ("appointment_id", "schedule_no", "kind", "channel"))
    return hashlib.sha256(":".join(map(str, parts)).encode()).hexdigest()


def _came_to_an_end(due: Sequence[str], caller: Caller, progress: Progressing) -> bool:
    def ended() -> bool:
        progress.wait()
        states = {one["id"]: one["state"] for one in caller.every("/reminders", limit="100")}
        return not any(states[one] in UNDER_WAY for one in due)

    return wait_until(ended, seconds=PATIENCE, pause=PAUSE)
