"""Is there one place each for committing, for reading a clock and for reading the environment?"""

from __future__ import annotations

import ast
from collections.abc import Callable

import pytest

from intake.database import SCHEMA_HEAD
from tests.architecture.source import ROOT, Source, dotted, planted, sources

PRODUCT = ("intake", "worker")
# The local stack waits for its servers and reads how it was started; it is no part of the service.
STACK = "intake/embedded/"
UNIT_OF_WORK = "intake/http/unit_of_work.py"
# the event of a refusal has a transaction of its own: the work was rolled back
REFUSAL = ("intake/http/outcomes.py", "_record")
# guard sets a connection's time limits, before any work
IN_DATABASE = {("intake/database.py", "transaction"), ("intake/database.py", "guard")}
CLOCKS = (
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "func.now",
    "func.current_timestamp",
    "time.time",
    "time.time_ns",
    "time.monotonic",
    "time.monotonic_ns",
    "time.perf_counter",
    "time.gmtime",
    "time.localtime",
)
# The one place that reads settings, and what the terminal and the process manager say.
ENVIRONMENT = {"intake/config.py", "intake/cli/doctor.py"}


def commits(source: Source) -> set[tuple[str, str]]:
    """File and function of every commit, said or implied by `with session.begin()`."""
    return {
        (source.name, function.name)
        for function in source.functions()
        for node in ast.walk(function)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and (
            node.func.attr == "commit"
            or dotted(node.func).endswith(("session.begin", "engine.begin", "connection.begin"))
        )
    }


def clocks(source: Source) -> set[str]:
    """What the file reads a clock with."""
    return {name for _, name in source.calls() if name.endswith(CLOCKS)}


def environment(source: Source) -> bool:
    """Whether the file reads the environment."""
    names = {dotted(node) for node in ast.walk(source.tree) if isinstance(node, ast.Attribute)}
    libraries = {name.partition(".")[0] for name in source.imports()}
    return bool(names & {"os.environ", "os.getenv"} or libraries & {"environs", "dotenv"})


def test_only_the_unit_of_work_and_transaction_commit() -> None:
    found = {place for source in sources(*PRODUCT) for place in commits(source)}

    assert {place for place in found if place[0] != UNIT_OF_WORK} == IN_DATABASE | {REFUSAL}


def test_only_clock_reads_a_clock() -> None:
    readers = {source.name for source in sources(*PRODUCT) if clocks(source)}

    assert {name for name in readers if not name.startswith(STACK)} == {"intake/clock.py"}


def test_only_config_reads_the_environment() -> None:
    readers = {source.name for source in sources(*PRODUCT) if environment(source)}

    assert {name for name in readers if not name.startswith(STACK)} == ENVIRONMENT


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (commits, "def submit(session):\n    session.commit()"),
        (commits, "def submit(session):\n    with session.begin(): pass"),
        (commits, "def submit(self):\n    self.engine.begin()"),
        (clocks, "datetime.now(UTC)"),
        (clocks, "dt.datetime.now(dt.UTC)"),
        (clocks, "dt.date.today()"),
        (clocks, "time.time()"),
        (clocks, "select(func.now())"),
        (environment, "os.environ['HOME']"),
        (environment, "os.getenv('HOME')"),
    ],
)
def test_the_rules_notice(rule: Callable[[Source], object], text: str) -> None:
    assert rule(planted(text))


def test_no_clock_is_imported_by_another_name() -> None:
    shortened = {
        (source.name, name)
        for source in sources(*PRODUCT)
        for name in source.imports()
        if name.startswith("time.") and name != "time.sleep"
    }

    assert shortened == set()


def test_migrations_import_neither_package() -> None:
    """They must still run when the code has moved on."""
    imported = {name for source in sources("migrations") for name in source.imports()}

    assert not [name for name in imported if name.split(".")[0] in {*PRODUCT, "flask"}]


def test_the_product_knows_the_head_of_the_migrations() -> None:
    assert (ROOT / "migrations" / "HEAD").read_text(encoding="utf-8").strip() == SCHEMA_HEAD


@pytest.mark.parametrize("folder", ["intake/services", "intake/models", "intake/clinical"])
def test_services_refuse_in_the_words_of_the_product(folder: str) -> None:
    """Status codes are known in http/errors.py only."""
    found = {
        (source.name, name)
        for source in sources(folder)
        for _, name in source.calls()
        if name in {"abort", "flask.abort", "HTTPException", "make_response"}
    }

    assert found == set()


def test_nothing_is_published_from_inside_a_transaction() -> None:
    """Celery is a doorbell that only the schedule rings: a lost message changes nothing."""
    found = {
        (source.name, name)
        for source in sources(*PRODUCT)
        for _, name in source.calls()
        if name.rpartition(".")[2] in {"delay", "apply_async", "send_task"}
    }

    assert found == set()
