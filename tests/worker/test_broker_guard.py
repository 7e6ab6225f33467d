"""Is the guard around kombu's channels still needed, and does it do what it is for?"""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from kombu.transport.redis import Channel
from redis.exceptions import ConnectionError as BrokerLost

from worker import broker_guard


def orphaned() -> Channel:
    """A channel whose connection was closed under it, as a restarting broker leaves it."""
    found = Channel.__new__(Channel)
    vars(found)["connection"] = SimpleNamespace(client=None)
    return found


def test_a_closed_connection_is_told_as_a_lost_broker() -> None:
    with pytest.raises(BrokerLost):
        broker_guard.get_pool(orphaned())


def test_the_library_still_needs_the_guard() -> None:
    """When this fails, kombu looks by itself: delete worker/broker_guard.py and its call."""
    with pytest.raises(AttributeError):
        broker_guard.UNGUARDED(orphaned())


def test_installing_twice_changes_nothing() -> None:
    broker_guard.install()
    broker_guard.install()

    assert getattr(Channel, broker_guard.METHOD) is broker_guard.get_pool
