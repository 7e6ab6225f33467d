"""Is nobody's name in the title of a page? A title stays in the history and on the window."""

from __future__ import annotations

import re
from collections import deque
from pathlib import Path

from intake.web import pages as web_pages
from tests.makers import case_pages, orders, progress
from tests.support.web import Caller, TestSite, Web
from tests.web.browser import pages_of
from tests.web.test_intakes import drafted

TEMPLATES = Path(web_pages.__file__).parent / "templates"
TITLE = re.compile(r"\{% block title %\}(.*?)\{% endblock %\}")
#: What holds a person's name in a template.
NAMES = re.compile(r"\bname|subject(?!\.case)|head\b|identity|person\.|client\.|\bwho\b")
LINK = re.compile(r'href="(/[^"?#]*)')
#: Pages of a case which this must at least have reached.
REACHED = {
    "cases.show", "appointments.show", "progress_notes.show", "tasks.show", "alerts.show",
    "plans.show", "assessments.show", "intakes.show", "intake_steps.show", "contact_attempts.new",
}  # fmt: skip


def test_no_template_puts_a_name_into_its_title() -> None:
    found = {
        path.relative_to(TEMPLATES).as_posix(): TITLE.findall(path.read_text(encoding="utf-8"))
        for path in sorted(TEMPLATES.rglob("*.html"))
    }

    assert {name for name, titles in found.items() if any(map(NAMES.search, titles))} == set()
    assert len([titles for titles in found.values() if titles]) > 40


def test_no_page_about_somebody_has_their_name_in_its_title(web: Web, site: TestSite) -> None:
    case = case_pages.full_case(web, site)
    progress.signed_progress_note(case)
    draft = drafted(case.coordinator, client=orders.reachable_client(family_name="Lintondraft"))

    titles = walked(web, case.counsellor, f"/cases/{case.id}")
    titles |= walked(web, case.coordinator, draft["path"])

    assert {one.removeprefix("console.") for one in titles} >= REACHED
    assert {end for end, title in titles.items() if re.search("Maya|Linton", title)} == set()


def walked(web: Web, person: Caller, start: str) -> dict[str, str]:
    """The title of one page behind each endpoint that links lead to, from a page on."""
    routes, pages = web.app.url_map.bind("localhost"), pages_of(person)
    waiting, found = deque([start]), {}
    while waiting:
        path = waiting.popleft()
        if not routes.test(path, "GET"):
            continue
        endpoint = str(routes.match(path, "GET")[0])
        if endpoint in found or not endpoint.startswith("console."):
            continue
        text = pages.get(path).get_data(as_text=True)
        title = re.search(r"<title>(.*?)</title>", text)
        found[endpoint] = title.group(1) if title else ""
        waiting.extend(LINK.findall(text))
    return found
