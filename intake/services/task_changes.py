"""What may become of a task? Each kind says by what it closes, and who can have it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from intake.access import Actor
from intake.errors import Conflict, FieldError, ValidationFailed
from intake.models import Task
from intake.services import duties

CLOSES_WITH = {
    "alert": "This task answers an alert. Close the alert; the task closes with it.",
    "approve_discharge": "This task asks for a decision. Approve or return the proposal.",
    "accept_handover": "This task asks for an answer. Accept or refuse the handover.",
    "sign_off": "This task asks for a sign-off. Sign the decision off or return it.",
    "offer_place": "This task asks for an offer. Offer the place; it closes with that.",
    "second_opinion": "This task asks what you think. Give your opinion; it closes with that.",
}
SECOND_OPINION = "second_opinion"
# Only who was asked can answer, whoever has the task; and how to ask somebody else.
ASKS_ONE_PERSON = {
    "accept_handover": "Withdraw the handover and ask somebody else.",
    SECOND_OPINION: "Ask somebody else as well.",
}


@dataclass(frozen=True, slots=True)
class TaskChange:
    """Done or cancelled, with a note; handed over; or open again, which takes back the first two.

    `releases` leaves it to nobody.
    """

    state: str | None = None
    note: str | None = None
    owner_id: uuid.UUID | None = None
    releases: bool = False


def refuse(session: Session, task: Task, order: TaskChange, actor: Actor) -> None:
    """Whether it is open; and ticked off here, what some ask for would be forgotten.

    Raises Conflict, ValidationFailed when nothing is asked or the new owner couldn't do it.
    """
    if order.state == task.state == "open":
        raise Conflict("This task is open.")
    if task.state != "open" and order.state != "open":
        raise Conflict(f"This task is {task.state}; open it again before changing it.")
    if order.state is None and order.owner_id is None and not order.releases:
        raise ValidationFailed(
            FieldError("/state", "required", "Send a state (done, cancelled, open) or an owner_id.")
        )
    if task.kind in ASKS_ONE_PERSON and (order.owner_id is not None or order.releases):
        raise Conflict(f"This task asks its owner. {ASKS_ONE_PERSON[task.kind]}")
    # A question may be called off, since nothing waits for the answer.
    is_called_off = (task.kind, order.state) == (SECOND_OPINION, "cancelled")
    if order.state is not None and task.kind in CLOSES_WITH and not is_called_off:
        raise Conflict(CLOSES_WITH[task.kind])
    if order.owner_id is not None:
        duties.refuse_owner(session, task.kind, order.owner_id, actor)
