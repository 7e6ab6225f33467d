"""Which reminders share one text? Those to one contact that are due together.

A message is known to the provider by its key, made of the keys of the reminders in it. A retry
must repeat the same message, so a group whose earlier attempt may have arrived stays as it was or,
when one of its members may no longer be sent, ends as uncertain: half of it may have been told.
"""

from __future__ import annotations

import hashlib
import uuid
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from intake.services import reminder_gate
from intake.services.messages import MOST_IN_ONE
from intake.services.reminder_facts import Facts
from intake.services.reminder_gate import Verdict

Refused = tuple[Facts, Verdict]


def key_of(members: Iterable[Facts]) -> str:
    """The idempotency key of a message: SHA-256 of what makes its reminders unique."""
    keys = sorted(one.row.reminder.dedupe_key for one in members)
    return hashlib.sha256("\n".join(keys).encode()).hexdigest()


def form_groups(passed: Sequence[Facts]) -> tuple[list[Group], list[Refused]]:
    """Groups to send, and what can't be sent after all with the reason."""
    repeats, refused, fresh = _repeats(passed)
    groups = list(repeats)
    texts: defaultdict[uuid.UUID, int] = defaultdict(int)
    for bundle in _bundles(fresh):
        leader = bundle[0]
        if _is_one_too_many(leader, texts[leader.row.client.id]):
            refused.extend((one, Verdict("suppressed", "daily_cap", calls=True)) for one in bundle)
            continue
        if leader.row.reminder.kind != "changed":
            texts[leader.row.client.id] += 1
        groups.append(Group(key_of(bundle), tuple(bundle)))
    return groups, refused


def _repeats(passed: Sequence[Facts]) -> tuple[list[Group], list[Refused], list[Facts]]:
    """Messages that were tried before, as they were; what was certainly not accepted is fresh."""
    tried: defaultdict[str, list[Facts]] = defaultdict(list)
    fresh = []
    for one in passed:
        if one.may_have_arrived:
            tried[one.attempts[-1].idem_key].append(one)
        else:
            fresh.append(one)
    groups: list[Group] = []
    refused: list[Refused] = []
    for key, members in tried.items():
        if key_of(members) == key:
            groups.append(Group(key, tuple(members)))
        else:
            refused.extend((one, reminder_gate.gave_up("group_changed", one)) for one in members)
    return groups, refused, fresh


def _bundles(fresh: Sequence[Facts]) -> list[list[Facts]]:
    """Reminders of one contact together, as many as a text holds; a change is told by itself."""
    together: defaultdict[Hashable, list[Facts]] = defaultdict(list)
    for one in fresh:
        reminder = one.row.reminder
        alone = reminder.id if reminder.kind == "changed" else None
        together[(reminder.contact_id, reminder.locale, alone)].append(one)
    return [
        members[place : place + MOST_IN_ONE]
        for members in together.values()
        for place in range(0, len(members), MOST_IN_ONE)
    ]


def _is_one_too_many(leader: Facts, in_this_batch: int) -> bool:
    """Whether the texts of this very batch already use up what the site allows."""
    if leader.row.reminder.kind == "changed" or not in_this_batch:
        return False
    settings = leader.profile.settings
    return (
        leader.sent_today + in_this_batch >= settings.cap_per_day
        or leader.sent_this_week + in_this_batch >= settings.cap_per_week
    )


@dataclass(frozen=True, slots=True)
class Group:
    """Reminders that leave as one message; the first one carries the provider's reference."""

    key: str
    members: tuple[Facts, ...]
