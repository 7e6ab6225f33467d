"""How many generated requests does the API take without a defect? `make fuzz` prints the answer.

Schemathesis reads the contract and sends what it allows and what it forbids, in this process, over
WSGI. All of its checks are on. Each operation is called by somebody whose role may.
"""

from __future__ import annotations

import random
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from schemathesis.transport.wsgi import WSGITransport

from intake.http.idempotency import LONGEST, SHORTEST
from tests.hostile.routes import People, Route, everything, furnished
from tests.support.web import TestSite, Web

#: The same requests each time, so that a failure comes again.
SEED = 20261120
#: How many of the well-formed requests meet something that is there.
AIMED = 0.7
#: Valid and refused: what a record's state and other records decide, no contract can say.
BY_STATE = ["2xx", "3xx", "401", "403", "404", "409", "412", "422", "429"]


@dataclass
class Outcome:
    """What a run found; failures by operation and check, with one example each."""

    cases: int = 0
    failures: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """The line a run ends with."""
        return f"{self.cases} cases, {self.failures.total()} failures"


class Sessions:
    """Signs each request in as somebody who may; the check of ignored sign-in takes it away."""

    #: Of one run: the generator makes the object itself.
    people: People
    routes: Mapping[tuple[str, str], Route]

    def get(self, case: Any, context: Any) -> str | None:
        """The session of somebody who may."""
        del context
        route = self.routes.get((case.operation.method.upper(), case.operation.path))
        if route is None:
            return None
        caller = self.people.may(route)
        if route.endpoint == "session.close_session":  # would sign out everybody who comes after
            caller = self.people.site.person(route.role)
        cookie = caller.client.get_cookie("intake")
        return cookie.value if cookie else None

    def set(self, case: Any, data: str, context: Any) -> None:
        """As a browser would."""
        del context
        case.cookies = {**(case.cookies or {}), "intake": data}


@dataclass(frozen=True)
class Plan:
    """How much of it: `whole` is every phase; another seed generates other requests."""

    per_operation: int
    whole: bool
    seed: int = SEED


def run(web: Web, plan: Plan, *, outcome: Outcome | None = None) -> Outcome:
    """Send generated requests to every operation of the contract."""
    outcome = outcome or Outcome()
    site = web.site()
    people, ids = People(site), furnished(web, site)
    routes = {(route.method, route.documented): route for route in everything(web.app)}
    with _aimed(site, ids, random.Random(plan.seed)):  # noqa: S311 - no secret
        schema = schemathesis.openapi.from_wsgi(
            "/openapi.json", web.app, config=configuration(plan)
        )
        schema.auth(refresh_interval=None)(
            type("SessionsOfRun", (Sessions,), {"people": people, "routes": routes})
        )
        for event in from_schema(schema).execute():
            _judge(event, outcome)
    return outcome


def configuration(plan: Plan) -> SchemathesisConfig:
    """Every phase and every check."""
    return SchemathesisConfig.from_dict(
        {
            "seed": plan.seed,
            "generation": {
                "max-examples": plan.per_operation,
                "database": "none",
                "no-shrink": True,
                "with-security-parameters": False,
            },
            "checks": {
                "positive_data_acceptance": {"expected-statuses": BY_STATE},
                "missing_required_header": {"expected-statuses": ["400", "401", "428"]},
            },
            "phases": {"stateful": {"enabled": plan.whole}, "coverage": {"enabled": plan.whole}},
            "continue-on-failure": True,
        }
    )


def _judge(event: Any, outcome: Outcome) -> None:
    if isinstance(event, events.NonFatalError):
        outcome.failures[f"{event.label}: {type(event.value).__name__}"] += 1
        outcome.examples.setdefault(event.label, str(event.value))
    if isinstance(event, events.FatalError):
        raise event.exception
    if isinstance(event, events.EngineFinished):  # of checks that judge the run as a whole
        for failure in event.failures:
            outcome.failures[f"{failure.operation}: {failure.title}"] += 1
            outcome.examples.setdefault(f"{failure.operation}: {failure.title}", str(failure))
    if isinstance(event, events.PhaseFinished):
        print(f"{outcome} after {event.phase.name.value}")  # noqa: T201 - it takes minutes: say how it goes
    if not isinstance(event, events.ScenarioFinished):
        return
    outcome.cases += len(event.recorder.interactions)
    for case_id, checks in event.recorder.checks.items():
        for check in checks:
            if check.failure_info is None:
                continue
            case = event.recorder.cases[case_id].value
            name = f"{case.operation.label}: {check.name}"
            outcome.failures[name] += 1
            outcome.examples.setdefault(name, _example(event.recorder, case_id, check))


def _example(recorder: Any, case_id: str, check: Any) -> str:
    interaction = recorder.interactions.get(case_id)
    sent = interaction.request if interaction else None
    answer = interaction.response if interaction else None
    return "\n".join(
        (
            str(check.failure_info.failure),
            f"{sent.method} {sent.uri}" if sent else "",
            str(sent.body)[:600] if sent else "",
            f"{answer.status_code} {answer.content[:600]!r}" if answer else "",
        )
    )


@contextmanager
def _aimed(site: TestSite, ids: dict[str, str], chance: random.Random) -> Iterator[None]:
    """Aim what is well formed at what exists: no generator guesses a site, a row or a fresh key."""

    @schemathesis.hook
    def before_call(context: Any, case: Any, kwargs: Any) -> None:
        del context, kwargs
        headers, query = case.headers or {}, case.query or {}
        if _is_uuid(headers.get("X-Site-Id")):
            headers["X-Site-Id"] = str(site.id)
        key = headers.get("Idempotency-Key")
        if isinstance(key, str) and SHORTEST <= len(key) <= LONGEST and key.isascii():
            headers["Idempotency-Key"] = str(uuid.uuid4())
        if case.meta is not None and case.meta.generation.mode.is_positive:
            query.pop("cursor", None)  # only what a page gave out can be a good one
            for name in (case.path_parameters or {}).keys() & ids.keys():
                if chance.random() < AIMED:
                    case.path_parameters[name] = ids[name]

    send = WSGITransport.send

    def without_sockets(self: WSGITransport, case: Any, **options: Any) -> Any:
        for name in ("max_redirects", "verify", "cert", "proxies"):  # WSGI knows none of them
            options.pop(name, None)
        return send(self, case, **options)

    WSGITransport.send = without_sockets  # type: ignore[method-assign] # mended for this run
    try:
        yield
    finally:
        WSGITransport.send = send  # type: ignore[method-assign] # and put back
        schemathesis.hooks.unregister(before_call)


def _is_uuid(value: object) -> bool:
    try:
        uuid.UUID(str(value))
    except ValueError:
        return False
    return True
