"""Settings of a site: defaults, types, unknown keys."""

from __future__ import annotations

import datetime as dt

import pytest

from intake import site_settings
from intake.errors import ValidationFailed


def test_what_is_not_stored_has_its_default() -> None:
    settings = site_settings.from_stored({"cap_per_day": 2})

    assert (settings.cap_per_day, settings.cap_per_week) == (2, 10)
    assert settings.quiet_hours == (dt.time(20), dt.time(9))
    assert settings.digest_time == dt.time(7, 30)


@pytest.mark.parametrize(
    "stored",
    [
        {"cap_per_dy": 2},
        {"cap_per_day": True},
        {"cap_per_day": "2"},
        {"quiet_from": "8pm"},
        {"quiet_from": 20},
        {"reminder_kinds": "d1"},
        {"clinical_safety_owner": 7},
    ],
)
def test_an_unknown_key_or_a_wrong_type_is_named(stored: dict[str, object]) -> None:
    with pytest.raises(ValidationFailed) as refused:
        site_settings.from_stored(stored)

    assert [one.pointer for one in refused.value.fields] == [f"/{key}" for key in stored]
