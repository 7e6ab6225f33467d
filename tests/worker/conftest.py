"""A clinic and a gateway that the tests of a file share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.databases import Database
from tests.worker.bookings import NIGHT, NOON, Clinic, clinic
from tests.worker.gateway_process import GatewayProcess, running_gateway


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayProcess]:
    with running_gateway(tmp_path_factory.mktemp("gateway")) as process:
        yield process


@pytest.fixture(scope="module")
def whole_place(module_database: Database, gateway: GatewayProcess) -> Iterator[Clinic]:
    with clinic(module_database, gateway) as made:
        yield made


@pytest.fixture
def place(whole_place: Clinic, gateway: GatewayProcess) -> Clinic:
    """The clinic at noon, with nothing due and a gateway that works."""
    gateway.script()
    whole_place.set_clock(NOON)
    whole_place.change("UPDATE reminders SET state = 'cancelled' WHERE state <> 'accepted'")
    return whole_place


@pytest.fixture
def at_night(database: Database, gateway: GatewayProcess) -> Iterator[Clinic]:
    """A clinic of its own with one booking, before the hour of the digest."""
    with clinic(database, gateway) as made:
        made.set_clock(NIGHT)
        made.book()
        yield made
