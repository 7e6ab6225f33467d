"""Instruments: what there is, what they ask, and a score that isn't kept."""

from __future__ import annotations

from typing import Any

from flask import current_app

from intake.access import Permission
from intake.http.blueprints import Blueprint
from intake.http.unit_of_work import act, work
from intake.schemas.instruments import InstrumentOut, InstrumentsOut, ScoreIn, ScoreOut
from intake.services import instruments
from intake.services.instruments import Trial

blp = Blueprint("instruments", __name__, description="Scored questionnaires")


@blp.route("/instruments", methods=["GET"])
@act(Permission.ASSESSMENT_READ)
@blp.response(200, InstrumentsOut())
def list_instruments() -> Any:
    """Every released version of every instrument."""
    return {"data": instruments.catalogue()}


@blp.route("/instruments/<code>/versions/<version>", methods=["GET"])
@act(Permission.ASSESSMENT_READ)
@blp.response(200, InstrumentOut())
def read_instrument(code: str, version: str) -> Any:
    """One released version: its items, options and bands."""
    return instruments.get(code, version, wording=current_app.config["CSSRS_WORDING"])


@blp.route("/instruments/<code>/score", methods=["POST"])
@act(Permission.ASSESSMENT_WRITE)
@blp.arguments(ScoreIn())
@blp.response(200, ScoreOut())
def score_answers(order: Trial, code: str) -> Any:
    """Score answers without keeping them."""
    return instruments.try_out(work().session, code, order, actor=work().actor)
