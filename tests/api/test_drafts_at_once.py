"""Does a draft keep what its page reported as saved, while others change or hand it in?"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event, text
from werkzeug.test import TestResponse

from intake.embedded.processes import wait_until
from intake.http.extensions import db
from tests.makers import bookings, orders
from tests.support.web import Caller, TestSite, Web
from tests.web.browser import Pages, pages_of

FEVER = "answers.physical.fever"
GOALS = {"answers": {"goals": ["Sleep again"]}}
WAITING = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE wait_event_type = 'Lock' AND datname = current_database()"
)


@pytest.fixture
def coordinator(site: TestSite) -> Caller:
    """Somebody who begins intakes."""
    return site.person("intake_coordinator")


@pytest.fixture
def made(web: Web, coordinator: Caller) -> dict[str, Any]:
    """A draft that could be handed in; its version is 1."""
    web.set_clinic_time(bookings.MONDAY)
    order = orders.intake_order(answers=orders.NO_RISK)
    body: dict[str, Any] = coordinator.post("/intakes", order).get_json()
    return body | {"path": f"/intakes/{body['id']}"}


def opened(caller: Caller, made: dict[str, Any]) -> Pages:
    pages = pages_of(caller)
    assert pages.get(f"{made['path']}/steps/safety").status_code == 200
    return pages


def typed(pages: Pages, made: dict[str, Any], value: str) -> TestResponse:
    """A save that the page makes by itself."""
    return pages.save(f"{made['path']}/steps/safety", **{FEVER: value})


def is_feverish(web: Web, made: dict[str, Any]) -> bool:
    [row] = web.rows("SELECT answers FROM intakes WHERE id = :i", i=made["id"])
    return bool(row.answers["physical"].get("fever"))


def are_waiting(web: Web, number: int) -> bool:
    """Whether so many connections wait for a lock."""
    return bool(web.rows(WAITING)[0][0] == number)


@contextmanager
def before_the_case_is_held(web: Web, act: Callable[[], object]) -> Iterator[None]:
    """The first request inside that is about to hold its case stops there until `act` is done.

    It has read the draft by then and written nothing.
    """
    is_begun = threading.Event()

    def hold(*arguments: Any) -> None:
        statement: str = arguments[2]
        is_case = "FROM cases" in statement and "FOR NO KEY UPDATE" in statement
        if is_case and not is_begun.is_set():
            is_begun.set()
            act()

    with web.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", hold)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", hold)


def test_a_colleague_who_read_just_before_overwrites_nothing(
    web: Web, site: TestSite, coordinator: Caller, made: dict[str, Any]
) -> None:
    pages, lead = opened(coordinator, made), site.person("clinical_lead")
    assert typed(pages, made, "false").status_code == 200
    saves: list[Future[TestResponse]] = []

    def while_it_is_saved() -> None:
        saves.append(pool.submit(typed, pages, made, "true"))
        wait_until(lambda: saves[0].done() or are_waiting(web, 1), seconds=20)

    with ThreadPoolExecutor(2) as pool, before_the_case_is_held(web, while_it_is_saved):
        changed = pool.submit(lead.patch, made["path"], GOALS, version=2).result(timeout=60)
        saved = saves[0].result(timeout=60)

    # Whoever came first, nobody was told that something is kept which isn't.
    assert {changed.status_code, saved.status_code} == {200, 412}
    assert is_feverish(web, made) == (saved.status_code == 200)


def test_a_save_and_a_change_wait_for_one_another(
    web: Web, site: TestSite, coordinator: Caller, made: dict[str, Any]
) -> None:
    """They lock draft and case in one order: the database has to break off neither."""
    pages, lead = opened(coordinator, made), site.person("clinical_lead")
    acts = (
        partial(lead.patch, made["path"], GOALS, version=1),
        partial(typed, pages, made, "true"),
    )

    with ThreadPoolExecutor(2) as pool, web.judge.connect() as judge:
        judge.execute(text("SELECT 1 FROM cases WHERE id = :c FOR UPDATE"), {"c": made["case_id"]})
        begun: list[Future[TestResponse]] = []
        for number, act in enumerate(acts, start=1):
            begun.append(pool.submit(act))
            assert wait_until(partial(are_waiting, web, number), seconds=20)
        judge.rollback()
        codes = sorted(one.result(timeout=60).status_code for one in begun)

    assert codes == [200, 412]


@pytest.mark.parametrize("who", ["intake_coordinator", "clinical_lead"])
@pytest.mark.parametrize("act", ["change", "hand in", "give up"])
def test_an_older_reading_changes_nothing_after_a_save_without_an_event(
    web: Web, site: TestSite, coordinator: Caller, made: dict[str, Any], who: str, act: str
) -> None:
    """Also by the same person, from somewhere else: nobody decides on answers they didn't see."""
    pages = opened(coordinator, made)
    assert typed(pages, made, "false").status_code == 200
    other = coordinator if who == "intake_coordinator" else site.person(who)
    read = other.get(made["path"])
    version = int(read.headers["ETag"].strip('"'))
    assert typed(pages, made, "true").status_code == 200

    late = {
        "change": partial(other.patch, made["path"], {"answers": {"physical": {"fever": False}}}),
        "hand in": partial(other.act, f"{made['path']}/submit"),
        "give up": partial(other.delete, f"{made['path']}?reason=not_eligible"),
    }[act](version=version)

    assert late.status_code == 412
    assert late.headers["ETag"] == other.get(made["path"]).headers["ETag"] != read.headers["ETag"]
    assert is_feverish(web, made)


def test_what_is_sent_again_as_it_stands_is_no_save(
    coordinator: Caller, made: dict[str, Any]
) -> None:
    """A page that saves itself once more while it is left doesn't put off the one that follows."""
    pages = opened(coordinator, made)
    typed(pages, made, "true")
    read = coordinator.get(made["path"]).headers["ETag"]

    again = typed(pages, made, "true")

    assert again.status_code == 200
    assert "Draft saved" in again.get_data(as_text=True)
    assert coordinator.get(made["path"]).headers["ETag"] == read
