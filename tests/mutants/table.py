"""One mutant per guard: the file, what is written there, what is put instead, and who must notice.

`old` stands in the file at least once, and every place is changed. The tests are those that are
about the guard: a mutant that another test happens to notice is not killed.
"""

from __future__ import annotations

from tests.mutants.console import CONSOLE
from tests.mutants.mutant import Mutant
from tests.mutants.resends import RESENDS
from tests.mutants.ways_in import WAYS_IN

GATE = "intake/services/reminder_gate.py"
WORK = "intake/http/unit_of_work.py"
DOOR = "intake/http/front_door.py"
MUTANTS = (
    Mutant(
        "row-level security shows every site",
        "migrations/versions/0001_create_core_tables.py",
        '"USING (site_id = current_site()) WITH CHECK (site_id = current_site())"',
        '"USING (true) WITH CHECK (true)"',
        (
            "isolation/test_sites.py::test_without_a_site_no_row_is_seen",
            "isolation/test_sites.py::test_a_row_of_another_site_is_refused",
        ),
    ),
    Mutant(
        "audit events may be changed",
        "migrations/sql/0001_append_only.sql",
        "BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events",
        "BEFORE TRUNCATE ON audit_events",
        ("isolation/test_trail.py::test_even_an_administrator_is_refused_a_change",),
    ),
    Mutant(
        "one person may be booked twice at once",
        "migrations/sql/0001_scheduling.sql",
        "('booked', 'arrived')),",
        "('arrived')),",
        ("isolation/test_constraints.py::test_nobody_is_booked_twice_at_once",),
    ),
    Mutant(
        "a database role may bypass row-level security",
        "intake/database.py",
        "if connection.scalar(UNSAFE_ROLE):",
        "if False:",
        (
            "isolation/test_privileges.py::test_a_role_that_row_level_security_does_not_bind_is_refused",
        ),
    ),
    Mutant(
        "no permission is asked for",
        "intake/access.py",
        "if not self.may(permission):",
        "if False:",
        ("api/test_clients.py::test_roles_without_the_permission_are_refused_before_any_look",),
    ),
    Mutant(
        "acts leave no audit event",
        WORK,
        "    try:\n        audit.write(session)\n    except SQLAlchemyError as error:\n",
        "    try:\n        pass\n    except SQLAlchemyError as error:\n",
        (
            "api/test_clients.py::test_a_list_records_whom_it_showed",
            "api/test_clients.py::test_when_the_audit_trail_cannot_be_written_nothing_is_done_or_shown",
        ),
    ),
    Mutant(
        "refusals leave no audit event",
        "intake/http/outcomes.py",
        "if not isinstance(refusal, (errors.AuditUnavailable, errors.Unavailable)):",
        "if False:",
        ("api/test_clients.py::test_a_refusal_leaves_its_event",),
    ),
    Mutant(
        "a change needs no version",
        "intake/http/concurrency.py",
        'sent = request.headers.get("If-Match")',
        'sent = request.headers.get("If-Match", \'"1"\')',
        ("api/test_intakes.py::test_a_save_without_the_version_read_is_refused",),
    ),
    Mutant(
        "a stale version is written over",
        "intake/services/clients.py",
        "if client.version != version:",
        "if False:",
        (
            "api/test_clients.py::test_a_correction_of_an_old_version_is_refused_and_changes_nothing",
        ),
    ),
    Mutant(
        "a sealed value isn't bound to its column",
        "intake/crypto.py",
        "field.encode() + row.bytes",
        "row.bytes",
        ("test_crypto.py::test_a_value_moved_to_another_row_or_column_is_detected",),
    ),
    Mutant(
        "a sealed value isn't bound to its row",
        "intake/crypto.py",
        "field.encode() + row.bytes",
        "field.encode()",
        ("test_crypto.py::test_a_value_moved_to_another_row_or_column_is_detected",),
    ),
    Mutant(
        "a wrapped key opens for anybody",
        "intake/crypto.py",
        "owner.bytes)",
        'b"")',
        ("test_crypto.py::test_a_key_belongs_to_its_owner",),
    ),
    Mutant(
        "a worker works on after its lease was lost",
        "intake/services/reminder_facts.py",
        "Reminder.lease_token == token, ",
        "",
        ("worker/test_dispatch.py::test_an_outcome_of_a_lost_lease_is_not_written_into_the_next",),
    ),
    Mutant(
        "two requests with one key run at once",
        "intake/http/idempotency.py",
        "if not found.mine:",
        "if False:",
        ("api/test_idempotency.py::test_while_the_first_request_runs_the_second_is_told_to_wait",),
    ),
    Mutant(
        "a key may be used for another request",
        "intake/http/idempotency.py",
        "if found.fingerprint != claimed.fingerprint:",
        "if False:",
        ("api/test_idempotency.py::test_a_key_belongs_to_one_request",),
    ),
    Mutant(
        "a create is run again instead of replayed",
        WORK,
        "if stored is not None:",
        "if False:",
        ("api/test_idempotency.py::test_a_repeated_request_gets_the_first_answer",),
    ),
    Mutant(
        "the same person may be registered twice",
        "intake/services/duplicates.py",
        "if all_names and BIRTH in shared:",
        "if False:",
        ("api/test_intakes.py::test_an_exact_match_is_shown_masked_and_can_be_set_aside",),
    ),
    Mutant(
        "a failed sign-in may be repeated at once",
        "intake/services/failures.py",
        "if left > 0:",
        "if False:",
        ("api/test_session.py::test_after_ten_failures_one_has_to_wait_whether_known_or_not",),
    ),
    Mutant(
        "a disabled account signs in",
        "intake/services/sign_in.py",
        "or not staff.active",
        "",
        ("api/test_session.py::test_every_failed_sign_in_has_the_same_answer_and_work",),
    ),
    Mutant(
        "one signs off one's own decision",
        "intake/services/plan_sign_off.py",
        "if plan.decided_by == actor.staff_id:",
        "if False:",
        ("api/test_sign_off.py::test_nobody_signs_off_their_own_decision",),
    ),
    Mutant(
        "a decision on old advice is signed off",
        "intake/services/plan_sign_off.py",
        "if standing.recommendation.superseded_by is not None:",
        "if False:",
        ("api/test_sign_off.py::test_a_newer_recommendation_asks_for_a_new_decision",),
    ),
    Mutant(
        "consent isn't checked again at sending",
        GATE,
        "    consent_is_missing,\n",
        "",
        ("worker/test_gate.py::test_what_forbids_it_at_the_moment_of_sending_is_stored",),
    ),
    Mutant(
        "messages go to unsafe numbers",
        GATE,
        "    contact_is_unsafe,\n",
        "",
        ("worker/test_gate.py::test_what_forbids_it_at_the_moment_of_sending_is_stored",),
    ),
    Mutant(
        "messages go out in quiet hours",
        GATE,
        "    hours_are_quiet,\n",
        "",
        ("worker/test_gate.py::test_in_quiet_hours_it_waits_and_waiting_is_no_attempt",),
    ),
    Mutant(
        "an appointment that moved is reminded of",
        GATE,
        "    appointment_moved,\n",
        "",
        ("worker/test_gate.py::test_a_moved_appointment_ends_the_reminder_of_its_old_time",),
    ),
    Mutant(
        "nobody counts the messages of a day",
        GATE,
        "    enough_was_sent,\n",
        "",
        ("worker/test_gate.py::test_the_fourth_text_of_a_day_becomes_a_call",),
    ),
    Mutant(
        "a text may say anything",
        "intake/services/messages.py",
        "return _banned(language).findall(text.casefold())",
        "return []",
        ("services/test_messages.py::test_a_word_that_reveals_is_refused",),
    ),
    Mutant(
        "a page of another site may write",
        DOOR,
        "if fetch_site is not None and fetch_site not in SAME_ORIGIN:",
        "if False:",
        ("api/test_session.py::test_a_request_from_another_page_is_refused",),
    ),
    Mutant(
        "a key may stand twice in a body",
        DOOR,
        "if len(found) != len(pairs):",
        "if False:",
        ("api/test_front_door.py::test_a_body_that_is_no_plain_json_is_refused",),
    ),
    Mutant(
        "a stranger may send much",
        DOOR,
        "MAX_STRANGER_BYTES if stranger else",
        "MAX_BODY_BYTES if stranger else",
        ("api/test_front_door.py::test_somebody_who_has_not_signed_in_has_little_to_say",),
    ),
    Mutant(
        "NUL reaches the database",
        DOOR,
        "elif isinstance(value, str) and _is_unstorable(value):",
        "elif False:",
        ("api/test_front_door.py::test_what_can_not_be_stored_is_named_wherever_it_stands",),
    ),
    Mutant(
        "fields that nobody knows are dropped silently",
        "intake/http/blueprints.py",
        '"json": ma.RAISE,',
        '"json": ma.EXCLUDE,',
        (
            "hostile/test_mass_assignment.py::test_every_field_of_every_answer_is_refused_in_every_body",
        ),
    ),
    Mutant(
        "fields inside of others that nobody knows are dropped silently",
        "intake/schemas/shapes.py",
        "unknown = ma.RAISE",
        "unknown = ma.EXCLUDE",
        ("hostile/test_mass_assignment.py::test_a_nested_body_takes_no_more_than_it_says",),
    ),
    Mutant(
        "invisible letters are taken in names",
        "intake/schemas/fields.py",
        "if any(self._is_bad(letter) for letter in text):",
        "if False:",
        ("api/test_front_door.py::test_a_name_of_nothing_or_with_hidden_letters_is_refused",),
    ),
    Mutant(
        "a colleague's case is open to everybody",
        "intake/services/relations.py",
        "if not is_related(actor, permission, case, others=others):",
        "if False:",
        ("api/test_break_glass.py::test_a_grant_changes_nothing_and_opens_no_other_case",),
    ),
    Mutant(
        "emergency access is a matter of one's own review",
        "intake/services/break_glass.py",
        "if grant.staff_id == actor.staff_id:",
        "if False:",
        ("api/test_break_glass.py::test_nobody_reviews_their_own",),
    ),
    Mutant(
        "the password alone is enough",
        "intake/http/auth.py",
        "if needs_mfa and row.mfa_at is None:",
        "if False:",
        ("api/test_second_factor.py::test_the_password_alone_opens_the_second_factor_only",),
    ),
    Mutant(
        "a code of the second factor counts twice",
        "intake/services/second_factor.py",
        "or_(Staff.last_totp_counter.is_(None), Staff.last_totp_counter < counter),",
        "",
        ("api/test_second_factor.py::test_a_code_works_once",),
    ),
    Mutant(
        "counselling notes are everybody's",
        "intake/services/counselling_notes.py",
        "CounsellingNote.id == note_id, CounsellingNoteKey.author_id == actor.staff_id)",
        "CounsellingNote.id == note_id)",
        ("api/test_counselling_notes.py::test_everybody_but_the_author_finds_nothing",),
    ),
    Mutant(
        "a revoked consent still discloses",
        "intake/clinical/consent.py",
        "return consent.revoked_at is not None and consent.revoked_at <= now",
        "return False",
        ("api/test_disclosures.py::test_a_revoked_consent_stops_what_has_not_left_yet",),
    ),
    *WAYS_IN,
    *CONSOLE,
    *RESENDS,
)
