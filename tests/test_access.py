"""When is a second factor fresh enough for the acts that ask for it again?"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace

import pytest

from intake.access import Actor, Permission, Role
from intake.errors import Forbidden, MfaRequired

NOW = dt.datetime(2027, 1, 11, 10, 0, tzinfo=dt.UTC)


def _actor(mfa_at: dt.datetime | None) -> Actor:
    return Actor(uuid.uuid4(), Role.COUNSELLOR, uuid.uuid4(), "Europe/London", b"", mfa_at)


def is_fresh(mfa_at: dt.datetime | None) -> bool:
    try:
        _actor(mfa_at).require_fresh_mfa(NOW)
    except MfaRequired:
        return False
    return True


def test_a_second_factor_is_fresh_for_five_minutes() -> None:
    assert is_fresh(NOW - dt.timedelta(minutes=5))


@pytest.mark.parametrize("shown", [None, NOW - dt.timedelta(minutes=5, microseconds=1)])
def test_an_old_or_missing_second_factor_is_asked_for_again(shown: dt.datetime | None) -> None:
    assert not is_fresh(shown)


def test_a_key_has_no_second_factor_to_show() -> None:
    key = replace(_actor(NOW), only=frozenset({Permission.CASE_READ}))

    with pytest.raises(Forbidden, match="API key"):
        key.require_fresh_mfa(NOW)


def test_a_key_has_the_part_of_its_role_that_keys_may_have() -> None:
    written = {Permission.CASE_READ, Permission.COUNSELLING_NOTE_OWN, Permission.CASE_ASSIGN}
    key = replace(_actor(NOW), only=frozenset(written))

    assert [one for one in Permission if key.may(one)] == [Permission.CASE_READ]
