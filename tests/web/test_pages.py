"""What is true of every page: who may, under which policy, and what a refusal looks like."""

from __future__ import annotations

import re
import uuid
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from intake.access import Permission
from intake.app import create_app
from intake.config import Settings
from intake.errors import ConfigurationError
from intake.http.errors import registry
from intake.web import refusal_words
from intake.web.pages import POLICY
from intake.web.screens import CONSOLE, Screen
from tests.makers import api_keys
from tests.support.databases import Database
from tests.support.web import TestSite, Web
from tests.web.browser import HTML, Pages, pages_of

LEAD = "clinical_lead"
NUMBER, ARGUMENT = re.compile("<int:[^>]*>"), re.compile("<[^>]*>")


@pytest.fixture
def lead(site: TestSite) -> Pages:
    """A clinical lead's pages."""
    return pages_of(site.person(LEAD))


def text_of(answer: TestResponse, status: int) -> str:
    """A page of ours with that status."""
    text = answer.get_data(as_text=True)
    assert answer.status_code == status, text[:2000]
    assert answer.content_type == "text/html; charset=utf-8"
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    return text


def test_every_page_is_under_the_policy_and_kept_by_nobody(lead: Pages) -> None:
    for path in ("/", "/sign-in", "/sites", "/styleguide"):
        text_of(lead.get(path), 200)


def test_a_page_without_a_permission_stops_the_start() -> None:
    screen = Screen("careless", __name__)

    with pytest.raises(ConfigurationError, match=r"careless\.open_door names no permission"):

        @screen.page("/open")
        def open_door() -> str:
            return "everything"


def test_every_page_is_a_page_and_names_its_permission(web: Web) -> None:
    views = {
        name: view for name, view in web.app.view_functions.items() if name.startswith(CONSOLE)
    }

    assert len(views) > 10
    assert all(getattr(view, "is_page", False) for view in views.values())
    open_ = {
        name
        for name, view in views.items()
        if not isinstance(getattr(view, "permission", None), Permission)
    }
    assert open_ == {"console.session.sign_in", "console.session.check"}


def test_the_style_guide_is_for_development_alone(web: Web, module_database: Database) -> None:
    assert "console.styleguide.show" in web.app.view_functions
    environment = module_database.environment
    app = create_app(
        Settings(
            environment="production",
            database_url=module_database.api_url,
            keys_file=Path(environment["INTAKE_KEYS_FILE"]),
            secret_key_file=Path(environment["INTAKE_SECRET_KEY_FILE"]),
            public_url="https://intake.example",
        )
    )

    found = {str(rule) for rule in app.url_map.iter_rules()}

    assert "/sign-in" in found
    assert "/styleguide" not in found
    assert app.test_client().get("/styleguide", headers=HTML).status_code == 404


def test_no_page_is_shown_to_a_stranger(web: Web) -> None:
    asked = 0
    for rule in web.app.url_map.iter_rules():
        if not rule.endpoint.startswith(CONSOLE) or "GET" not in (rule.methods or ()):
            continue
        path = ARGUMENT.sub("00000000-0000-4000-8000-000000000000", NUMBER.sub("1", str(rule)))
        answer = web.app.test_client().get(path, headers=HTML)
        asked += 1

        is_open = rule.endpoint == "console.session.sign_in"
        assert answer.status_code == (200 if is_open else 303), path
        assert is_open or answer.location.startswith("/sign-in"), path

    assert asked > 15


def test_who_is_not_signed_in_is_asked_to_and_comes_back(web: Web) -> None:
    stranger = web.app.test_client()

    answer = stranger.get("/sample/cover?x=1", headers=HTML)

    assert answer.status_code == 303
    assert answer.location == "/sign-in?next=/sample/cover?x%3D1"


def test_who_may_not_is_told_what_to_do(site: TestSite) -> None:
    answer = pages_of(site.person("auditor")).get("/sample/cover")

    text = text_of(answer, 403)
    assert "Your role doesn&#39;t open this" in text
    assert answer.headers["X-Request-Id"] in text


def test_a_key_opens_no_page_whoever_is_signed_in(lead: Pages, site: TestSite) -> None:
    program = api_keys.program(site, "case:read", "client:read")
    lead.get("/sample/cover")
    keyed = dict(program.headers)

    for path in ("/", "/sample/cases", "/sites"):
        text_of(lead.get(path, **keyed), 403)
    sent = lead.client.post("/sample/cover", data=lead.hidden, headers=HTML | keyed)
    wrong = lead.get("/", Authorization="Bearer itk_live_wrong")

    text_of(sent, 403)
    assert (wrong.status_code, wrong.location) == (303, "/sign-in")


def test_each_page_read_or_refused_leaves_its_event(web: Web, site: TestSite) -> None:
    for path, subtype in (("/", "read"), ("/sample/cover", "refused")):
        answer = pages_of(site.person("auditor")).get(path)

        events = web.rows(
            "SELECT type, subtype FROM audit_events WHERE request_id = :r",
            r=answer.headers["X-Request-Id"],
        )
        assert [tuple(one) for one in events] == [
            (path.split("/")[1] or "home", subtype),
        ]


@pytest.mark.parametrize(
    ("path", "accept", "media"),
    [
        ("/nowhere", "text/html,*/*;q=0.8", "text/html; charset=utf-8"),
        ("/nowhere", "application/json", "application/problem+json"),
        ("/nowhere", "*/*", "application/problem+json"),
        ("/api/v1/nowhere", "text/html,*/*;q=0.8", "application/problem+json"),
    ],
)
def test_an_unknown_address_answers_a_person_in_words(
    web: Web, path: str, accept: str, media: str
) -> None:
    answer = web.app.test_client().get(path, headers={"Accept": accept})

    assert (answer.status_code, answer.content_type) == (404, media)


def test_a_defect_shows_its_request_and_nothing_else(lead: Pages) -> None:
    answer = lead.get("/sample/broken")

    text = text_of(answer, 500)
    assert answer.headers["X-Request-Id"] in text
    assert "Maya" not in text
    assert "RuntimeError" not in text


def test_who_works_at_several_sites_chooses_one(web: Web, site: TestSite) -> None:
    person, other = site.person(LEAD), web.site(name="Quay Road")
    web.run(
        "INSERT INTO memberships (site_id, staff_id, role, version)"
        " VALUES (:s, :p, 'counsellor', 1)",
        s=other.id,
        p=person.staff_id,
    )
    pages = pages_of(person)
    # A change of role ends sessions; a second site doesn't.
    asked = pages.get("/sample/cover")
    assert (asked.status_code, asked.location) == (303, "/sites?next=/sample/cover")
    text_of(pages.get("/sites"), 200)

    refused = pages.send("/sites", site_id=str(uuid.uuid4()))
    chosen = pages.send("/sites", site_id=str(site.id))

    assert "Choose one of your sites." in text_of(refused, 422)
    assert chosen.status_code == 303
    assert "Clinical lead" in text_of(pages.get("/"), 200)


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "evil",
        "/sign-out",
        "/" * 600,
    ],
)
def test_signing_in_leads_nowhere_else(web: Web, address: str) -> None:
    stranger = web.app.test_client()

    answer = stranger.get("/sign-in", query_string={"next": address}, headers=HTML)

    assert "evil" not in answer.get_data(as_text=True)
    assert 'name="_next" value=""' in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/sign-in", "Enter your e-mail address."),
        ("/sign-in/code", "Enter the six digits your authenticator shows."),
        ("/sign-in/recovery", "Enter a recovery code, such as"),
    ],
)
def test_an_empty_step_of_signing_in_says_what_to_enter(
    lead: Pages, path: str, sentence: str
) -> None:
    lead.get(path)

    assert sentence in text_of(lead.send(path), 422)


def test_every_problem_has_its_words() -> None:
    assert registry().keys() - refusal_words.REFUSALS.keys() == set()
