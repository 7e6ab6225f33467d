"""How does the journey reach the real API in a test? Over HTTP, served from a thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from werkzeug.serving import make_server

from intake.access import Role
from intake.cli.journey_client import Caller
from intake.cli.journey_people import Person
from tests.support.web import TestSite, Web


@pytest.fixture(scope="module")
def url(web: Web) -> Iterator[str]:
    """Where the application of this file answers."""
    server = make_server("127.0.0.1", 0, web.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def person(site: TestSite, url: str, role: Role) -> Person:
    """Somebody of that role at the site, signed in."""
    made = site.person(role)
    cookie = made.client.get_cookie("intake")
    assert cookie is not None
    return Person(Caller(url, f"intake={cookie.value}"), str(made.staff_id))
