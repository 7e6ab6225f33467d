"""How does a treatment end, or change? Step-down, discharge, loss, transfer, and a return."""

from __future__ import annotations

from sqlalchemy import select

from intake.access import Permission
from intake.cli.demo_load import care, deciding
from intake.cli.demo_load.life import COORDINATOR, LEAD, SECOND_LEAD, Life
from intake.cli.demo_load.visits import move
from intake.cli.demo_load.words import LEFT_WITH, STEP_DOWN
from intake.models import CaseProposal, Intake
from intake.services import proposals
from intake.services.transition_orders import NewTransition

#: Mood and anxiety were measured at the last session.
BESIDE_THE_LAST_VISIT = ("sds", "kbc6")
EXIT_SET = ("sds", "phq9", "gad7", "kbc6")


def step_down(life: Life) -> None:
    """The stay is over; what comes next is booked."""
    deciding.repeat(life, 0.7, EXIT_SET)
    order = NewTransition(
        to="step_down",
        facts={"stay_ended_on": life.day},
        words={"step_down_plan": STEP_DOWN},
    )
    move(life, life.worker, order)


def propose_discharge(life: Life) -> None:
    """The key worker measures for the last time and proposes that the treatment is complete."""
    care.close_all(life)
    deciding.repeat(life, 1.0, BESIDE_THE_LAST_VISIT)
    used = 2 if life.has("occasional") else 0
    reason = "completed_occasional_use" if used else "completed_drug_free"
    order = NewTransition(
        to="",
        facts={
            "discharge_reason": reason,
            "discharge_date": life.day,
            "days_used_28": used,
            "craving": 2,
            "gp_letter": "sent" if life.tells_gp else "not_agreed",
        },
        words={"relapse_plan": LEFT_WITH, "door_open_note": "May ring at any time."},
    )
    with life.acting(life.worker, Permission.PROPOSAL_MAKE) as work:
        proposals.propose(
            work.session, life.case_id, "discharge", order, actor=work.actor, now=work.now
        )


def approve_discharge(life: Life) -> None:
    """Another lead agrees; the case is closed."""
    care.close_all(life)
    with life.acting(SECOND_LEAD, Permission.PROPOSAL_DECIDE) as work:
        found = work.session.execute(
            select(CaseProposal.id, CaseProposal.version).where(
                CaseProposal.case_id == life.case_id
            )
        ).one()
        proposals.approve(
            work.session, found.id, version=found.version, actor=work.actor, now=work.now
        )
    life.has_ended = True


def give_up_search(life: Life) -> None:
    """Nobody was reached for weeks: the case counts as lost, and stays open to a return."""
    care.close_all(life)
    move(life, LEAD, NewTransition(to="lost_to_follow_up"))
    life.has_ended = True


def transfer(life: Life) -> None:
    """Another service goes on, because the person moves there."""
    care.close_all(life)
    order = NewTransition(
        to="transferred",
        facts={"transfer_date": life.day, "records_shared": "not_agreed"},
        words={"receiving_service": "Example Service North", "accepted_by": "Duty lead"},
    )
    move(life, life.worker, order)
    life.has_ended = True


def come_back(life: Life) -> None:
    """The person rings again: a new episode, with a draft intake."""
    order = NewTransition(
        to="intake",
        facts={"new_contact_date": life.day},
        words={"reason": "Used again on three weekends and asks for help early."},
    )
    life.case_id = move(life, COORDINATOR, order)
    life.has_ended = life.is_active = False
    of_case = select(Intake.id).where(Intake.case_id == life.case_id)
    life.intake_id = life.stage.session.scalars(of_case).one()
