"""Which visits does a plan bring, and what comes of each? Booked ahead, kept, missed or open."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from intake.access import Permission
from intake.cli.demo_load import diary, sessions
from intake.cli.demo_load.life import COORDINATOR, NOBODY, PEER, Life
from intake.models import Case
from intake.services import appointments, attendance, clearances, follow_ups, transitions
from intake.services.appointments import NewAppointment
from intake.services.attendance import Attendance
from intake.services.clearances import NewClearance
from intake.services.follow_ups import FollowUpView
from intake.services.transition_orders import NewTransition

BOOKED_AHEAD = dt.timedelta(days=11)
EARLY = dt.timedelta(minutes=6)
AGAIN = dt.timedelta(days=3)
IN_A_WEEK = dt.timedelta(days=6)
MINUTES = 50
SHORT = 20
HALF_AN_HOUR = dt.timedelta(minutes=30)
#: Obligations that a review keeps.
REVIEWS = ("O3", "O4", "P2", "P3", "P4", "X3")
#: The kind of visit with which treatment begins, by setting.
BEGINS = {
    "inpatient": ("admission",),
    "outpatient_cbt": ("session", "contact"),
    "peer_support": ("contact", "session"),
}
MISSED = ("forgot", "unwell", "work_study", "transport", "unknown")


@dataclass(slots=True)
class Visit:
    """One visit: its day, what for, and how much of the treatment (0 to 1) lies before it."""

    day: dt.date
    part: float
    #: Place among the sessions, from 0; None for a contact beside them
    place: int | None
    case_id: uuid.UUID
    code: str | None = None
    follow_up_id: uuid.UUID | None = None
    host: str = ""
    version: int = 1
    id: uuid.UUID = NOBODY
    is_last: bool = False
    is_missed: bool = False

    @property
    def kind(self) -> str:
        """As an appointment calls it."""
        if self.code in REVIEWS or (self.code or "").startswith("I3"):
            return "review"
        if self.code == "I2":
            return "admission"
        if self.code in ("B2", "B3"):
            return "medical"
        return "session" if self.place is not None and self.host != PEER else "contact"


def owed(life: Life) -> list[FollowUpView]:
    """What the plan asks for and nobody has booked, the soonest first."""
    with life.acting(COORDINATOR, Permission.FOLLOW_UP_READ) as work:
        return follow_ups.list_for(work.session, life.case_id, actor=work.actor, state="planned")


def plan(life: Life, sessions_on: list[dt.date]) -> None:
    """Visits for these sessions and, beside them, for what else the plan asks for soon."""
    many = max(1, len([day for day in sessions_on if day <= life.stage.today]) - 1)
    found = [
        Visit(day, min(1.0, place / many), place, life.case_id)
        for place, day in enumerate(sessions_on)
    ]
    past = [one for one in found if one.day < life.stage.today]
    if past:
        past[-1].is_last = True
    _mark_missed(life, past)
    found += _for_obligations(life, found, many)
    for visit in sorted(found, key=lambda one: (one.day, one.place is None)):
        visit.host = _host(life, visit)
        opens = diary.moment(visit.day - BOOKED_AHEAD, "10:00", life.stage.zone)
        life.at(max(opens, life.now + HALF_AN_HOUR), lambda life, one=visit: book(life, one))  # type: ignore[misc] # bound now


def book(life: Life, visit: Visit) -> None:
    """The coordinator books it; when its time has come, it happens."""
    if visit.case_id != life.case_id:
        return
    hour = life.rng.randint(diary.FIRST_HOUR, diary.LAST_HOUR)
    staff = life.stage.id_of(visit.host)
    start = life.diary.book(staff, visit.day, hour)
    begins = start.replace(tzinfo=life.stage.zone)
    if begins <= life.now:
        return
    with life.acting(COORDINATOR, Permission.APPOINTMENT_WRITE) as work:
        order = NewAppointment(
            case_id=life.case_id,
            staff_id=staff,
            kind=visit.kind,
            mode=_mode(life, visit),
            local_start=start,
            minutes=MINUTES if visit.place is not None else SHORT,
            follow_up_id=visit.follow_up_id,
        )
        made = appointments.book(work.session, order, actor=work.actor, now=work.now)
    visit.id, visit.version = made.id, made.version
    if visit.day == life.stage.today and visit.place is not None:
        life.at(begins - EARLY, lambda life: arrive(life, visit))
    over = begins + dt.timedelta(minutes=55)
    life.at(over, lambda life: happen(life, visit))


def arrive(life: Life, visit: Visit) -> None:
    """Some of today's have come already."""
    if life.rng.random() < 0.6:  # noqa: PLR2004 - more than half
        with life.acting(COORDINATOR, Permission.APPOINTMENT_ATTEND) as work:
            visit.version = attendance.check_in(
                work.session, visit.id, version=visit.version, actor=work.actor, now=work.now
            ).version


def happen(life: Life, visit: Visit) -> None:
    """It is over: the person came, or didn't. Of some of today's nobody has said it yet."""
    if visit.case_id != life.case_id:
        return
    is_todays = life.day == life.stage.today
    if (is_todays and life.rng.random() < 0.5) or (visit.is_last and life.has("unresolved")):  # noqa: PLR2004 - every second one
        return
    if visit.is_missed:
        miss(life, visit)
        return
    with life.acting(visit.host, Permission.APPOINTMENT_ATTEND) as work:
        went = Attendance(is_late=life.rng.random() < 0.1)  # noqa: PLR2004 - one in ten
        attendance.attend(
            work.session, visit.id, went, version=visit.version, actor=work.actor, now=work.now
        )
    if not life.is_active and visit.kind in BEGINS[life.setting]:
        _begin_treatment(life)
    if visit.place is not None:
        sessions.write_up(life, visit)


def miss(life: Life, visit: Visit) -> None:
    """Nobody came; a task asks to call, and mostly somebody did."""
    with life.acting(visit.host, Permission.APPOINTMENT_ATTEND) as work:
        why = life.rng.choice(MISSED)
        attendance.miss(
            work.session, visit.id, why, version=visit.version, actor=work.actor, now=work.now
        )
    if not visit.is_last:
        life.later(3, sessions.called)
    is_gone = life.story.plot == "lost" or life.has("missed_twice")
    if visit.follow_up_id is not None and not visit.is_last and not is_gone:
        _offer_again(life, visit)


def _offer_again(life: Life, visit: Visit) -> None:
    """What the missed visit was for gets a short one a few days later."""
    day = diary.next_working_day(life.day + AGAIN)
    again = Visit(day, visit.part, None, visit.case_id, visit.code, visit.follow_up_id)
    again.host = visit.host
    life.later(3.5, lambda life: book(life, again))


def _begin_treatment(life: Life) -> None:
    """After the first visit the case is active; a doctor has cleared the person before a stay."""
    life.is_active = True
    is_stay = life.setting == "inpatient"
    if is_stay:
        with life.acting(life.worker, Permission.ASSESSMENT_WRITE) as work:
            cleared = NewClearance(by="Dr B. Example", outcome="cleared")
            clearances.record(work.session, life.case_id, cleared, actor=work.actor, now=work.now)
    facts = {"admitted_on": life.day} if is_stay else {}
    move(life, life.worker, NewTransition(to="active", facts=facts))


def move(life: Life, who: str, order: NewTransition) -> uuid.UUID:
    """Somebody moves the case; the id of the case that goes on."""
    with life.acting(who, Permission.CASE_MOVE) as work:
        version = work.version(Case, life.case_id)
        return transitions.make(
            work.session, life.case_id, order, version=version, actor=work.actor, now=work.now
        ).id


def _for_obligations(life: Life, found: list[Visit], many: int) -> list[Visit]:
    """Gives sessions the obligations they keep; what is left becomes short contacts."""
    extra, horizon = [], life.stage.today + BOOKED_AHEAD
    behind = life.stage.today - dt.timedelta(days=30)
    for one in owed(life):
        if one.due_by > horizon or (life.has("behind") and one.due_by > behind):
            continue
        if one.id in life.answered:
            continue
        free = [
            visit
            for visit in found
            if visit.code is None and one.due_by - IN_A_WEEK <= visit.day <= one.due_by
        ]
        if free or one.due_by > life.day:
            life.answered.add(one.id)
        if free:
            free[-1].code, free[-1].follow_up_id = one.code, one.id
        elif one.due_by > life.day and life.story.plot != "lost":
            day = one.due_by if one.is_hard else diary.working_day(one.proposed_on)
            part = min(1.0, max(0.0, len([v for v in found if v.day < day]) / many))
            extra.append(
                Visit(max(day, life.day + diary.DAY), part, None, life.case_id, one.code, one.id)
            )
    return extra


def _mark_missed(life: Life, past: list[Visit]) -> None:
    for visit in past[1:-1]:
        visit.is_missed = life.rng.random() < 0.07  # noqa: PLR2004 - one in fourteen
    wanted = 2 * life.has("missed_twice") or int(life.has("no_show"))
    if life.story.plot == "lost":
        wanted = 3
    for visit in past[len(past) - wanted :] if wanted else ():
        visit.is_missed = True


def _host(life: Life, visit: Visit) -> str:
    is_group = life.setting == "peer_support" and visit.code not in REVIEWS
    return PEER if is_group else life.worker


def _mode(life: Life, visit: Visit) -> str:
    if visit.place is None and visit.kind == "contact":
        return "phone"
    return "video" if visit.kind == "session" and life.rng.random() < 0.15 else "in_person"  # noqa: PLR2004 - one in seven
