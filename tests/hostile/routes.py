"""Which routes write, who may call them, and what body would they take?

Everything is found through the URL map and the schemas: a route that is added is covered.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

import marshmallow as ma
from flask import Flask

from intake.access import ROLE_PERMISSIONS, Permission, Role
from tests.makers import bookings, plans, progress
from tests.makers.assessments import assessment_order
from tests.makers.cases import CaseOf
from tests.support.web import Caller, TestSite, Web

WRITES = ("POST", "PUT", "PATCH", "DELETE")
PART = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")
#: The most rights first.
ROLES = (
    Role.CLINICAL_LEAD,
    Role.COUNSELLOR,
    Role.INTAKE_COORDINATOR,
    Role.AUDITOR,
    Role.ADMINISTRATOR,
    Role.PEER_WORKER,
)


@dataclass(frozen=True)
class Route:
    """One method of one address."""

    method: str
    rule: str
    endpoint: str
    permission: Permission | None
    creates: bool
    schema: ma.Schema | None

    def __str__(self) -> str:
        """As it stands in the table of paths."""
        return f"{self.method} {self.rule}"

    def at(self, ids: dict[str, str]) -> str:
        """The address with identifiers in it; unknown ones where none is given."""
        return PART.sub(lambda part: ids.get(part[1], str(uuid.uuid4())), self.rule)

    @property
    def documented(self) -> str:
        """The address as the contract writes it."""
        return PART.sub(r"{\1}", self.rule)

    @property
    def role(self) -> Role:
        """Somebody who may."""
        if self.permission in (None, Permission.SESSION_OWN):
            return ROLES[0]
        return next(role for role in ROLES if self.permission in ROLE_PERMISSIONS[role])


def writes(app: Flask) -> list[Route]:
    """Every route that writes, in the order of its address."""
    return [route for route in everything(app) if route.method in WRITES]


def everything(app: Flask) -> list[Route]:
    """Every method of every route below the prefix, in the order of its address."""
    found = [
        Route(
            method=method,
            rule=rule.rule,
            endpoint=rule.endpoint,
            permission=getattr(view, "permission", None),
            creates=getattr(view, "creates", False),
            schema=_body(view),
        )
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1")
        for view in [app.view_functions[rule.endpoint]]
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    ]
    return sorted(found, key=lambda route: (route.rule, route.method))


def _body(view: Any) -> ma.Schema | None:
    """The schema a view's body is loaded with; the extension keeps it beside the view."""
    described = getattr(view, "_apidoc", {}).get("arguments", {})
    bodies = [one["schema"] for one in described.get("parameters", []) if one["in"] == "json"]
    return cast("ma.Schema", bodies[0]) if bodies else None


def plausible(schema: ma.Schema | None, ids: dict[str, str]) -> dict[str, Any]:
    """A body with every field filled as its schema would have it, more or less."""
    if schema is None:
        return {}
    return {
        name: _value(field, name, ids)
        for name, field in schema.load_fields.items()
        if name not in ("not_duplicate_of", "client_id", "declined")
    }


def _value(field: ma.fields.Field[Any], name: str, ids: dict[str, str]) -> Any:  # noqa: PLR0911 - a table
    if isinstance(field, ma.fields.Nested):
        return plausible(field.schema, ids)
    if isinstance(field, ma.fields.List):
        return [_value(field.inner, name, ids)]
    if isinstance(field, ma.fields.Dict):
        return {}
    if isinstance(field, ma.fields.UUID):
        return ids.get(name, str(uuid.uuid4()))
    example = field.metadata.get("example")
    if example is not None:
        return example
    for rule in field.validators:
        if isinstance(rule, ma.validate.OneOf):
            return next(iter(rule.choices))
        if isinstance(rule, ma.validate.Range):
            return rule.min
    if isinstance(field, ma.fields.Boolean):
        return True
    kinds: dict[type[Any], Any] = {
        ma.fields.NaiveDateTime: "2027-01-25T10:00",
        ma.fields.AwareDateTime: "2027-01-25T10:00:00Z",
        ma.fields.Date: "2027-01-25",
        ma.fields.Time: "10:00",
        ma.fields.Integer: 1,
    }
    return next(
        (value for kind, value in kinds.items() if isinstance(field, kind)),
        "A word or two, and some more of them.",
    )


def furnished(web: Web, site: TestSite) -> dict[str, str]:
    """A site with one of most things in it: the names of ids in addresses and bodies -> ids."""
    case = bookings.a_case(web, site, answers=bookings.PSYCHOSIS)
    ids = {"case_id": case.id, "client_id": case.client_id, "intake_id": case.intake_id}
    ids["appointment_id"] = bookings.book(case)["id"]
    ids["staff_id"] = ids["key_worker_id"] = ids["owner_id"] = str(case.counsellor.staff_id)
    assessed = case.counsellor.post(f"/cases/{case.id}/assessments", assessment_order()).get_json()
    ids["assessment_id"] = assessed["id"]
    ids["plan_id"] = _plan(case)
    ids["note_id"] = progress.drafted_note(case)
    [ids["entry_id"]] = progress.used(case, "2027-01-10")
    path = f"/cases/{case.id}/drug-screens"
    ids["screen_id"] = case.counsellor.post(path, progress.screen_order()).get_json()["id"]
    for name, table in (
        ("alert_id", "alerts"),
        ("task_id", "tasks"),
        ("reminder_id", "reminders"),
        ("contact_id", "contact_points"),
    ):
        rows = web.rows(f"SELECT id FROM {table} WHERE site_id = :s LIMIT 1", s=site.id)  # noqa: S608 - names above
        ids[name] = str(rows[0].id)
    return ids | {"code": "phq9", "version": "1", "name": "open_alerts"}


def _plan(case: CaseOf) -> str:
    """A decision, where the record allows one yet; else an unknown identifier."""
    found = case.recommend()
    body = {
        "recommendation_id": found["id"],
        "chosen_setting": "outpatient_cbt",
        "shared_decision": True,
        "override_code": "carer_duties",
        "override_reason": plans.REASON,
    }
    made = case.counsellor.post(f"/cases/{case.id}/plans", body).get_json()
    return str(made.get("id", uuid.uuid4()))


class People:
    """One signed-in person per role, made when first asked for."""

    def __init__(self, site: TestSite) -> None:
        """People of this site."""
        self.site = site
        self.known: dict[Role, Caller] = {}

    def may(self, route: Route) -> Caller:
        """Somebody whose role may call the route."""
        role = route.role
        if role not in self.known:
            self.known[role] = self.site.person(role)
        return self.known[role]


def schemas(kind: type[ma.Schema]) -> Iterator[type[ma.Schema]]:
    """Every schema class of a kind."""
    waiting = list(kind.__subclasses__())
    while waiting:
        one = waiting.pop()
        yield one
        waiting.extend(one.__subclasses__())


def as_json(body: object) -> bytes:
    """JSON as a careless client writes it: lone surrogates and NaN included."""
    return json.dumps(body).encode()
