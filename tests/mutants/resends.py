"""Mutants of what becomes of a failed reminder: sent again once, or settled by a call."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

FAILURES = "intake/services/reminder_failures.py"
TESTS = "api/test_reminder_failures.py"
RESENDS = (
    Mutant(
        "two may follow one failed reminder",
        "migrations/sql/0015_resends.sql",
        "UNIQUE (site_id, resend_of)",
        "UNIQUE (site_id, id, resend_of)",
        (f"{TESTS}::test_the_database_lets_only_one_follow",),
    ),
    Mutant(
        "a failed reminder is sent again by two at once",
        FAILURES,
        "        .with_for_update(of=(Case, Reminder), key_share=True)\n",
        "",
        (f"{TESTS}::test_of_two_at_once_one_is_sent",),
    ),
    Mutant(
        "a failed reminder that may have arrived is sent again",
        "intake/services/reminder_reasons.py",
        "        return UNSURE\n",
        "        return None\n",
        (f"{TESTS}::test_what_stands_against_it_is_said",),
    ),
    Mutant(
        "a failed reminder is sent again under no rule",
        FAILURES,
        "    _judge(session, Row(again, appointment, case, client, contact), now)\n",
        "",
        (f"{TESTS}::test_without_consent_nothing_is_sent",),
    ),
    Mutant(
        "a stranger sends a failed reminder again",
        FAILURES,
        "    relations.require(session, actor, Permission.APPOINTMENT_WRITE, row.Case,"
        ' what="reminder")\n',
        "",
        (f"{TESTS}::test_another_site_finds_nothing",),
    ),
    Mutant(
        "a call that nobody took settles a failed reminder",
        FAILURES,
        "    if attempt.outcome != SPOKEN:\n",
        "    if attempt.outcome is None:\n",
        (f"{TESTS}::test_a_call_that_told_nothing_settles_nothing",),
    ),
    Mutant(
        "a call before its last try settles a failed reminder",
        FAILURES,
        "            Reminder.next_attempt_at <= attempt.at,\n",
        "",
        (f"{TESTS}::test_a_call_that_told_nothing_settles_nothing",),
    ),
    Mutant(
        "a call settles a failed reminder of somebody else",
        FAILURES,
        "        Appointment.case_id == case.id, func",
        "        func",
        (f"{TESTS}::test_a_call_settles_what_is_of_that_case",),
    ),
    Mutant(
        "a settled failed reminder stays in the lists",
        "intake/services/reminders.py",
        "and_(Reminder.state.in_(UNSENT), Reminder.settled_at.is_(None))",
        "and_(Reminder.state.in_(UNSENT))",
        (f"{TESTS}::test_whoever_was_spoken_with_needs_no_reminder",),
    ),
    Mutant(
        "a failed reminder is sent again with its old key",
        FAILURES,
        "{failed.kind}:{contact.channel}:{made}",
        "{failed.kind}:{contact.channel}",
        (f"{TESTS}::test_it_is_planned_again_as_another_one",),
    ),
)
