"""Do the board of the day and the caseload cost the same with a hundred thousand cases?

Three sites of three sizes, each in a database of its own, answer in turn: what the machine does
besides meets all of them. Time of the wall, because the database works in processes of its own.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http import HTTPStatus

from bench import crowd
from bench.slices import Growth
from intake.embedded.services import Services
from tests.makers.cases import CaseOf
from tests.support.databases import cloned, made_template, running
from tests.support.web import Caller, serving

SIZES = (1_000, 10_000, 100_000)
FLAT = 1.5
"""The largest size may take so many times what the smallest takes."""
SLICES = 15
#: Who asks for what: the counsellor of forty cases, the lead of all. The caseload of a site looks
#: at 900 cases; of a thousand it would look at some 400, so it grows until there are ten thousand.
ASKED = (
    ("GET /today", "counsellor"),
    ("GET /today?scope=site", "lead"),
    ("GET /caseload", "counsellor"),
    ("GET /caseload?scope=site", "lead"),
    ("GET /worklists/unresolved_visits?scope=site", "lead"),
    ("GET /worklists/overdue_reviews?scope=site", "lead"),
)


def growths() -> Iterator[Growth]:
    """Milliseconds of each answer at each size."""
    with ExitStack() as stack:
        services = stack.enter_context(running())
        template = made_template(services)
        cases = [stack.enter_context(_site(services, template, size)) for size in SIZES]
        for asked, role in ASKED:
            people: list[Caller] = [getattr(case, role) for case in cases]
            path = asked.removeprefix("GET ")
            for person in people:
                _milliseconds(person, path)  # statements are prepared, pages are read
            slices = [[_milliseconds(one, path) for one in people] for _ in range(SLICES)]
            taken = [tuple(column) for column in zip(*slices, strict=True)]
            yield Growth(asked, dict(zip(SIZES, taken, strict=True)), FLAT)


@contextmanager
def _site(services: Services, template: str, many: int) -> Iterator[CaseOf]:
    with cloned(services, template) as database, serving(database) as web:
        case, made = crowd.busy_case(web, web.site())
        crowd.fill(web, case, made, many)
        yield case


def _milliseconds(person: Caller, path: str) -> float:
    """Of one answer; past the caller's own check of the trail, which is no part of it."""
    start = time.perf_counter()
    answer = person.client.get(f"/api/v1{path}")
    taken = (time.perf_counter() - start) * 1000
    if answer.status_code != HTTPStatus.OK:
        raise RuntimeError(f"{path} answered {answer.status_code}.")
    return taken
