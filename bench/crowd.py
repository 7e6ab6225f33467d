"""How does a site get a hundred thousand cases in a minute? In the database, from one of each row.

Every row is a copy of one that the API made, with its own identifiers. The persons are erased ones:
nobody's name is opened, so what a board costs here is what it takes to find its rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import text

from tests.makers import boards, bookings, orders, progress
from tests.makers.cases import CaseOf
from tests.support.web import TestSite, Web

EACH = 40
"""Cases of one worker; the first are the counsellor's who asks."""
WORKER = f"CASE WHEN n <= {EACH} THEN CAST(:me AS uuid) ELSE {{colleague}} END"
# Two visits a day for twenty days; each worker begins at one of four quarters of an hour.
BOOKED = (
    f"timestamp '2027-01-18 08:00' + n % {EACH} / 2 * interval '1 day'"
    f" + n % 2 * interval '2 hours' + n / {EACH} % 4 * interval '15 minutes'"
)
BEGUN = f"{BOOKED} - interval '1 year'"
COPY = """INSERT INTO {table} SELECT made.* FROM {table} one, generate_series(1, :many) n,
LATERAL jsonb_populate_record(one, jsonb_build_object({changes})) made
WHERE one.{key} = :one AND {fits}"""
FIRST_OF_CASE = "SELECT id FROM {table} WHERE case_id = :c"
ACTIVE = "n % 50 <> 0 AND n % 3 <> 0"


@dataclass(frozen=True, slots=True)
class Copies:
    """Rows of `table` like the one made there, for those of the numbers `n` that fit."""

    table: str
    changes: dict[str, str]
    fits: str = "true"
    what: str = ""
    key: str = "id"

    def statement(self) -> str:
        """The same case has the same identifiers in every statement."""
        changes = {"id": _id(self.what or self.table)} | self.changes
        listed = ", ".join(f"'{name}', {value}" for name, value in changes.items())
        return COPY.format(table=self.table, changes=listed, key=self.key, fits=self.fits)


def _id(what: str, number: str = "n") -> str:
    return f"md5('{what} ' || {number})::uuid"


def _during(begins: str) -> str:
    return (
        f"tstzrange(({begins}) AT TIME ZONE 'UTC', ({begins}) AT TIME ZONE 'UTC'"
        " + interval '1 hour')"
    )


COLLEAGUE = _id("staff", f"((n - 1) / {EACH})")
MINE_OR_THEIRS = WORKER.format(colleague=COLLEAGUE)
OF_CASE = {"case_id": _id("cases")}
VISIT = OF_CASE | {"client_id": _id("clients"), "staff_id": MINE_OR_THEIRS}
SEALED = (
    *("wrapped_key", "given_name", "family_name", "preferred_name", "pronouns"),
    *("date_of_birth", "sealed"),
)
FIRST = f"n % {EACH} = 1"
CROWD = (
    Copies("staff", {"id": COLLEAGUE, "email": f"{COLLEAGUE} || '@example.com'"}, FIRST),
    Copies("memberships", {"staff_id": COLLEAGUE}, FIRST, key="staff_id"),
    Copies("clients", {"state": "'erased'"} | dict.fromkeys(SEALED, "NULL")),
    Copies(
        "cases",
        {
            "client_id": _id("clients"),
            "reference": "'B-' || n",
            "key_worker_id": MINE_OR_THEIRS,
            "referral_date": "one.referral_date - n % 30",
            "state": "CASE WHEN n % 50 = 0 THEN 'referred'"
            " WHEN n % 3 = 0 THEN 'discharged' ELSE 'active' END",
        },
    ),
    Copies("intakes", OF_CASE, "n % 50 <> 0"),
    Copies(
        "intakes",
        OF_CASE | {"state": "'draft'", "submitted_at": "NULL", "submitted_by": "NULL"},
        "n % 50 = 0",
    ),
    Copies(
        "appointments",
        VISIT | {"status": "'fulfilled'", "local_start": BEGUN, "during": _during(BEGUN)},
        what="past",
    ),
    Copies(
        "appointments",
        VISIT | {"status": "'booked'", "local_start": BOOKED, "during": _during(BOOKED)},
        ACTIVE,
    ),
    Copies(
        "reminders",
        {
            "appointment_id": _id("appointments"),
            "client_id": _id("clients"),
            "dedupe_key": "n::text",
            "send_after": "one.send_after - n % 10000 * interval '1 minute'",
        },
        f"n % 10 = 1 AND {ACTIVE}",
    ),
    Copies("alerts", OF_CASE | {"due_at": "one.due_at + n * interval '1 minute'"}, "n % 10 = 0"),
    Copies("tasks", OF_CASE | {"alert_id": "NULL"}, "n % 5 = 0"),
    Copies("progress_notes", OF_CASE | {"author_id": MINE_OR_THEIRS}, "n % 20 = 1"),
    Copies("recommendations", OF_CASE, ACTIVE),
    Copies("plan_decisions", OF_CASE | {"recommendation_id": _id("recommendations")}, ACTIVE),
    Copies(
        "follow_ups",
        OF_CASE
        | {"plan_decision_id": _id("plan_decisions"), "due_by": "date '2027-01-11' + n % 60"},
        ACTIVE,
    ),
)


def busy_case(web: Web, site: TestSite) -> tuple[CaseOf, dict[str, str]]:
    """A case with one row of each table, and their ids; it is a Friday, half past ten."""
    client = orders.reachable_client()
    case = bookings.a_case(web, site, answers=bookings.PSYCHOSIS, client=client)
    visit = str(bookings.book(case, local_start="2027-01-25T06:00")["id"])
    made = {
        **dict.fromkeys(("staff", "memberships"), str(case.counsellor.staff_id)),
        "clients": case.client_id,
        "cases": case.id,
        "intakes": case.intake_id,
        "appointments": visit,
        "reminders": boards.failed_reminder(web, visit),
        "follow_ups": bookings.follow_up(web, site, case),
        "progress_notes": progress.drafted_note(case),
    }
    for table in ("alerts", "tasks", "recommendations", "plan_decisions"):
        [row, *_] = web.rows(FIRST_OF_CASE.format(table=table), c=case.id)
        made[table] = str(row.id)
    web.set_clinic_time(bookings.MONDAY.replace(day=22, minute=30))
    return case, made


def fill(web: Web, case: CaseOf, made: Mapping[str, str], many: int) -> None:
    """Give the site so many cases more.

    The planner gets its figures as a server gives them by itself, when it has time.
    """
    with web.judge.begin() as connection:
        for one in CROWD:
            statement = one.statement()
            values = {"many": many, "one": made[one.table], "me": str(case.counsellor.staff_id)}
            used = {name: value for name, value in values.items() if f":{name}" in statement}
            connection.execute(text(statement), used)
    with web.judge.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
