"""What is there beside the people? Programmes, a cover, a handover, an emergency access."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from intake import clock
from intake.access import Permission
from intake.cli.demo_load import stays
from intake.cli.demo_load.life import LEAD, Life
from intake.cli.demo_load.stage import Stage
from intake.services import break_glass, covers, handovers, programmes
from intake.services.break_glass import NewGrant
from intake.services.covers import NewCover
from intake.services.handovers import NewHandover
from intake.services.programmes import NewProgramme

MINE, OTHER = "counsellor", "counsellor2"


def make_programmes(stage: Stage, beds: int) -> None:
    """Where people are treated; the ward has as many beds as are taken."""
    wanted = (
        _programme(stays.WARD, "inpatient_unit", beds, "inpatient"),
        _programme("Harbour House", "detox_centre", 6, "inpatient", knows=False),
        _programme("CBT clinic", "cbt_clinic", 60, "outpatient_cbt"),
        _programme("Thursday group", "peer_group", 12, "outpatient_cbt", "peer_support"),
    )
    for one in wanted:
        with stage.acting(LEAD, Permission.PROGRAMME_EDIT) as work:
            programmes.create(work.session, one, actor=work.actor)


def arrange(stage: Stage, lives: Sequence[Life]) -> None:
    """A cover for next week, two cases offered to a colleague, one case opened in an emergency."""
    of_other = [one for one in lives if one.worker == OTHER and one.is_active and not one.has_ended]
    today = stage.today
    with stage.acting(LEAD, Permission.COVER_ARRANGE) as work:
        next_week = (today + dt.timedelta(days=7), today + dt.timedelta(days=11))
        order = NewCover(stage.id_of(MINE), stage.id_of(OTHER), *next_week)
        covers.arrange(work.session, order, actor=work.actor, now=work.now)
    with stage.acting(LEAD, Permission.HANDOVER_ARRANGE) as work:
        cases = tuple(one.case_id for one in of_other[:2])
        offer = NewHandover(
            from_staff_id=stage.id_of(OTHER),
            to_staff_id=stage.id_of(MINE),
            case_ids=cases,
            note="Nearer to their homes.",
        )
        handovers.offer(work.session, offer, actor=work.actor, now=work.now)
    with stage.acting(MINE, Permission.BREAK_GLASS_OPEN) as work:
        why = "The ward where the person lies asks what was taken and when."
        fresh = replace(work.actor, mfa_at=clock.machine_now())
        break_glass.open_for(
            work.session, of_other[-1].case_id, NewGrant("emergency", why), actor=fresh,
            now=work.now,
        )  # fmt: skip


def _programme(
    name: str, kind: str, capacity: int, *settings: str, knows: bool = True
) -> NewProgramme:
    """A programme; `knows` says whether its staff know dissociative drugs."""
    return NewProgramme(
        name=name,
        kind=kind,
        capacity=capacity,
        settings=settings,
        is_experienced_in_dissociatives=knows,
        is_group=kind == "peer_group",
    )
