"""Is an operator's wording of the C-SSRS shown, and does a broken file stop the start?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from intake.app import create_app
from intake.clinical import instruments
from intake.errors import ConfigurationError
from intake.http.extensions import db
from tests.support.web import Web

LABELS = {item.id: item.text for item in instruments.get("cssrs").items}
WORDS = {item: f"Registered words of {item}?" for item in LABELS}


def a_file(folder: Path, words: dict[str, str]) -> Path:
    """An operator's file."""
    path = folder / "cssrs.toml"
    items = "\n".join(f'{item} = "{text}"' for item, text in words.items())
    head = 'instrument = "cssrs"\nversion = "1"\nsource = "Registered, for this test"\n'
    path.write_text(f"{head}[items]\n{items}\n", encoding="utf-8")
    return path


@pytest.fixture
def worded(web: Web, tmp_path: Path) -> Iterator[Web]:
    """The same service, started with an operator's file."""
    settings = replace(web.app.config["SETTINGS"], cssrs_wording_file=a_file(tmp_path, WORDS))
    app = create_app(settings)
    yield Web(app, web.judge)
    with app.app_context():
        db.engine.dispose()


def shown(web: Web, path: str) -> tuple[dict[str, str], str]:
    """The text of each item, and the licence, as a counsellor gets them."""
    body = web.site().person("counsellor").get(path).get_json()
    return {item["id"]: item["text"] for item in body["items"]}, body["licence"]


def test_the_screener_is_shown_in_the_operators_words(worded: Web) -> None:
    words, licence = shown(worded, "/instruments/cssrs/versions/1")

    assert words == WORDS
    assert licence == "Registered, for this test"


def test_other_instruments_keep_their_own_words(worded: Web) -> None:
    words, _ = shown(worded, "/instruments/phq9/versions/1")

    assert words["q1"] == "Little interest or pleasure in doing things"


def test_the_words_change_no_score(worded: Web) -> None:
    answers = {"q1": True, "q2": False, "q6_lifetime": False, "q6_past_3_months": False}
    counsellor = worded.site().person("counsellor")

    scored = counsellor.post("/instruments/cssrs/score", {"answers": answers}).get_json()

    assert (scored["band"], scored["alerts"]) == ("low", ["A23"])


def test_without_a_file_the_short_labels_are_shown(web: Web) -> None:
    words, licence = shown(web, "/instruments/cssrs/versions/1")

    assert words == LABELS
    assert "our own short labels" in licence


@pytest.mark.parametrize("broken", ["half", "missing", "not text"])
def test_a_broken_file_stops_the_start_with_a_sentence(
    web: Web, tmp_path: Path, broken: str
) -> None:
    path = a_file(tmp_path, {item: WORDS[item] for item in list(WORDS)[:-1]})
    if broken == "missing":
        path.unlink()
    elif broken == "not text":
        path.write_bytes(b"\xff\xfe")

    with pytest.raises(ConfigurationError) as refusal:
        create_app(replace(web.app.config["SETTINGS"], cssrs_wording_file=path))

    said = "q6_past_3_months" if broken == "half" else "INTAKE_CSSRS_WORDING_FILE can't be read"
    assert said in refusal.value.detail
