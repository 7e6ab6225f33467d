"""What waits at a site, kind by kind? The rules of the lanes of the board of the day."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import and_, func

from intake.access import Permission
from intake.models import Alert, Appointment, Case, FollowUp, Intake, Reminder
from intake.models.reminders import UNSENT
from intake.services.board_lanes import Lane, Reader, of_case
from intake.services.reminders import UNSETTLED

# A reminder is planned a week before its visit; one that tells of a change may be older.
FAILED_WITHIN = dt.timedelta(days=31)
# Obligations of the schedule that repeat a measure; all others are visits, contacts and reviews.
REPEATED_MEASURES = ("B1", "M1")


def alerts(reader: Reader, name: str = "alerts") -> Lane:
    """Alerts nobody has closed, the soonest to be answered first."""
    del reader
    return Lane(
        name=name,
        kind="alert",
        permission=Permission.WORK_READ,
        model=Alert,
        filters=(Alert.state != "closed",),
        sort=Alert.due_at,
        columns={
            "version": Alert.version,
            "state": Alert.state,
            "code": Alert.code,
            "detail": Alert.priority,
            "at": Alert.due_at,
            "owner_id": Alert.acknowledged_by,
        },
    )


def coming(reader: Reader) -> Lane:
    """Who is expected today and who has arrived, in the order of the day."""
    start = dt.datetime.combine(reader.today, dt.time())
    within = (Appointment.local_start >= start, Appointment.local_start < start + dt.timedelta(1))
    return _appointments("coming_today", (Appointment.status.in_(("booked", "arrived")), *within))


def unresolved(reader: Reader) -> Lane:
    """Visits that are over and of which nobody has said whether the person came."""
    is_over = func.upper(Appointment.during) <= reader.now
    # No zone is a day away from another: the index by wall time stays of use.
    begun = Appointment.local_start < dt.datetime.combine(reader.today, dt.time()) + dt.timedelta(2)
    return _appointments("unresolved_visits", (Appointment.status == "booked", begun, is_over))


def _appointments(name: str, filters: tuple[object, ...]) -> Lane:
    return Lane(
        name=name,
        kind="appointment",
        permission=Permission.APPOINTMENT_READ,
        model=Appointment,
        filters=filters,  # type: ignore[arg-type] # conditions of several Python types
        sort=Appointment.local_start,
        columns={
            "version": Appointment.version,
            "state": Appointment.status,
            "code": Appointment.kind,
            "detail": Appointment.mode,
            "at": func.lower(Appointment.during),
            "owner_id": Appointment.staff_id,
            "about_id": Appointment.follow_up_id,
        },
        also=(Appointment.staff_id,),
    )


def follow_ups(reader: Reader, name: str = "overdue_follow_ups") -> Lane:
    """Obligations whose last day has passed with nothing booked, the longest overdue first."""
    filters = [FollowUp.state == "planned", FollowUp.due_by < reader.today]
    if name == "overdue_reassessments":
        filters.append(FollowUp.code.in_(REPEATED_MEASURES))
    if name == "overdue_reviews":
        filters.append(FollowUp.code.not_in(REPEATED_MEASURES))
    return Lane(
        name=name,
        kind="follow_up",
        permission=Permission.FOLLOW_UP_READ,
        model=FollowUp,
        filters=tuple(filters),
        sort=FollowUp.due_by,
        columns={
            "version": FollowUp.version,
            "state": FollowUp.state,
            "code": FollowUp.code,
            "words": FollowUp.label,
            "day": FollowUp.due_by,
            "about_id": FollowUp.plan_decision_id,
        },
    )


def reminders(reader: Reader, name: str = "failed_reminders") -> Lane:
    """Reminders of visits to come that failed or may have, and wait for staff; latest first."""
    states = ("uncertain",) if name == "uncertain_reminders" else UNSENT
    return Lane(
        name=name,
        kind="reminder",
        permission=Permission.REMINDER_READ,
        model=Reminder,
        filters=(
            UNSETTLED,
            Reminder.state.in_(states),
            Reminder.send_after > reader.now - FAILED_WITHIN,
            Reminder.schedule_no == Appointment.schedule_no,
            Appointment.status == "booked",
            func.lower(Appointment.during) > reader.now,
        ),
        sort=Reminder.send_after,
        columns={
            "state": Reminder.state,
            "code": Reminder.state_reason,
            "detail": Reminder.kind,
            "at": func.lower(Appointment.during),
            "owner_id": Appointment.staff_id,
            "about_id": Reminder.appointment_id,
        },
        path=(
            (
                Appointment,
                and_(
                    Appointment.site_id == Reminder.site_id,
                    Appointment.id == Reminder.appointment_id,
                ),
            ),
            of_case(Appointment),
        ),
        newest_first=True,
    )


def referrals(reader: Reader) -> Lane:
    """Referrals that have become neither an intake nor a refusal, the longest waiting first."""
    del reader
    return Lane(
        name="waiting_referrals",
        kind="referral",
        permission=Permission.REFERRAL_WORK,
        model=Case,
        filters=(Case.state == "referred",),
        sort=Case.referral_date,
        columns={
            "version": Case.version,
            "state": Case.state,
            "code": Case.referral_urgency,
            "detail": Case.referral_source,
            "at": Case.taken_at,
            "day": Case.referral_date,
            "owner_id": Case.taken_by,
        },
        is_unclaimed=Case.taken_by.is_(None),
    )


def drafts(reader: Reader) -> Lane:
    """Intakes that were begun and not handed in, the latest begun first."""
    del reader
    return Lane(
        name="drafts",
        kind="draft",
        permission=Permission.INTAKE_READ,
        model=Intake,
        filters=(Intake.state == "draft",),
        sort=Intake.id,
        columns={
            "version": Intake.version,
            "state": Intake.state,
            "at": func.coalesce(Intake.saved_at, Intake.created_at),
            "owner_id": Intake.author_id,
        },
        also=(Intake.author_id,),
        newest_first=True,
    )
