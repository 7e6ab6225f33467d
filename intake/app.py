"""The web process, wired together: settings, keys, database, front door, blueprints."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import event

from intake import config, database
from intake.api import (
    access_log,
    account,
    alerts,
    api_keys,
    appointments,
    assessments,
    boards,
    break_glass,
    care,
    caseloads,
    cases,
    clients,
    consents,
    contacts,
    counselling_notes,
    courses,
    covers,
    disclosures,
    docs,
    drug_screens,
    erasures,
    goals,
    handovers,
    health,
    holds,
    instruments,
    intakes,
    outbound,
    plans,
    programmes,
    progress_notes,
    proposals,
    reassessments,
    recommendations,
    referrals,
    reminders,
    same_person,
    score_trends,
    second_opinions,
    session,
    session_records,
    tasks,
    transitions,
    use_entries,
)
from intake.clinical.operator_wording import cssrs_wording
from intake.config import Settings
from intake.crypto import FileKeys
from intake.http import contract, errors, front_door, limits, logs
from intake.http.extensions import db, rest
from intake.web import console

PREFIX = "/api/v1"
RESOURCES = (
    session,
    account,
    clients,
    same_person,
    intakes,
    cases,
    referrals,
    transitions,
    proposals,
    instruments,
    assessments,
    recommendations,
    plans,
    second_opinions,
    goals,
    outbound,
    care,
    programmes,
    consents,
    contacts,
    disclosures,
    counselling_notes,
    holds,
    erasures,
    appointments,
    progress_notes,
    session_records,
    use_entries,
    drug_screens,
    score_trends,
    reassessments,
    reminders,
    alerts,
    tasks,
    boards,
    caseloads,
    courses,
    access_log,
    break_glass,
    covers,
    api_keys,
    handovers,
)
OPENAPI = {
    "API_TITLE": "Intake",
    "API_VERSION": "v1",
    "OPENAPI_VERSION": "3.1.0",
}


def create_app(settings: Settings | None = None) -> Flask:
    """The application. Raises ConfigurationError, in one sentence, when it must not start."""
    settings = settings or config.load()
    app = Flask("intake", static_folder=None)
    app.config.update(
        OPENAPI,
        SECRET_KEY=settings.secret_key,
        PRODUCTION=settings.is_production,
        SCHEMA_HEAD=database.SCHEMA_HEAD,
        KEYS=FileKeys(settings.require_path("keys_file")),
        SETTINGS=settings,
        CSSRS_WORDING=cssrs_wording(settings.cssrs_wording),
        SQLALCHEMY_DATABASE_URI=settings.require("database_url"),
        SQLALCHEMY_ENGINE_OPTIONS=dict(database.POOL),
        MAX_CONTENT_LENGTH=front_door.MAX_BODY_BYTES,
        PROPAGATE_EXCEPTIONS=False,
    )
    app.json.sort_keys = False  # type: ignore[attr-defined] # Flask's default provider has it
    logs.configure()
    db.init_app(app)
    with app.app_context():
        event.listen(db.engine, "connect", database.guard)
        with db.engine.connect() as connection:
            database.refuse_privileged_role(connection)
            database.refuse_shifted_clock(connection, production=settings.is_production)
        db.engine.dispose()  # each process opens connections of its own
    front_door.install(app)
    limits.install(app, settings.redis_url)
    rest.init_app(app)
    errors.install(app)
    contract.install(app)
    app.register_blueprint(health.blp)
    app.register_blueprint(docs.blp)
    for resource in RESOURCES:
        rest.register_blueprint(resource.blp, url_prefix=PREFIX)
    console.install(app, settings)
    return app
