"""One mutant per guard: the file, what is written there, what is put instead, and who must notice.

`old` stands in the file at least once, and every place is changed. Tests are named as narrowly as
they can be, so that all of it takes minutes.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mutant:
    """A guard that is taken away."""

    name: str
    path: str
    old: str
    new: str
    #: Arguments of pytest.
    tests: str


GATE = "intake/services/reminder_gate.py"
WORK = "intake/http/unit_of_work.py"
DOOR = "intake/http/front_door.py"
MUTANTS = (
    Mutant(
        "row-level security shows every site",
        "migrations/versions/0001_create_core_tables.py",
        '"USING (site_id = current_site()) WITH CHECK (site_id = current_site())"',
        '"USING (true) WITH CHECK (true)"',
        "tests/isolation/test_sites.py",
    ),
    Mutant(
        "audit events may be changed",
        "migrations/sql/0001_append_only.sql",
        "BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events",
        "BEFORE TRUNCATE ON audit_events",
        "tests/isolation/test_trail.py tests/isolation/test_privileges.py",
    ),
    Mutant(
        "one person may be booked twice at once",
        "migrations/sql/0001_scheduling.sql",
        "('booked', 'arrived')),",
        "('arrived')),",
        "tests/isolation/test_constraints.py",
    ),
    Mutant(
        "a database role may bypass row-level security",
        "intake/database.py",
        "if connection.scalar(UNSAFE_ROLE):",
        "if False:",
        "tests/isolation/test_privileges.py",
    ),
    Mutant(
        "no permission is asked for",
        "intake/access.py",
        "if not self.may(permission):",
        "if False:",
        "tests/api/test_clients.py tests/api/test_consents.py",
    ),
    Mutant(
        "acts leave no audit event",
        WORK,
        "    try:\n        audit.write(session)\n    except SQLAlchemyError as error:\n",
        "    try:\n        pass\n    except SQLAlchemyError as error:\n",
        "tests/api/test_clients.py",
    ),
    Mutant(
        "refusals leave no audit event",
        WORK,
        "if not isinstance(refusal, (errors.AuditUnavailable, errors.Unavailable)):",
        "if False:",
        "tests/api/test_clients.py",
    ),
    Mutant(
        "a change needs no version",
        "intake/http/concurrency.py",
        'sent = request.headers.get("If-Match")',
        'sent = request.headers.get("If-Match", \'"1"\')',
        "tests/api/test_intakes.py tests/api/test_clients.py",
    ),
    Mutant(
        "a stale version is written over",
        "intake/services/clients.py",
        "if client.version != version:",
        "if False:",
        "tests/api/test_clients.py",
    ),
    Mutant(
        "a sealed value isn't bound to its column",
        "intake/crypto.py",
        "field.encode() + row.bytes",
        "row.bytes",
        "tests/test_crypto.py",
    ),
    Mutant(
        "a sealed value isn't bound to its row",
        "intake/crypto.py",
        "field.encode() + row.bytes",
        "field.encode()",
        "tests/test_crypto.py",
    ),
    Mutant(
        "a wrapped key opens for anybody",
        "intake/crypto.py",
        "owner.bytes)",
        'b"")',
        "tests/test_crypto.py",
    ),
    Mutant(
        "a worker works on after its lease was lost",
        "intake/services/reminder_facts.py",
        "Reminder.lease_token == token, ",
        "",
        "tests/worker/test_dispatch.py",
    ),
    Mutant(
        "two requests with one key run at once",
        "intake/http/idempotency.py",
        "if not found.mine:",
        "if False:",
        "tests/api/test_idempotency.py",
    ),
    Mutant(
        "a key may be used for another request",
        "intake/http/idempotency.py",
        "if found.fingerprint != claimed.fingerprint:",
        "if False:",
        "tests/api/test_idempotency.py",
    ),
    Mutant(
        "a create is run again instead of replayed",
        WORK,
        "if stored is not None:",
        "if False:",
        "tests/api/test_idempotency.py",
    ),
    Mutant(
        "the same person may be registered twice",
        "intake/services/duplicates.py",
        ".having(func.count() == len(wanted))",
        ".having(func.count() > len(wanted))",
        "tests/api/test_clients.py",
    ),
    Mutant(
        "a failed sign-in may be repeated at once",
        "intake/services/failures.py",
        "if left > 0:",
        "if False:",
        "tests/api/test_session.py",
    ),
    Mutant(
        "a disabled account signs in",
        "intake/services/sign_in.py",
        "or not staff.active",
        "",
        "tests/api/test_session.py",
    ),
    Mutant(
        "one signs off one's own decision",
        "intake/services/plans.py",
        "if plan.decided_by == actor.staff_id:",
        "if False:",
        "tests/api/test_sign_off.py",
    ),
    Mutant(
        "a decision on old advice is signed off",
        "intake/services/plans.py",
        "if standing.recommendation.superseded_by is not None:",
        "if False:",
        "tests/api/test_sign_off.py",
    ),
    Mutant(
        "consent isn't checked again at sending",
        GATE,
        "    consent_is_missing,\n",
        "",
        "tests/worker/test_gate.py",
    ),
    Mutant(
        "messages go to unsafe numbers",
        GATE,
        "    contact_is_unsafe,\n",
        "",
        "tests/worker/test_gate.py",
    ),
    Mutant(
        "messages go out in quiet hours",
        GATE,
        "    hours_are_quiet,\n",
        "",
        "tests/worker/test_gate.py",
    ),
    Mutant(
        "an appointment that moved is reminded of",
        GATE,
        "    appointment_moved,\n",
        "",
        "tests/worker/test_gate.py",
    ),
    Mutant(
        "nobody counts the messages of a day",
        GATE,
        "    enough_was_sent,\n",
        "",
        "tests/worker/test_gate.py",
    ),
    Mutant(
        "a text may say anything",
        "intake/services/messages.py",
        "return _banned(language).findall(text.casefold())",
        "return []",
        "tests/services/test_messages.py",
    ),
    Mutant(
        "a page of another site may write",
        DOOR,
        "if fetch_site is not None and fetch_site not in SAME_ORIGIN:",
        "if False:",
        "tests/api/test_session.py",
    ),
    Mutant(
        "a key may stand twice in a body",
        DOOR,
        "if len(found) != len(pairs):",
        "if False:",
        "tests/api/test_front_door.py",
    ),
    Mutant(
        "a stranger may send much",
        DOOR,
        "MAX_STRANGER_BYTES if stranger else",
        "MAX_BODY_BYTES if stranger else",
        "tests/api/test_front_door.py",
    ),
    Mutant(
        "NUL reaches the database",
        DOOR,
        "elif isinstance(value, str) and _is_unstorable(value):",
        "elif False:",
        "tests/api/test_front_door.py",
    ),
    Mutant(
        "fields that nobody knows are dropped silently",
        "intake/schemas/shapes.py",
        "unknown = ma.RAISE",
        "unknown = ma.EXCLUDE",
        "tests/hostile/test_mass_assignment.py",
    ),
    Mutant(
        "invisible letters are taken in names",
        "intake/schemas/fields.py",
        "if any(self._is_bad(letter) for letter in text):",
        "if False:",
        "tests/api/test_front_door.py",
    ),
)
