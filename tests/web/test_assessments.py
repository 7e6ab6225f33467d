"""Does filling in an instrument on a page do what the API does, scored while one types?"""

from __future__ import annotations

import datetime as dt
import re

import pytest
from werkzeug.test import TestResponse

from intake.web import words
from tests.makers.cases import CaseOf, handed_in, of_vignette
from tests.support.web import TestSite, Web
from tests.web.browser import HTML, Pages, pages_of

WORST = {f"answers__{place}": "3" for place in range(9)}


@pytest.fixture
def case(site: TestSite) -> CaseOf:
    """A counsellor's case, ready to be assessed."""
    return handed_in(site)


def text_of(answer: TestResponse, status: int = 200) -> str:
    text = answer.get_data(as_text=True)
    assert answer.status_code == status, text[:3000]
    return text


def opened(case: CaseOf, code: str = "phq9") -> tuple[Pages, str]:
    pages, path = pages_of(case.counsellor), f"/cases/{case.id}/assessments/new/{code}"
    text_of(pages.get(path))
    return pages, path


def test_signing_by_page_finds_what_the_api_finds(web: Web, case: CaseOf) -> None:
    pages, path = opened(case)

    sent = pages.send(path, mode="self", _do="sign", **WORST)

    assert sent.status_code == 303, sent.get_data(as_text=True)[:3000]
    shown = text_of(pages.get(sent.location))
    assert "Severe" in shown
    assert "The assessment is signed." in shown
    (kept,) = case.counsellor.get(f"/cases/{case.id}/assessments").get_json()["data"]
    assert (kept["instrument"], kept["total"], kept["band"], kept["state"]) == (
        "phq9",
        27,
        "severe",
        "signed",
    )
    codes = web.rows("SELECT code FROM alerts WHERE case_id = :c", c=case.id)
    assert "A03" in {one.code for one in codes}


def test_an_unanswered_question_is_named_and_nothing_is_lost(case: CaseOf) -> None:
    pages, path = opened(case)
    api = case.counsellor.post(
        f"/cases/{case.id}/assessments",
        {"instrument": "phq9", "mode": "self", "answers": [3] * 8},
    ).get_json()

    refused = text_of(pages.send(path, mode="self", _do="sign", **{**WORST, "answers__8": ""}), 422)

    (said,) = api["errors"]
    assert 'href="#f-answers-8"' in refused
    assert said["message"].replace("'", "&#39;") in refused
    assert len(re.findall(r'value="3" checked', refused)) == 8


def test_a_draft_is_signed_later_from_the_version_shown(case: CaseOf) -> None:
    pages, path = opened(case, "gad7")
    answers = {f"answers__{place}": "1" for place in range(7)}

    kept = pages.send(path, mode="interviewer", _do="keep", **answers)
    assert "It counts once it is signed." in text_of(pages.get(kept.location))
    where = kept.location.partition("?")[0]

    assert pages.send(where).status_code == 303
    text_of(pages.send(where), 412)


def test_whoever_declines_gives_no_answers(case: CaseOf) -> None:
    pages, path = opened(case, "gad7")

    both = pages.send(path, mode="self", declined="true", answers__0="1")
    only = pages.send(path, mode="self", declined="true", _do="sign")

    assert "Leave the answers out when they were declined." in text_of(both, 422)
    assert "declined to answer" in text_of(pages.get(only.location))


def test_the_live_score_needs_every_answer_but_danger_shows_at_once(web: Web, case: CaseOf) -> None:
    pages, path = opened(case)

    one = pages.client.post(
        f"{path}/score",
        data=pages.hidden | {"answers.8": "1"},
        headers=HTML | {"HX-Request": "true"},
    )
    whole = pages.send(f"{path}/score", **WORST)

    part = text_of(one)
    assert "<html" not in part
    assert "1 of 9 answered" in part
    assert "Ask about safety now" in part
    assert '<p class="score-n">27' in text_of(whole)
    assert web.rows("SELECT id FROM assessments WHERE case_id = :c", c=case.id) == []


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (dt.timedelta(minutes=15), "15 minutes"),
        (dt.timedelta(hours=1), "1 hour"),
        (dt.timedelta(hours=4), "4 hours"),
        (dt.timedelta(hours=24), "1 day"),
        (dt.timedelta(days=7), "7 days"),
    ],
)
def test_how_soon_an_alert_is_answered_is_never_made_shorter(span: dt.timedelta, said: str) -> None:
    assert words.within(span) == said


def test_the_cut_off_of_the_live_score_is_the_stored_one(web: Web, site: TestSite) -> None:
    case = of_vignette(web, site, "V01")  # a man, for whom 3 is still negative
    pages, path = opened(case, "audit_c")
    answers = {"answers__0": "1", "answers__1": "1", "answers__2": "1"}

    live = text_of(pages.send(f"{path}/score", **answers))
    kept = pages.send(path, mode="self", _do="keep", **answers)

    band = case.counsellor.get(f"/cases/{case.id}/assessments").get_json()["data"][0]["band"]
    assert f"<strong>{band.capitalize()}</strong>" in live
    assert f"<strong>{band.capitalize()}</strong>" in text_of(pages.get(kept.location))


def test_every_instrument_has_its_form(case: CaseOf) -> None:
    pages = pages_of(case.counsellor)
    listed = text_of(pages.get(f"/cases/{case.id}/assessments"))

    paths = re.findall(r'href="(/cases/[^"]+/assessments/new/[^"]+)"', listed)

    assert len(paths) >= 12
    for path in paths:
        text_of(pages.get(path))


def test_who_may_not_assess_sees_no_form(case: CaseOf) -> None:
    pages = pages_of(case.coordinator)

    text_of(pages.get(f"/cases/{case.id}/assessments/new/phq9"), 403)
    text_of(pages_of(case.counsellor).get(f"/cases/{case.id}/assessments/new/nothing"), 404)
