"""Is somebody asked after a referral that nothing came back from, once for each of its stages?"""

from __future__ import annotations

import datetime as dt
import uuid
from types import ModuleType

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from intake.errors import IntegrityBroken
from intake.services import alert_calls, notices, outbound_chasing
from tests.worker.bookings import NIGHT, Clinic, run_digests
from tests.worker.test_alert_calls import MINUTE, an_alert, lead_of, told
from worker import digests

TODAY = NIGHT.date()
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)


def a_referral(
    at_night: Clinic, state: str, *, sent_on: dt.date | None, due_by: dt.date,
    case: uuid.UUID | None = None,
) -> uuid.UUID:  # fmt: skip
    """One that is planned, sent or seen; of any case."""
    referral = uuid.uuid4()
    with at_night.session(at_night.site) as session:
        case = case or session.scalar(text("SELECT id FROM cases LIMIT 1"))
        session.execute(
            text(
                "INSERT INTO outbound_referrals (site_id, id, case_id, kind, urgency, state,"
                " due_by, sent_on, seen_on, consent_basis, created_by, created_at, version)"
                " VALUES (:s, :r, :c, 'urology', 'urgent', :state, :due, CAST(:sent AS date),"
                " CASE WHEN :state = 'seen' THEN CAST(:sent AS date) END,"
                " CASE WHEN CAST(:sent AS date) IS NOT NULL THEN 'consent' END, :w, now(), 1)"
            ),
            {"s": at_night.site, "r": referral, "c": case, "state": state, "due": due_by,
             "sent": sent_on, "w": at_night.lead},
        )  # fmt: skip
    return referral


def asked(at_night: Clinic) -> list[uuid.UUID]:
    """Which referrals a task asks after."""
    rows = at_night.rows(
        "SELECT outbound_referral_id FROM tasks WHERE kind = 'referral_overdue' ORDER BY id"
    )
    return [row[0] for row in rows]


@pytest.mark.parametrize("state", ["sent", "seen"])
def test_after_a_fortnight_without_a_result_somebody_is_asked_once(
    at_night: Clinic, state: str
) -> None:
    referral = a_referral(at_night, state, sent_on=TODAY - 14 * DAY, due_by=TODAY + DAY)

    run_digests(at_night, NIGHT)
    early = asked(at_night)
    for days in (1, 1, 2, 30):
        run_digests(at_night, NIGHT + days * DAY)

    assert (early, asked(at_night)) == ([], [referral])
    events = at_night.rows("SELECT count(*) FROM audit_events WHERE type = 'task'")
    assert events == [(1,)]


def test_one_that_never_left_is_asked_after_from_its_day_on(at_night: Clinic) -> None:
    referral = a_referral(at_night, "planned", sent_on=None, due_by=TODAY)

    run_digests(at_night, NIGHT)
    early = asked(at_night)
    run_digests(at_night, NIGHT + DAY)

    assert (early, asked(at_night)) == ([], [referral])


def test_what_never_left_is_not_asked_after_once_the_case_has_ended(at_night: Clinic) -> None:
    a_referral(at_night, "planned", sent_on=None, due_by=TODAY - DAY)
    with at_night.session(at_night.site) as session:
        session.execute(text("UPDATE cases SET state = 'discharged'"))

    run_digests(at_night, NIGHT)

    assert asked(at_night) == []


def test_two_workers_at_once_ask_once(at_night: Clinic) -> None:
    referral = a_referral(at_night, "sent", sent_on=TODAY - 20 * DAY, due_by=TODAY)

    with at_night.worker() as one, at_night.worker() as other:
        digests.run(one)
        digests.run(other)

    assert asked(at_night) == [referral]
    versions = at_night.rows("SELECT version FROM outbound_referrals WHERE id = :r", r=referral)
    assert versions == [(1,)]


@pytest.mark.parametrize(
    "damage",
    ["kek_id = kek_id + 77", "wrapped_key = sha256(wrapped_key)"],
    ids=["a key that is missing", "a key that was changed"],
)
def test_one_whose_key_cannot_be_used_holds_up_nobody(at_night: Clinic, damage: str) -> None:
    damaged, other = (
        a_referral(at_night, "sent", sent_on=TODAY - 20 * DAY, due_by=TODAY - days * DAY, case=one)
        for days, one in ((2, None), (1, at_night.book().case))
    )
    an_alert(at_night)
    whose = "SELECT client_id FROM cases JOIN outbound_referrals r ON case_id = cases.id"
    statement = f"UPDATE clients SET {damage} WHERE id = ({whose} WHERE r.id = :r)"  # noqa: S608 - ours
    at_night.change(statement, r=damaged)

    run_digests(at_night, NIGHT + 30 * MINUTE)

    assert asked(at_night) == [other]
    assert told(at_night) == [lead_of(at_night)]
    stamped = at_night.rows("SELECT id FROM outbound_referrals WHERE overdue_at IS NOT NULL")
    assert stamped == [(other,)]


@pytest.mark.parametrize(
    ("module", "step"),
    [(alert_calls, "escalate"), (notices, "plan_digests"), (outbound_chasing, "chase")],
    ids=["alerts", "digests", "referrals"],
)
def test_a_step_that_fails_holds_up_no_other(
    at_night: Clinic, monkeypatch: pytest.MonkeyPatch, module: ModuleType, step: str
) -> None:
    """What the beat does at a site is a transaction for each step."""
    a_referral(at_night, "sent", sent_on=TODAY - 20 * DAY, due_by=TODAY)
    an_alert(at_night)

    def fail(session: Session, *site: uuid.UUID, now: dt.datetime) -> None:
        del session, site, now
        raise IntegrityBroken

    monkeypatch.setattr(module, step, fail)

    run_digests(at_night, NIGHT + 12 * HOUR)

    digest = at_night.rows("SELECT 1 FROM staff_notices WHERE kind = 'audit_digest'")
    done = {"escalate": told(at_night), "plan_digests": digest, "chase": asked(at_night)}
    assert {name for name, rows in done.items() if not rows} == {step}
