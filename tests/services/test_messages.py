"""Can any text that leaves reveal what it is about?"""

from __future__ import annotations

import datetime as dt
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.clinical.reminder_times import KINDS
from intake.errors import ValidationFailed
from intake.services import messages
from intake.services.messages import MOST_IN_ONE, MessageOrder

PHONE = "+441632960000"
TUESDAY = dt.datetime(2026, 3, 3, 14, 30)  # noqa: DTZ001 - local wall time


def order(kind: str, *starts: dt.datetime) -> MessageOrder:
    return MessageOrder(kind, starts or (TUESDAY,), PHONE)


def codes(text: str, *names: str) -> set[str]:
    with pytest.raises(ValidationFailed) as caught:
        messages.refuse_unless_discreet(text, names=names)
    return {field.code for field in caught.value.fields}


@pytest.mark.parametrize("kind", ["d7", "d3", "d1", "h2"])
def test_a_reminder_says_day_time_and_number_and_no_more(kind: str) -> None:
    assert messages.render(order(kind)) == (
        "Reminder: you have an appointment on Tue 3 Mar at 14:30. Call +44 1632 960000 to change."
    )


def test_a_changed_appointment_is_told_with_its_new_time() -> None:
    assert messages.render(order("changed")) == (
        "Your appointment has moved to Tue 3 Mar at 14:30. Call +44 1632 960000 to change."
    )


def test_several_appointments_share_one_text_in_their_order() -> None:
    later = TUESDAY + dt.timedelta(days=1)

    assert messages.render(order("d1", later, TUESDAY, later)) == (
        "Reminder: you have appointments on Tue 3 Mar at 14:30, Wed 4 Mar at 14:30. "
        "Call +44 1632 960000 to change."
    )


def test_the_fullest_text_still_is_one_part() -> None:
    starts = [dt.datetime(2026, 9, 30, 10 + hour, 45) for hour in range(MOST_IN_ONE)]  # noqa: DTZ001 - local wall time

    text = messages.render(order("d1", *starts))

    assert messages.septets(text) <= 160


@given(
    kind=st.sampled_from(KINDS),
    starts=st.lists(st.datetimes(dt.datetime(2025, 1, 1)), min_size=1, max_size=MOST_IN_ONE),  # noqa: DTZ001 - local wall time
)
@settings(max_examples=100, deadline=None)
def test_no_shipped_text_is_ever_refused(kind: str, starts: list[dt.datetime]) -> None:
    text = messages.render(order(kind, *starts))

    assert not messages.revealing(text)
    assert set(text) <= set(string.ascii_letters + string.digits + " :.,+")
    assert "Reply STOP" not in text


@pytest.mark.parametrize(
    "text",
    [
        "Your ketamine clinic is on Tue",
        "Call about your TREATMENT",
        "See your counsellor at 10:00",
        "Detoxification at 10:00",
        "Dr Smith expects you",
    ],
)
def test_a_word_that_reveals_is_refused(text: str) -> None:
    assert codes(text) == {"revealing"}


def test_the_name_of_the_site_is_refused() -> None:
    assert codes("Come to harbour house at 10:00", "Harbour House") == {"revealing"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("x" * 161, "too_long"),
        ("€" * 81, "too_long"),
        ("Tue ☎", "not_gsm7"),
        ("see https://example.com", "link"),
        ("see example.com/a", "link"),
    ],
)
def test_a_text_a_phone_shows_badly_is_refused(text: str, code: str) -> None:
    assert codes(text) == {code}


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("{{ name }}, call {{ phone }}", "unknown_placeholder"),
        ("Tue at {{ time }}", "no_phone"),
        ("{{ phone", "syntax"),
        ("Your clinic: {{ phone }}", "revealing"),
    ],
)
def test_a_template_is_checked_before_it_is_saved(source: str, code: str) -> None:
    with pytest.raises(ValidationFailed) as caught:
        messages.check_template(source)

    assert [field.code for field in caught.value.fields] == [code]


def test_a_template_cannot_reach_into_python() -> None:
    with pytest.raises(ValidationFailed):
        messages.check_template("{{ phone.__class__.__mro__ }}")


def test_an_unknown_language_gets_the_english_text() -> None:
    text = messages.render(MessageOrder("d1", (TUESDAY,), PHONE, language="xx"))

    assert text.startswith("Reminder: you have an appointment")
