"""Does the database itself refuse to lose a key that is held or that two people didn't give up?"""

from __future__ import annotations

import psycopg
import pytest

from tests.makers import retention
from tests.makers.retention import Closed
from tests.support.databases import Database
from tests.support.web import TestSite, Web

DESTROY = (
    "UPDATE clients SET state = 'erased', wrapped_key = NULL, given_name = NULL,"
    " family_name = NULL, preferred_name = NULL, pronouns = NULL, date_of_birth = NULL,"
    " sealed = NULL WHERE id = %s"
)


def destroy(database: Database, person: Closed) -> None:
    """By hand, as an administrator, past every line of the application."""
    with database.connect(database.superuser_url) as connection:
        connection.execute(DESTROY, [person.case.client_id])


def test_a_key_that_two_people_gave_up_goes(
    web: Web, site: TestSite, module_database: Database
) -> None:
    person = retention.closed(web, site)
    person.approved()

    destroy(module_database, person)

    [row] = web.rows("SELECT wrapped_key FROM clients WHERE id = :c", c=person.case.client_id)
    assert row.wrapped_key is None


@pytest.mark.parametrize("how", ["nobody asked", "only one asked", "held"])
def test_no_other_key_goes(
    web: Web, site: TestSite, module_database: Database, *, how: str
) -> None:
    person = retention.closed(web, site)
    if how == "only one asked":
        person.erasure()
    if how == "held":
        person.approved()
        person.hold()

    with pytest.raises(psycopg.errors.RestrictViolation):
        destroy(module_database, person)


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        (
            "UPDATE erasures SET state = 'approved', decided_by = requested_by, decided_at = now()",
            "ck_erasures_second_person_agrees",
        ),
        ("UPDATE erasures SET state = 'approved'", "ck_erasures_second_person_agrees"),
        (
            "UPDATE legal_holds SET state = 'active', placed_by = requested_by",
            "ck_legal_holds_second_person_places",
        ),
        ("UPDATE legal_holds SET state = 'lifted'", "ck_legal_holds_second_person_lifts"),
        (
            (
                "UPDATE legal_holds SET state = 'lifted', lift_requested_by = requested_by,"
                " lifted_by = requested_by"
            ),
            "ck_legal_holds_second_person_lifts",
        ),
    ],
)
def test_one_person_alone_decides_nothing(
    web: Web, site: TestSite, module_database: Database, *, statement: str, name: str
) -> None:
    person = retention.closed(web, site)
    person.erasure()
    person.hold()

    with (
        module_database.connect(module_database.superuser_url) as connection,
        pytest.raises(psycopg.errors.CheckViolation) as refused,
    ):
        connection.execute(statement)

    assert refused.value.diag.constraint_name == name
