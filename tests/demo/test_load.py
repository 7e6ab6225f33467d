"""Do the invented people fill what staff look at, by the product's own rules, all or nobody?"""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from intake import clock, database
from intake.access import Actor
from intake.cli import demo_people
from intake.cli.demo import SITE
from intake.cli.demo_load import loading, names, plots, stories
from intake.cli.demo_load.player import Order
from intake.crypto import FileKeys, Keyring
from intake.embedded.services import Services
from intake.errors import ConfigurationError, Forbidden
from intake.models import Site
from intake.services import audit, boards
from intake.services.audit import canonical
from intake.services.contacts import FICTITIOUS
from tests.support.databases import Database, cloned

#: A Friday, at half past eleven: some of today's visits are over, others are to come.
NOW = dt.datetime(2026, 11, 20, 11, 30, tzinfo=dt.UTC)
FEW = Order(cases=20, seed=7)
#: Shared machines are slow; nothing here measures time.
PATIENCE = 900


@dataclass(frozen=True)
class Clinic:
    """A database with the demo site and its staff."""

    engine: Engine
    keys: Keyring
    database: Database

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One transaction, as a command opens it."""
        with database.transaction(
            self.engine, self.keys, production=False, before_commit=audit.write
        ) as session:
            context = audit.Context(
                request_id=clock.uuid7(), service="cli", agent_role="system", occurred_at=NOW
            )
            audit.begin(session, context)
            yield session

    @contextmanager
    def acting(self, who: str) -> Iterator[tuple[Session, Actor]]:
        """Somebody of the staff, at their site."""
        with self.transaction() as session:
            actor = loading.everybody(session)[who]
            session.execute(database.SET_SITE, {"site": str(actor.site_id)})
            yield session, actor

    def load(
        self, order: Order = FEW, *, scenes: int | None = None, now: dt.datetime = NOW
    ) -> None:
        """Load; with `scenes`, fail after so many."""
        left = iter(range(scenes)) if scenes is not None else None

        def reached(moment: dt.datetime) -> None:
            if left is not None and next(left, None) is None:
                raise KeyboardInterrupt(moment)

        with self.transaction() as session:
            loading.load(session, order, now=now, progress=reached)

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """Rows as the administrator of the cluster sees them."""
        with self.database.connect(self.database.superuser_url) as connection:
            return connection.execute(query.encode()).fetchall()


@contextmanager
def opened(services: Services, template: str) -> Iterator[Clinic]:
    """An empty clinic in a database of its own."""
    with cloned(services, template) as lent:
        engine = database.make_engine(lent.api_url)
        keys = FileKeys(Path(lent.environment["INTAKE_KEYS_FILE"])).current()
        clinic = Clinic(engine, keys, lent)
        with clinic.transaction() as session:
            site = Site(**SITE)
            session.add(site)
            session.flush()
            demo_people.make(session, site.id)
        yield clinic
        engine.dispose()


@pytest.fixture(scope="module")
def clinic(services: Services, template: str) -> Iterator[Clinic]:
    """A clinic with its people."""
    with opened(services, template) as empty:
        empty.load()
        yield empty


def test_the_same_seed_invents_the_same_people_and_nobody_twice() -> None:
    today = NOW.date()

    first, again, other = (
        names.invent(names.MOST, random.Random(seed), today)  # noqa: S311 - as the command does
        for seed in (7, 7, 8)
    )

    assert first == again
    assert first != other
    assert len({(one.given_name, one.family_name) for one in first}) == names.MOST
    numbers = {int(one.phone.replace(" ", "").removeprefix("+")) for one in first}
    assert len(numbers) == names.MOST
    assert numbers <= set(FICTITIOUS)


def test_every_story_has_a_plot_and_sixty_are_told() -> None:
    assert len(stories.STORIES) == 60
    assert {one.plot for one in stories.STORIES} <= plots.PLOTS.keys()
    assert [one.plot for one in stories.told(61)][60] == stories.STORIES[0].plot


def test_production_is_refused(database: Database) -> None:
    finished = database.run("demo", "load", INTAKE_ENV="production")

    assert finished.returncode == 2
    assert "this is production" in finished.stderr.replace("\n", " ")


def test_without_staff_it_says_what_to_do(database: Database) -> None:
    finished = database.run("demo", "load")

    assert finished.returncode == 2
    assert "`intake demo seed` makes them" in finished.stderr.replace("\n", " ")


@pytest.mark.slow
@pytest.mark.timeout(PATIENCE)
def test_what_is_interrupted_leaves_nobody(services: Services, template: str) -> None:
    with opened(services, template) as empty:
        with pytest.raises(KeyboardInterrupt):
            empty.load(scenes=60)

        left = [empty.rows(f"SELECT count(*) FROM {one}") for one in ("cases", "clients")]  # noqa: S608 - two tables
        assert left == [[(0,)], [(0,)]]
        assert empty.rows("SELECT count(*) FROM audit_events WHERE agent_client = 'demo load'") == [
            (0,)
        ]


@pytest.mark.slow
@pytest.mark.timeout(PATIENCE)
def test_a_second_load_is_refused_and_changes_nothing(clinic: Clinic) -> None:
    before = clinic.rows("SELECT count(*), max(version) FROM cases")

    with pytest.raises(ConfigurationError, match="holds cases"):
        clinic.load()

    assert clinic.rows("SELECT count(*), max(version) FROM cases") == before


@pytest.mark.slow
@pytest.mark.timeout(PATIENCE)
def test_every_lane_of_today_has_somebody(clinic: Clinic) -> None:
    with clinic.acting("lead") as (session, actor):
        site = boards.today(session, is_mine=False, actor=actor, now=NOW)
    with clinic.acting("coordinator") as (session, actor):
        mine = boards.today(session, is_mine=True, actor=actor, now=NOW)

    counts = {name: lane.count if lane else 0 for name, lane in site.lanes.items()}
    assert {name for name, count in counts.items() if count == 0} == set(), counts
    assert mine.lanes["drafts"] is not None
    assert mine.lanes["drafts"].count > 0


@pytest.mark.slow
@pytest.mark.timeout(PATIENCE)
def test_every_worklist_has_somebody(clinic: Clinic) -> None:
    counts: dict[str, int] = {}
    for name, who in itertools.product(boards.WORKLISTS, ("lead", "auditor")):
        with clinic.acting(who) as (session, actor), suppress(Forbidden):
            found = boards.worklist(session, name, is_mine=False, actor=actor, now=NOW)
            counts[name] = max(found.count, counts.get(name, 0))

    assert {name for name, count in counts.items() if count == 0} == set(), counts
    assert counts.keys() == boards.WORKLISTS.keys()


@pytest.mark.slow
@pytest.mark.timeout(PATIENCE)
def test_every_arm_and_nearly_every_state_has_somebody(clinic: Clinic) -> None:
    arms = {row[0] for row in clinic.rows("SELECT chosen_setting FROM plan_decisions")}
    states = {row[0] for row in clinic.rows("SELECT state FROM cases")}

    assert arms == {"inpatient", "outpatient_cbt", "peer_support"}
    assert states >= {"referred", "intake", "assessed", "plan_chosen", "active", "discharged"}


@pytest.mark.slow
@pytest.mark.timeout(PATIENCE)
def test_nothing_of_a_story_is_left_to_be_sent(clinic: Clinic) -> None:
    due = clinic.rows(
        f"SELECT count(*) FROM reminders WHERE state = 'scheduled' AND next_attempt_at <= '{NOW}'"  # noqa: S608 - our own moment
    )
    tried = clinic.rows("SELECT count(*) FROM reminder_attempts")

    assert (due, tried) == ([(0,)], [(0,)])


@pytest.mark.slow
@pytest.mark.timeout(PATIENCE)
def test_every_event_carries_its_mac_and_names_who_acted(clinic: Clinic) -> None:
    with clinic.database.connect(clinic.database.superuser_url) as connection:
        cursor = connection.execute("SELECT * FROM audit_events")
        columns = [one.name for one in cursor.description or ()]
        events = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]

    for event in events:
        mac = bytes(event.pop("mac"))  # type: ignore[call-overload] # bytes from the driver
        assert clinic.keys.audit_mac(canonical(event), int(str(event["mac_key_id"]))) == mac
    told = [one for one in events if one["agent_client"] == "demo load"]
    assert {one["agent_role"] for one in told} >= {
        "intake_coordinator",
        "counsellor",
        "peer_worker",
    }
    assert {one["agent_role"] for one in told if one["agent_id"] is None} == {"system"}


@pytest.mark.slow
@pytest.mark.timeout(PATIENCE)
def test_the_same_seed_and_day_give_the_same_stories(
    clinic: Clinic, services: Services, template: str
) -> None:
    with opened(services, template) as second:
        second.load()

        for query in FINGERPRINTS:
            assert clinic.rows(query) == second.rows(query)


@pytest.mark.slow
@pytest.mark.timeout(PATIENCE)
def test_every_story_can_be_told_on_any_day(services: Services, template: str) -> None:
    """Long after the days of the worked examples, on the day after the clocks changed."""
    with opened(services, template) as another:
        another.load(Order(cases=60, seed=8), now=dt.datetime(2028, 3, 27, 6, 0, tzinfo=dt.UTC))

        assert another.rows("SELECT count(*) FROM cases") == [(61,)]


FINGERPRINTS = (
    "SELECT reference, state, referral_source, referral_date FROM cases ORDER BY 1",
    """SELECT reference, instrument, assessed_on, total FROM assessments
    JOIN cases ON cases.id = case_id ORDER BY 1, 2, 3, 4""",
    """SELECT reference, kind, local_start, status FROM appointments
    JOIN cases ON cases.id = case_id ORDER BY 1, 2, 3""",
    """SELECT reference, code, raised_at, alerts.state FROM alerts
    JOIN cases ON cases.id = case_id ORDER BY 1, 2, 3""",
)
