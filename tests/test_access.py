"""When is a second factor fresh enough for the acts that ask for it again?"""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from intake.access import Actor, Role
from intake.errors import MfaRequired

NOW = dt.datetime(2027, 1, 11, 10, 0, tzinfo=dt.UTC)


def _actor(mfa_at: dt.datetime | None) -> Actor:
    return Actor(uuid.uuid4(), Role.COUNSELLOR, uuid.uuid4(), "Europe/London", b"", mfa_at)


def test_a_second_factor_is_fresh_for_five_minutes() -> None:
    _actor(NOW - dt.timedelta(minutes=5)).require_fresh_mfa(NOW)


@pytest.mark.parametrize("shown", [None, NOW - dt.timedelta(minutes=5, microseconds=1)])
def test_an_old_or_missing_second_factor_is_asked_for_again(shown: dt.datetime | None) -> None:
    with pytest.raises(MfaRequired):
        _actor(shown).require_fresh_mfa(NOW)
