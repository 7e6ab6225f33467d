"""The canonical form of an event, its MAC, and events that name no values."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import uuid
from pathlib import Path

import pytest

from intake.services import audit
from tests.makers import orders
from tests.support.web import TestSite, Web
from tests.support.wording import chosen

VECTORS = json.loads(Path(__file__).with_name("audit_vectors.json").read_text(encoding="utf-8"))


def _row(vector: dict[str, object]) -> dict[str, object]:
    """The columns of a vector as the application holds them."""
    row = dict(vector)
    for name in ("id", "request_id", "site_id", "entity_id", "client_id"):
        row[name] = uuid.UUID(str(row[name])) if row[name] else None
    for name in ("recorded_at", "occurred_at"):
        row[name] = dt.datetime.fromisoformat(str(row[name]))
    row["agent_session"] = bytes.fromhex(str(row["agent_session"]))
    row["returned_ids"] = [uuid.UUID(one) for one in row["returned_ids"] or []] or None  # type: ignore[attr-defined] # a list in the file
    return row


@pytest.mark.parametrize("vector", VECTORS, ids=lambda one: one["name"])
def test_the_canonical_form_is_as_published(vector: dict[str, object]) -> None:
    canonical = audit.canonical(_row(vector["row"]))  # type: ignore[arg-type] # an object in the file

    assert canonical.decode() == vector["canonical"]
    key = bytes.fromhex(str(vector["key"]))
    assert hmac.digest(key, canonical, hashlib.sha256).hex() == vector["mac"]


def test_every_stored_event_carries_its_mac(web: Web, site: TestSite) -> None:
    person = site.person("intake_coordinator")
    made = person.post("/intakes", orders.intake_order(answers=orders.NO_RISK)).get_json()
    person.act(f"/intakes/{made['id']}/submit", version=1)
    person.get("/clients")
    keys = web.app.config["KEYS"].current()

    stored = web.rows("SELECT * FROM audit_events WHERE site_id = :s", s=site.id)

    assert len(stored) > 5
    for event in stored:
        row = dict(event._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
        mac = bytes(row.pop("mac"))
        assert keys.audit_mac(audit.canonical(row), row["mac_key_id"]) == mac


def test_a_changed_event_no_longer_matches_its_mac(web: Web, site: TestSite) -> None:
    site.person("intake_coordinator").get("/clients")
    stored = web.rows("SELECT * FROM audit_events WHERE site_id = :s", s=site.id)[0]
    row = dict(stored._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    mac = bytes(row.pop("mac"))
    keys = web.app.config["KEYS"].current()

    for column in ("agent_role", "outcome_code", "subtype", "agent_ip"):
        changed = row | {column: "something else"}
        assert keys.audit_mac(audit.canonical(changed), row["mac_key_id"]) != mac, column


def test_events_hold_no_value_of_a_person(web: Web, site: TestSite) -> None:
    person = site.person("intake_coordinator")
    order = orders.reachable_client(given_name="Quillonia", pronouns="xe/xem")
    made = person.post("/clients", order).get_json()
    person.patch(f"/clients/{made['id']}", {"given_name": "Zephyrine"}, version=1)
    person.post("/clients/match", {k: order[k] for k in ("given_name", "family_name",
                                                         "date_of_birth")})  # fmt: skip

    events = web.rows("SELECT row_to_json(e)::text FROM audit_events e WHERE site_id = :s",
                      s=site.id)  # fmt: skip

    text = chosen(" ".join(row[0] for row in events))
    for value in ("Quillonia", "Zephyrine", order["family_name"], "1997", "7700", "xem"):
        assert value not in text
    assert "given_name" in text
