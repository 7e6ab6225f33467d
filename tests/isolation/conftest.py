"""Which data do the isolation tests share? Two sites, each with a row in every table."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from intake.embedded.services import Services
from tests.support.databases import Database, cloned
from tests.support.rows import fill_site


@dataclass(frozen=True, slots=True)
class TwoSites:
    """A database and the ids of its two sites."""

    database: Database
    here: uuid.UUID
    there: uuid.UUID


@pytest.fixture(scope="session")
def filled(services: Services, template: str) -> Iterator[TwoSites]:
    """Filled once and never connected to again: the others are copies."""
    with cloned(services, template) as database:
        here, there = (fill_site(database.superuser_url, name) for name in ("Here", "There"))
        yield TwoSites(database, here, there)


@pytest.fixture
def two_sites(services: Services, filled: TwoSites) -> Iterator[TwoSites]:
    """For tests that change rows."""
    with cloned(services, filled.database.name) as database:
        yield replace(filled, database=database)


@pytest.fixture(scope="module")
def two_sites_to_read(services: Services, filled: TwoSites) -> Iterator[TwoSites]:
    """For tests that leave everything as it is."""
    with cloned(services, filled.database.name) as database:
        yield replace(filled, database=database)
