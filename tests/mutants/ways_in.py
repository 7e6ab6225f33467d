"""Mutants of the ways in: API keys, and what one act opens for another."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

WORK = "intake/http/unit_of_work.py"
GAPS = "access/test_gaps.py"
WAYS_IN = (
    Mutant(
        "a key never ends",
        "migrations/sql/0009_api_keys.sql",
        "WHERE k.token_hash = p_token AND k.revoked_at IS NULL AND k.expires_at > p_now;",
        "WHERE k.token_hash = p_token AND k.revoked_at IS NULL;",
        ("api/test_api_keys.py::test_a_key_ends_by_the_clock",),
    ),
    Mutant(
        "a revoked key works on",
        "migrations/sql/0009_api_keys.sql",
        "WHERE k.token_hash = p_token AND k.revoked_at IS NULL AND k.expires_at > p_now;",
        "WHERE k.token_hash = p_token AND k.expires_at > p_now;",
        ("api/test_api_keys.py::test_a_revoked_key_is_refused_from_the_next_request_on",),
    ),
    Mutant(
        "a key may do all that its role may",
        "intake/access.py",
        "if self.only is not None and permission not in self.only & KEY_SCOPES:",
        "if False:",
        ("api/test_api_key_use.py::test_a_key_does_what_its_scopes_say_and_no_more",),
    ),
    Mutant(
        "a key may be given what is for people",
        "intake/access.py",
        "not in self.only & KEY_SCOPES:",
        "not in self.only:",
        ("test_access.py::test_a_key_has_the_part_of_its_role_that_keys_may_have",),
    ),
    Mutant(
        "what a test key writes is kept",
        "intake/http/rehearsal.py",
        "if not actor.is_test:",
        "if True:",
        ("api/test_test_keys.py::test_a_test_key_reaches_nobody_and_changes_nothing",),
    ),
    Mutant(
        "a key's token is shown a second time",
        "intake/http/idempotency.py",
        "response.get_json() | dict.fromkeys(without)",
        "response.get_json()",
        ("api/test_api_keys.py::test_a_key_is_shown_once_and_stored_as_its_hash",),
    ),
    Mutant(
        "a replay doesn't ask whose case it is",
        WORK,
        "idempotency.check_relation(session, actor, wanted.permission)",
        "pass",
        (f"{GAPS}::test_a_replay_is_refused_once_the_case_is_somebody_elses",),
    ),
    Mutant(
        "an author keeps what was handed in",
        "intake/services/intakes.py",
        "author = row.Intake.author_id if is_open else None",
        "author = row.Intake.author_id",
        (f"{GAPS}::test_what_was_handed_in_is_its_authors_no_more_after_the_handover",),
    ),
    Mutant(
        "logs tell of counselling notes",
        "intake/services/access_log.py",
        "return row.sensitivity != NOTES or is_own or reader.role is Role.AUDITOR",
        "return True",
        (f"{GAPS}::test_that_there_are_counselling_notes_is_in_no_log_but_the_auditors",),
    ),
    Mutant(
        "nobody learns whose record was refused",
        "intake/services/relations.py",
        "audit.about(session, case.client_id)",
        "pass",
        (f"{GAPS}::test_whoever_was_refused_stands_in_the_log_of_the_person",),
    ),
    Mutant(
        "a defect of ours leaves no event",
        "intake/http/outcomes.py",
        "            if not is_idempotency_race(error):\n                _record(",
        "            if False:\n                _record(",
        (f"{GAPS}::test_a_defect_of_ours_leaves_an_event_without_content",),
    ),
    Mutant(
        "a cookie is taken back otherwise than it was given",
        "intake/http/auth.py",
        '        secure=bool(current_app.config["PRODUCTION"]),\n        httponly=True,\n',
        "        httponly=True,\n",
        (
            (
                "hostile/test_attacks.py::"
                "test_in_production_the_browser_keeps_to_tls_and_to_this_host"
            ),
        ),
    ),
)
