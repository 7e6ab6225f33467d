"""Which data do the isolation tests share? Two sites, each with a row in every table."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import pytest

from tests.support.databases import Database
from tests.support.rows import fill_site


@dataclass(frozen=True, slots=True)
class TwoSites:
    """A database and the ids of its two sites."""

    database: Database
    here: uuid.UUID
    there: uuid.UUID


@pytest.fixture
def two_sites(database: Database) -> TwoSites:
    """For tests that change rows."""
    return _filled(database)


@pytest.fixture(scope="module")
def two_sites_to_read(module_database: Database) -> TwoSites:
    """For tests that change nothing."""
    return _filled(module_database)


def _filled(database: Database) -> TwoSites:
    return TwoSites(
        database,
        here=fill_site(database.superuser_url, "Here"),
        there=fill_site(database.superuser_url, "There"),
    )
