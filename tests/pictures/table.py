"""Which pages are in the README, seen by whom, about whom?"""

from __future__ import annotations

from playwright.sync_api import BrowserContext, Page, ViewportSize

from tests.pictures.visitor import Picture, asked
from tests.support.browsing import DESK, PHONE

#: As wide as a desk, and down to the chart.
TALL = ViewportSize(width=1440, height=1220)


def case_page(context: BrowserContext) -> str:
    """The page of somebody whose course is worth looking at."""
    return f"/cases/{_long_known(context)}"


def assessment(context: BrowserContext) -> str:
    """A questionnaire for the same person."""
    return f"/cases/{_long_known(context)}/assessments/new/phq9"


def plan(context: BrowserContext) -> str:
    """The choice for somebody who was assessed and has no plan yet."""
    return f"/cases/{_cases(context, 'assessed')[0]}/plans/new"


def intake_step(context: BrowserContext) -> str:
    """The pattern of use in a draft of one's own."""
    drafts = asked(context, "/intakes?state=draft&limit=50")["data"]
    return f"/intakes/{drafts[0]['id']}/steps/use"


def answer(page: Page) -> None:
    """Answer all nine questions, the last one so that it worries."""
    page.locator("#f-answers-0-1").focus()
    for key in "221321111":
        page.keyboard.press(key)
    page.locator(".score-n").wait_for()
    page.evaluate("scrollTo(0, 0)")


def _long_known(context: BrowserContext) -> str:
    """The person in treatment with the most signed scores."""
    return max(_cases(context, "active"), key=lambda one: _scores(context, one))


def _scores(context: BrowserContext, case_id: str) -> int:
    path = f"/cases/{case_id}/assessments?state=signed&instrument=phq9&limit=50"
    return len(asked(context, path)["data"])


def _cases(context: BrowserContext, state: str) -> list[str]:
    return [str(one["id"]) for one in asked(context, f"/cases?state={state}&limit=50")["data"]]


PICTURES = (
    Picture("today", "lead", DESK, lambda _: "/?scope=site&refresh=paused"),
    Picture("intake", "coordinator", DESK, intake_step),
    Picture("assessment", "lead", DESK, assessment, answer),
    Picture("plan", "lead", DESK, plan),
    Picture("case", "lead", TALL, case_page),
    Picture("case-phone", "lead", PHONE, case_page),
)
