"""What makes a busy day: arranged in the database, because how it came about isn't the point."""

from __future__ import annotations

import json

from tests.makers.cases import CaseOf
from tests.support.web import TestSite, Web

COPIES = """INSERT INTO {table} SELECT made.* FROM {table} one, generate_series(1, :many) n,
LATERAL jsonb_populate_record(one, CAST(:changes AS jsonb)
|| jsonb_build_object('id', md5(one.id::text || n)::uuid)) made WHERE one.id = CAST(:one AS uuid)"""


def copies(
    web: Web, table: str, one: str, many: int, changes: dict[str, str] | None = None
) -> None:
    """So many rows like one that is there, with columns that differ."""
    web.run(COPIES.format(table=table), one=one, many=many, changes=json.dumps(changes or {}))


def many_alerts(web: Web, site: TestSite, case: CaseOf, many: int) -> None:
    """So many open alerts of one case, each of a code of its own."""
    web.run(
        "INSERT INTO alerts (site_id, id, case_id, code, priority, state, raised_at, due_at,"
        " occurrences, created_at, version) SELECT :s, gen_random_uuid(), :c, 'Z' || n, 'low',"
        " 'open', '2027-01-11', '2027-01-12', 1, now(), 1 FROM generate_series(1, :n) n",
        s=site.id, c=case.id, n=many,
    )  # fmt: skip


def failed_reminder(web: Web, appointment_id: str, state: str = "dead") -> str:
    """The first reminder of an appointment, in that state; its id."""
    [row, *_] = web.rows(
        "SELECT id FROM reminders WHERE appointment_id = :a ORDER BY send_after", a=appointment_id
    )
    web.run(
        "UPDATE reminders SET state = :t, state_reason = 'too_many_attempts' WHERE id = :i",
        t=state, i=row.id,
    )  # fmt: skip
    return str(row.id)


def unowned_task(web: Web, site: TestSite, case_id: str | None) -> None:
    """An open task that nobody has; of the site where no case is named."""
    web.run(
        "INSERT INTO tasks (site_id, id, case_id, kind, source, due_at, state, created_at, version)"
        " VALUES (:s, gen_random_uuid(), :c, 'other', 'person', '2027-01-12', 'open', now(), 1)",
        s=site.id, c=case_id,
    )  # fmt: skip
