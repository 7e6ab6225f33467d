"""Is the guard around kombu's channels still needed, and does it do what it is for?"""

from __future__ import annotations

from queue import Empty
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
        broker_guard.UNGUARDED_POOL(orphaned())


def delivered(item: bytes) -> Channel:
    """A channel whose next answer from the broker is this item of the queue."""
    found = Channel.__new__(Channel)
    answer = SimpleNamespace(parse_response=lambda *_: (b"celery", item), connection=None)
    vars(found).update(
        client=answer,
        connection=SimpleNamespace(_deliver=lambda message, _: message["properties"]),
        connection_errors=(),
        _queue_cycle=SimpleNamespace(rotate=lambda _: None),
    )
    return found


@pytest.mark.parametrize("item", [b"not json", b"{}", b"[]"])
def test_an_item_that_is_no_message_is_dropped(item: bytes) -> None:
    with pytest.raises(Empty):
        broker_guard.read_message(delivered(item))


@pytest.mark.parametrize("item", [b"not json", b"{}", b"[]"])
def test_the_library_still_falls_over_such_an_item(item: bytes) -> None:
    """When this fails, kombu drops rubbish by itself: delete that half of the guard."""
    with pytest.raises(broker_guard.UNREADABLE):
        broker_guard.UNGUARDED_READ(delivered(item))


def test_installing_twice_changes_nothing() -> None:
    broker_guard.install()
    broker_guard.install()

    assert getattr(Channel, broker_guard.MAKES_POOL) is broker_guard.get_pool
    assert getattr(Channel, broker_guard.READS_MESSAGE) is broker_guard.read_message
