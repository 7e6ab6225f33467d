"""Where tries per address are counted, and what happens while that place is away."""

from __future__ import annotations

from dataclasses import replace

import pytest

from intake.app import create_app
from intake.http import limits
from intake.http.extensions import db
from tests.support.web import Web
from tests.worker.gateway_process import free_port


@pytest.mark.parametrize(
    ("given", "storage"),
    [
        (None, "memory://"),
        ("redis://:pw@broker:6379/1", "redis://:pw@broker:6379/1"),
        ("redis+socket:///run/valkey.sock?virtual_host=2", "redis+unix:///run/valkey.sock?db=2"),
    ],
)
def test_the_place_is_read_as_celery_writes_it(given: str | None, storage: str) -> None:
    assert limits.storage_of(given) == storage


def test_without_redis_one_still_signs_in_and_is_still_counted(web: Web) -> None:
    nobody = f"redis://127.0.0.1:{free_port()}/0"
    app = create_app(replace(web.app.config["SETTINGS"], redis_url=nobody))
    client, body = app.test_client(), {"email": "x", "password": "x"}

    # An address of its own: what this process counted outlives this application.
    elsewhere = {"REMOTE_ADDR": "192.0.2.99"}
    statuses = [
        client.post("/api/v1/session", json=body, environ_overrides=elsewhere).status_code
        for _ in range(70)
    ]

    with app.app_context():
        db.engine.dispose()
    assert statuses[0] == 422
    assert statuses[-1] == 429
