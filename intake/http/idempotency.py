"""A repeated create gets the first answer: look-up and lock in one statement, stored with it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from dataclasses import dataclass

from flask import make_response, request
from sqlalchemy import insert, text
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from intake import clock, database
from intake.access import Actor, Permission
from intake.http import forms
from intake.http.errors import Problem
from intake.http.front_door import strict_json
from intake.models import Base
from intake.services import relations

KEPT_HOURS = 48
SHORTEST, LONGEST = 16, 128
TABLE = Base.metadata.tables["idempotency_keys"]
FIELD = "idempotency_keys.body"
STORED_HEADERS = ("Location", "ETag")
# The lock makes a second request with the same key say "still running" instead of waiting.
LOOK = text(
    "SELECT pg_try_advisory_xact_lock(:lock) AS mine, k.fingerprint, k.status, k.body, k.headers"
    " FROM (SELECT 1) AS one LEFT JOIN idempotency_keys k"
    " ON k.site_id = :site AND k.principal_id = :principal AND k.key = :key"
    " AND k.expires_at > :now"
)
# A person who clicks twice sees the second answer: it waits for the first and repeats it.
LOOK_AND_WAIT = text(
    LOOK.text.replace(
        "pg_try_advisory_xact_lock(:lock)", "pg_advisory_xact_lock(:lock) IS NOT NULL"
    )
)


@dataclass(frozen=True, slots=True)
class Claim:
    """The key of this request and what it stands for."""

    key: str
    fingerprint: bytes


def claim() -> Claim:
    """The caller's key and the request's fingerprint. Raises Problem when there is no good key."""
    key = forms.key() if forms.is_page() else request.headers.get("Idempotency-Key")
    if key is None:
        raise Problem("idempotency-key-required", "Send an Idempotency-Key with this request.")
    visible = all("!" <= letter <= "~" for letter in key)
    if not visible or not SHORTEST <= len(key) <= LONGEST:
        raise Problem(
            "idempotency-key-required",
            f"An Idempotency-Key has {SHORTEST} to {LONGEST} visible ASCII characters.",
        )
    said = "|".join((request.method, request.full_path, request.headers.get("If-Match", "")))
    return Claim(key, hashlib.sha256(said.encode() + b"|" + request.get_data()).digest())


def replay(session: Session, actor: Actor, claimed: Claim) -> Response | None:
    """The stored answer, or None when this request is the first.

    Raises Problem when the key was used for another request or the first is still running.
    """
    found = session.execute(
        LOOK_AND_WAIT if forms.is_page() else LOOK,
        {
            "lock": lock_number(actor.site_id, actor.staff_id, claimed.key),
            "site": actor.site_id,
            "principal": actor.staff_id,
            "key": claimed.key,
            "now": clock.machine_now(),
        },
    ).one()
    if found.fingerprint is None:
        if not found.mine:
            raise Problem("idempotency-in-progress", "The first request is still running.")
        return None
    if found.fingerprint != claimed.fingerprint:
        raise Problem("idempotency-key-reused", "This key belongs to another request.")
    vault = database.keyring(session).application_vault()
    response = make_response(vault.open(FIELD, _row(actor, claimed), found.body), found.status)
    response.headers.extend(found.headers)
    response.headers["Idempotency-Replayed"] = "true"
    response.content_type = "application/json" if response.get_data() else "text/html"
    return response


def check_relation(session: Session, actor: Actor, permission: Permission) -> None:
    """Refuse a replay about a case that is no longer the caller's. Raises as `relations.require`.

    The case is the one of the address or of the body, which is the one that was answered before.
    """
    said = request.view_args or {}
    if "case_id" not in said and request.get_data():
        said = request.form if forms.is_page() else strict_json(request.get_data())
    if said.get("case_id") is not None:
        relations.case(session, uuid.UUID(str(said["case_id"])), actor, permission)


def store(
    session: Session, actor: Actor, claimed: Claim, response: Response, *,
    without: tuple[str, ...] = (),
) -> None:  # fmt: skip
    """Keep the answer of a create; it holds identifiers and states, and is sealed all the same.

    `without` are members that may be shown once only: null in what is kept.
    """
    now = clock.machine_now()
    vault = database.keyring(session).application_vault()
    # A page answers with the address of the next one.
    said = json.dumps(response.get_json() | dict.fromkeys(without)) if response.is_json else ""
    body = vault.seal(FIELD, _row(actor, claimed), said)
    headers = {name: response.headers[name] for name in STORED_HEADERS if name in response.headers}
    session.execute(
        insert(TABLE)
        .inline()
        .values(
            site_id=actor.site_id,
            principal_id=actor.staff_id,
            key=claimed.key,
            route=f"{request.method} {request.url_rule}",
            fingerprint=claimed.fingerprint,
            status=response.status_code,
            body=body,
            headers=headers,
            created_at=now,
            expires_at=now + dt.timedelta(hours=KEPT_HOURS),
        )
    )


def lock_number(site: uuid.UUID, principal: uuid.UUID, key: str) -> int:
    """The advisory lock of one key of one caller, held while the first request runs."""
    return int.from_bytes(_digest(site, principal, key)[:8], "big", signed=True)


def _row(actor: Actor, claimed: Claim) -> uuid.UUID:
    """What a stored answer is bound to: the caller and the key."""
    return uuid.UUID(bytes=_digest(actor.site_id, actor.staff_id, claimed.key)[:16])


def _digest(site: uuid.UUID, principal: uuid.UUID, key: str) -> bytes:
    return hashlib.sha256(site.bytes + principal.bytes + key.encode()).digest()
