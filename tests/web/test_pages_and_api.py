"""Do both front doors ask for the same, store the same rows and leave the same audit acts?

Each act is done by page at one site and by API at another, to twins. Then all rows of both sites
are compared, column by column, but for what can't be the same: identifiers, moments, ciphertext
(its length is) and tokens. A form without a pair in `tests/web/pairs` fails here.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from intake.models import Base
from intake.permissions import ROLE_PERMISSIONS, Role
from intake.services import intake_sittings
from intake.web.screens import CONSOLE
from tests.support.web import TestSite, Web
from tests.web.pairs import PAIRS
from tests.web.pairs.pair import Answers, Pair

#: The trail is compared by its acts, replays answer differently; the others belong to nobody.
ELSEWHERE = {
    *("audit_events", "idempotency_keys", "clinic_clock", "job_ticks", "sign_in_failures"),
    "unsent_forms",  # of pages alone
}
#: Search tokens are keyed by the site; how many there are is compared.
KEYED = {"token"}
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(\+00:00|Z)")
#: What is kept of a form that isn't sent is no act; tests/web/test_unsent_forms.py.
NO_ACT = f"{CONSOLE}.unsent_forms.keep"
SAMPLE = f"{CONSOLE}.sample."
WELL = (200, 201, 204, 303)


def forms_of(web: Web) -> set[str]:
    """The endpoint of every form of the console."""
    return {
        rule.endpoint
        for rule in web.app.url_map.iter_rules()
        if rule.endpoint.startswith(f"{CONSOLE}.")
        and not rule.endpoint.startswith((SAMPLE, NO_ACT))
        and rule.methods
        and rule.methods & {"POST", "PUT", "PATCH", "DELETE"}
    }


def test_every_form_has_its_twin(web: Web) -> None:
    assert forms_of(web) == {one.endpoint for one in PAIRS}


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_both_ways_leave_the_same(web: Web, pair: Pair) -> None:
    pages, api = web.site(), web.site()

    by_page = pair.by_page(pair.world(web, pages))
    by_api = pair.by_api(pair.world(web, api))

    for answer in (*by_page, *by_api):
        assert answer.status_code in WELL, answer.get_data(as_text=True)[:2000]
    if by_api:
        # A form may do what takes several calls: it asks for one of theirs, for nobody else's.
        assert asked(web, by_page) <= asked(web, by_api)
        assert let_in(asked(web, by_page)) <= let_in(asked(web, by_api))
    assert dict(rows_of(web, pages)) == dict(rows_of(web, api))
    assert acts(web, by_page) == acts(web, by_api)


def asked(web: Web, answers: Answers) -> set[object]:
    """Which permissions the views behind these answers ask for."""
    routes = web.app.url_map.bind("localhost")
    found = (routes.match(one.request.path, one.request.method)[0] for one in answers)
    return {getattr(web.app.view_functions[endpoint], "permission", None) for endpoint in found}


def let_in(asked: set[object]) -> set[Role]:
    """The roles that have all of these permissions."""
    return {role for role in Role if asked <= ROLE_PERMISSIONS[role] | {None}}


def acts(web: Web, answers: Answers) -> list[tuple[Any, ...]]:
    """What the trail says was done; a page reads more to show itself."""
    ids = [answer.headers["X-Request-Id"] for answer in answers]
    rows = web.rows(
        "SELECT type, subtype, action, outcome, sensitivity, agent_role, entity_type,"
        " entity_version, fields FROM audit_events"
        " WHERE request_id = ANY(CAST(:ids AS uuid[])) AND action <> 'R'",
        ids=ids,
    )
    return sorted(tuple(map(str, row)) for row in rows)


def rows_of(web: Web, site: TestSite) -> Iterator[tuple[str, list[str]]]:
    """Each table with what is in it of a site and of the people who work there."""
    members = {
        row.staff_id: f"a {row.role}"
        for row in web.rows("SELECT staff_id, role FROM memberships WHERE site_id = :s", s=site.id)
    }
    for name, table in Base.metadata.tables.items():
        if name in ELSEWHERE:
            continue
        owner = next(one for one in ("site_id", "staff_id", "id") if one in table.columns)
        wanted = [site.id] if owner == "site_id" else list(members)
        columns = [one.name for one in table.columns if one.name not in KEYED]
        found = web.rows(
            f"SELECT {', '.join(columns)} FROM {name} WHERE {owner} = ANY(:ids)",  # noqa: S608 - our own names
            ids=wanted,
        )
        yield name, sorted(told(zip(columns, row, strict=True), members) for row in found)


def told(row: Iterable[tuple[str, object]], members: dict[uuid.UUID, str]) -> str:
    """A row as text, without what can't be the same."""
    return str({name: plain(value, members) for name, value in row})


def plain(value: object, members: dict[uuid.UUID, str]) -> object:
    """A value; an identifier of a person tells the role."""
    if isinstance(value, uuid.UUID):
        return members.get(value, "an id")
    if isinstance(value, dt.datetime):
        return value if value.tzinfo is None else "a moment"
    if isinstance(value, (bytes, memoryview)):
        return f"{len(value)} bytes"
    if isinstance(value, list):
        # Which page saved a draft last: a caller of the API has none.
        value = [one for one in value if not str(one).startswith(intake_sittings.PAGE)]
    if isinstance(value, (dict, list, str)):
        text = value if isinstance(value, str) else json.dumps(value, sort_keys=True, default=str)
        return MOMENT.sub("a moment", UUID.sub("an id", text))
    return value
