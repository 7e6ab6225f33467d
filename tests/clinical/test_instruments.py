"""Is every instrument file sound, complete, unchanged since release, and scored as published?"""

from __future__ import annotations

import hashlib
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from intake import errors
from intake.clinical import instruments
from intake.clinical.instruments import Instrument, read_instrument
from intake.clinical.rule_sets import KDS_1_0
from intake.clinical.scoring import METHODS, score

FOLDER = resources.files("intake") / "instruments"
FILES = sorted(one.name for one in FOLDER.iterdir() if one.name.endswith(".toml"))
RELEASED = Path(__file__).with_name("released_instruments.sha256")
INSTRUMENTS = instruments.catalogue()
EVERY = pytest.mark.parametrize("one", INSTRUMENTS, ids=lambda one: f"{one.code}-{one.version}")
ALERT_IDS = {rule.id for rule in KDS_1_0.alerts}


def test_the_catalogue_holds_what_a_service_needs() -> None:
    assert {one.code for one in INSTRUMENTS} == {
        *("dsm5", "sds", "phq9", "gad7", "cssrs", "audit_c", "kwc8", "kbc6", "craving"),
        *("dast10", "icsi", "icpi", "moca", "wsas", "assist", "bscq"),
    }
    entered = {one.code for one in INSTRUMENTS if one.score_entry_only}
    assert entered == {"icsi", "icpi", "moca", "wsas", "assist", "bscq"}


@EVERY
def test_an_instrument_says_what_a_reviewer_asks(one: Instrument) -> None:
    assert f"{one.code}-{one.version}.toml" in FILES
    for said in (one.title, one.licence, one.source, one.repeat):
        assert len(said) > 3
    assert one.higher_is in {"worse", "better"}
    assert one.rated_by in {"client", "clinician"}
    assert one.score.method in METHODS
    assert one.vectors


@EVERY
def test_items_have_ids_of_their_own_and_a_score_for_every_option(one: Instrument) -> None:
    ids = [item.id for item in one.items]

    assert len(set(ids)) == len(ids) > 0
    for item in one.items:
        values = [option.value for option in item.options]
        assert len(set(values)) == len(values)
        assert len({type(value) for value in values}) <= 1
        assert all(type(option.score) is int and option.label for option in item.options)
        assert (item.bounds is None) == bool(item.options)
        assert item.text
        assert {item.asked_when, item.implies} <= {None, *ids}
    assert set(one.score.extras.values()) <= set(ids)


@EVERY
def test_bands_cover_the_range_without_gaps(one: Instrument) -> None:
    if one.score.bounds is None:
        assert one.score.band_names
        return
    low, high = one.score.bounds
    for group in {band.group for band in one.bands}:
        bands = sorted((b for b in one.bands if b.group == group), key=lambda band: band.low)
        assert [bands[0].low, bands[-1].high] == [low, high]
        for before, after in pairwise(bands):
            assert after.low == before.high + 1
        names = [band.name for band in bands]
        assert len(set(names)) == len(names)


@EVERY
def test_the_range_is_what_the_items_can_reach(one: Instrument) -> None:
    if one.score.bounds is None:
        return
    low = high = 0
    for item in one.items:
        reach = item.bounds or [option.score for option in item.options]
        low, high = low + min(reach), high + max(reach)

    assert (low, high) == one.score.bounds


@EVERY
def test_alerts_and_names_of_triggers_exist(one: Instrument) -> None:
    names = {item.id for item in one.items} | {"total", "band"}

    for trigger in one.triggers:
        assert trigger.alert in ALERT_IDS
        assert trigger.name in names


@pytest.mark.parametrize(
    ("one", "vector"),
    [(one, vector) for one in INSTRUMENTS for vector in one.vectors],
    ids=lambda value: value.code if isinstance(value, Instrument) else "",
)
def test_a_published_example_is_scored_as_published(
    one: Instrument, vector: dict[str, Any]
) -> None:
    result = score(one, vector["answers"], sex_at_birth=vector.get("sex_at_birth"))

    assert (result.total, result.band) == (vector.get("total"), vector["band"])


@EVERY
def test_every_band_has_an_example(one: Instrument) -> None:
    names = {band.name for band in one.bands} | set(one.score.band_names)

    assert {vector["band"] for vector in one.vectors} == names


def test_a_released_file_is_never_edited() -> None:
    """A change of wording or scoring is a new version: answers stay pinned to theirs."""
    found = {
        name: hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()
        for name in FILES
        if (FOLDER / name).is_file()
    }
    released = {}
    for line in RELEASED.read_text("utf-8").splitlines():
        digest, name = line.split("  ")
        released[name] = digest

    assert found == released, "Make a new version instead of editing a released instrument."


def test_the_newest_version_is_given_unless_one_is_named() -> None:
    assert instruments.get("phq9") is instruments.get("phq9", "1")
    assert instruments.version_order("1.10") > instruments.version_order("1.9")
    with pytest.raises(errors.NotFound):
        instruments.get("phq10")
    with pytest.raises(errors.NotFound):
        instruments.get("phq9", "2")


PRORATED = """
code = "made_up"
version = "1"
title = "Made up for this test"
language = "en-GB"
licence = "none"
source = "none"
repeat = "never"
higher_is = "worse"
rated_by = "client"
options = [{ value = 0, label = "No" }, { value = 3, label = "Yes" }]
items = [{ id = "a", text = "A" }, { id = "b", text = "B" }, { id = "c", text = "C" }]
bands = [{ from = 0, to = 4, name = "low" }, { from = 5, to = 9, name = "high" }]
[score]
method = "sum"
range = [0, 9]
prorate_max_missing = 1
"""


def test_a_new_instrument_needs_no_code() -> None:
    made_up = read_instrument(PRORATED)

    assert score(made_up, [0, 3, 3]).total == 6
    assert score(made_up, [0, 3, 3]).band == "high"


@pytest.mark.parametrize(("answers", "total"), [([0, 3, None], 5), ([3, None, 3], 9), ([0, 0], 0)])
def test_an_instrument_may_say_how_missing_answers_are_made_good(
    answers: list[int | None], total: int
) -> None:
    assert score(read_instrument(PRORATED), answers).total == total


def test_more_missing_answers_than_the_instrument_allows_give_no_total() -> None:
    with pytest.raises(errors.ValidationFailed) as refusal:
        score(read_instrument(PRORATED), [3, None, None])

    assert [one.pointer for one in refusal.value.fields] == ["/answers/1", "/answers/2"]


@pytest.mark.parametrize(
    "text",
    [
        "not toml [",
        PRORATED.replace('code = "made_up"', ""),
        PRORATED.replace('id = "a", text', 'id = "a", words'),
        PRORATED.replace('value = 0, label = "No"', 'value = "none", label = "No"'),
        PRORATED.replace("options = [", "choices = ["),
        PRORATED + '[[triggers]]\nwhen = "a is 3"\nalert = "A01"\n',
    ],
)
def test_an_unusable_file_is_refused_by_name(text: str) -> None:
    with pytest.raises(errors.ConfigurationError, match=r"made-up\.toml"):
        read_instrument(text, name="made-up.toml")
