"""What happens in each kind of story, on which day? Scenes are put into the schedule here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from intake.cli.demo_load import arrival, care, deciding, diary, endings, stays, visits
from intake.cli.demo_load.life import Life

WEEK = 7
#: Days before the first session: referred, handed in, assessed, decided.
REFERRED, HANDED_IN, MEASURED, DECIDED = 18, 14, 10, 7


def waiting(life: Life) -> None:
    """A referral that nobody has made an intake of: new, taken, tried, or looked at."""
    begun = life.ago(life.story.days)
    life.on(begun, "09:10", arrival.refer)
    if life.has("taken") or life.has("tried") or life.has("triaged"):
        life.on(begun, "11:40", arrival.take)
    if life.has("triaged"):
        life.on(life.ago(1), "10:20", arrival.triage)
    if life.has("tried"):
        for days in (6, 3, 1):
            life.on(life.ago(days), "14:30", arrival.ring)


def drafting(life: Life) -> None:
    """An intake in the middle: two sections, most of it, or broken off."""
    begun = life.ago(life.story.days)
    filled = arrival.fill_most if life.has("deep") else arrival.fill_early
    life.on(begun, "10:05", arrival.refer, arrival.take, arrival.triage)
    life.on(begun, "10:25", filled)
    if life.has("interrupted"):
        life.on(begun, "10:31", arrival.interrupt)


def handed_in(life: Life) -> None:
    """The intake is there; a key worker is named, and measures, or not yet."""
    _hand_in(life, life.ago(life.story.days))
    if not life.has("unassigned"):
        life.on(life.ago(life.story.days - 1), "12:10", arrival.assign)
    if life.has("begun_scores"):
        life.on(life.ago(life.story.days - 2), "13:20", deciding.measure_some)


def assessed(life: Life) -> None:
    """Everything was measured; a decision waits for its day, or for a second person."""
    _hand_in(life, life.ago(life.story.days))
    life.on(life.ago(life.story.days - 1), "12:10", arrival.assign)
    life.on(life.ago(life.story.days - 3), "13:20", deciding.measure, deciding.recommend)
    if life.has("safety_plan"):
        life.on(life.ago(2), "15:10", care.write_safety_plan)
    if life.has("sign_off"):
        life.on(life.ago(1), "15:40", deciding.recommend, deciding.decide)


def planned(life: Life) -> None:
    """The plan is agreed; the first session, or a bed, lies ahead."""
    _hand_in(life, life.ago(life.story.days))
    life.on(life.ago(life.story.days - 1), "12:10", arrival.assign)
    life.on(life.ago(life.story.days - 3), "13:20", deciding.measure, deciding.recommend)
    decided = life.ago(2)
    if life.has("bed"):
        life.on(decided, "15:40", deciding.recommend, deciding.decide, stays.ask_for_bed)
        life.on(decided, "16:00", lambda life: visits.plan(life, []))
        return
    first = diary.next_working_day(decided + dt.timedelta(days=5))
    _decide(life, decided, [first])


def treated(life: Life) -> None:
    """Sessions week after week, up to now, and the next one booked."""
    _begin(life, _weekly(life))


supported = treated


def stay(life: Life) -> None:
    """In a bed since some weeks; the day of discharge is set."""
    admitted = life.ago(life.story.weeks * WEEK + life.story.gap)
    _stay(life, admitted)


def stepped_down(life: Life) -> None:
    """Out of the stay since some weeks, and in sessions."""
    left = life.ago(life.story.weeks * WEEK + life.story.gap)
    admitted = left - deciding.STAY
    _stay(life, admitted)
    life.on(left, "11:00", endings.step_down)
    sessions = [
        diary.working_day(left + dt.timedelta(days=WEEK * week))
        for week in range(2, life.story.weeks + 2)
    ]
    life.on(left, "11:30", lambda life: visits.plan(life, sessions))


def leaving(life: Life) -> None:
    """At the end of the treatment: the discharge is proposed, and nobody has agreed yet."""
    _begin(life, _weekly(life)[:-1])
    life.on(life.ago(max(1, life.story.gap - 1)), "18:20", endings.propose_discharge)


def left(life: Life) -> None:
    """Treated to the end, and discharged."""
    _begin(life, _weekly(life)[:-1])
    life.on(life.ago(life.story.gap - 2), "18:20", endings.propose_discharge)
    life.on(life.ago(life.story.gap - 4), "18:40", endings.approve_discharge)


def reopened(life: Life) -> None:
    """Discharged, back after some weeks, and taken in again."""
    left(life)
    back = life.ago(9)
    life.at_the_end(back, "10:10", endings.come_back)
    life.on(back, "10:40", arrival.asked_on, arrival.fill)
    life.on(back, "11:05", arrival.hand_in)
    life.on(life.ago(7), "12:10", arrival.assign)


def lost(life: Life) -> None:
    """Three sessions nobody came to, calls nobody answered, and the end of the search."""
    days = _weekly(life)[:-1]
    missed = [days[-1] + dt.timedelta(days=WEEK * week) for week in (1, 2, 3)]
    _begin(life, [*days, *missed])
    for days_ago in (19, 16, 13):
        life.on(life.ago(days_ago), "14:30", arrival.ring)
    life.on(life.ago(9), "15:30", endings.give_up_search)


def transferred(life: Life) -> None:
    """Went on elsewhere in the middle of the treatment."""
    _begin(life, _weekly(life)[:-1])
    life.on(life.ago(life.story.gap - 3), "15:30", endings.transfer)


def declined(life: Life) -> None:
    """Asked for help, and decided against it after the first call."""
    life.on(life.ago(life.story.days), "09:10", arrival.refer, arrival.take)
    life.on(life.ago(life.story.days - 3), "14:30", arrival.ring)
    life.on(life.ago(life.story.days - 6), "10:30", arrival.give_up)


PLOTS: Mapping[str, Callable[[Life], None]] = {
    one.__name__: one
    for one in (
        waiting, drafting, handed_in, assessed, planned, treated, stay, stepped_down, leaving,
        left, reopened, lost, transferred, declined,
    )
} | {"supported": supported}  # fmt: skip


def _hand_in(life: Life, day: dt.date) -> None:
    """Referred, taken, asked and handed in within one long call."""
    life.on(day, "09:10", arrival.refer, arrival.take, arrival.triage)
    life.on(day, "09:50", arrival.fill, arrival.hand_in)


def _weekly(life: Life) -> list[dt.date]:
    """The sessions so far, one a week up to `gap` days ago, and the next one."""
    last = life.stage.today - dt.timedelta(days=life.story.gap)
    past = [
        diary.working_day(last - dt.timedelta(days=WEEK * week))
        for week in reversed(range(life.story.weeks))
    ]
    if life.story.gap == 0:
        past[-1] = life.stage.today
    return [*past, diary.next_working_day(last + dt.timedelta(days=WEEK))]


def _begin(life: Life, sessions: list[dt.date]) -> None:
    """All that lies before the first of these sessions, and the sessions."""
    first = sessions[0]

    def before(days: int) -> dt.date:
        return diary.working_day(first - dt.timedelta(days=days))

    life.on(before(REFERRED), "09:30", arrival.refer)
    life.on(before(HANDED_IN), "10:00", arrival.take, arrival.triage, arrival.fill)
    life.on(before(HANDED_IN), "10:50", arrival.hand_in)
    life.on(before(HANDED_IN), "15:00", arrival.assign)
    life.on(before(MEASURED), "13:20", deciding.measure)
    _decide(life, before(DECIDED), sessions)


def _decide(life: Life, day: dt.date, sessions: list[dt.date]) -> None:
    life.on(day, "15:40", deciding.recommend, deciding.decide, care.note_goals)
    life.on(day, "16:00", lambda life: visits.plan(life, sessions))
    _beside(life, day)


def _stay(life: Life, admitted: dt.date) -> None:
    """The way into a stay, with the visits its plan asks for."""
    decided = admitted - deciding.PREPARED

    def before(days: int) -> dt.date:
        return diary.working_day(decided - dt.timedelta(days=days))

    life.on(before(9), "09:30", arrival.refer, arrival.take, arrival.triage, arrival.fill)
    life.on(before(9), "10:50", arrival.hand_in)
    life.on(before(8), "12:00", arrival.assign)
    life.on(before(4), "13:20", deciding.measure)
    life.on(decided, "14:40", deciding.recommend, deciding.decide, care.note_goals)
    life.on(decided, "15:20", stays.ask_for_bed, stays.offer_bed)
    life.on(decided, "16:00", lambda life: visits.plan(life, []))
    stays.follow(life, admitted)
    _beside(life, decided)


def _beside(life: Life, decided: dt.date) -> None:
    """What goes on beside the visits."""

    def after(days: int) -> dt.date:
        return diary.working_day(decided + dt.timedelta(days=days))

    life.on(decided, "17:05", care.ask_others)
    life.on(after(6), "11:20", care.hear_of_appointment)
    life.on(after(20), "11:40", care.receive_results)
    life.on(after(45), "16:40", care.look_at_goals)
    if not life.has("behind"):
        life.on(after(26), "16:30", care.review_plan)
        life.on(after(75), "16:30", care.review_plan)
    if life.has("review"):
        life.on(after(14), "15:50", care.ask_for_review)
    if life.has("safety_plan"):
        life.on(after(1), "15:10", care.write_safety_plan)
        life.on(after(40), "15:10", care.write_safety_plan)
    if life.rng.random() < 0.06:  # noqa: PLR2004 - now and then
        life.on(life.ago(1), "16:50", care.leave_to_anybody)
