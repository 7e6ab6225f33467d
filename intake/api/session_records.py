"""What was asked at visits."""

from __future__ import annotations

import uuid
from typing import Any

from intake.access import Permission
from intake.http import concurrency, paging
from intake.http.blueprints import Blueprint
from intake.http.unit_of_work import act, work
from intake.schemas.session_records import SessionRecordIn, SessionRecordOut
from intake.schemas.shapes import CreatedOut, PageQuery, page_of
from intake.services import session_records
from intake.services.session_records import SessionSaid

blp = Blueprint("session_records", __name__, description="What was asked at attended visits")


@blp.route("/appointments/<uuid:appointment_id>/session-records", methods=["POST"])
@act(Permission.PROGRESS_WRITE, creates=True)
@blp.arguments(SessionRecordIn())
@blp.response(201, CreatedOut())
def record_session(said: SessionSaid, appointment_id: uuid.UUID) -> Any:
    """Write down what was asked at a visit that took place, once."""
    now = work()
    made = session_records.record(now.session, appointment_id, said, actor=now.actor)
    return made, 201, concurrency.created(f"/api/v1/session-records/{made.id}", made.version)


@blp.route("/cases/<uuid:case_id>/session-records", methods=["GET"])
@act(Permission.PROGRESS_READ)
@blp.arguments(PageQuery(), location="query")
@blp.response(200, page_of(SessionRecordOut)())
def list_session_records(query: dict[str, Any], case_id: uuid.UUID) -> Any:
    """The records of a case, the latest written first."""
    now, wanted = work(), paging.wanted(query)
    return paging.envelope(session_records.list_page(now.session, case_id, wanted, actor=now.actor))


@blp.route("/session-records/<uuid:record_id>", methods=["GET"])
@act(Permission.PROGRESS_READ)
@blp.response(200, SessionRecordOut())
def read_session_record(record_id: uuid.UUID) -> Any:
    """What was asked at one visit."""
    now = work()
    found = session_records.read(now.session, record_id, actor=now.actor)
    return found, 200, concurrency.etag(found.version, whole=True)


@blp.route("/session-records/<uuid:record_id>", methods=["PATCH"])
@act(Permission.PROGRESS_WRITE)
@blp.arguments(SessionRecordIn())
@blp.response(200, SessionRecordOut())
def change_session_record(said: SessionSaid, record_id: uuid.UUID) -> Any:
    """Complete or put right a record."""
    now, version = work(), concurrency.if_match()
    changed = session_records.change(now.session, record_id, said, version=version, actor=now.actor)
    return changed, 200, concurrency.etag(changed.version)
