"""Which screens has the console, and what does the application need to serve them?"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask
from jinja2 import StrictUndefined

from intake.config import Settings
from intake.http import forms as http_forms
from intake.web import (
    alerts,
    appointment_list,
    appointments,
    assessments,
    assets,
    break_glass,
    case_list,
    caseloads,
    cases,
    consents,
    contact_attempts,
    contacts,
    home,
    intake_check,
    intake_consent,
    intake_contact,
    intake_ends,
    intake_person,
    intake_start,
    intake_steps,
    intakes,
    pages,
    plans,
    progress_notes,
    proposals,
    referrals,
    refusals,
    reminders,
    safety_plans,
    second_factor,
    second_opinions,
    session,
    sites,
    styleguide,
    tasks,
    transitions,
    unsent_forms,
    words,
)
from intake.web.screens import CONSOLE

#: A screen is one line here, one module, one folder of templates and one line of the menu.
SCREENS = (
    session,
    second_factor,
    sites,
    home,
    assessments,
    caseloads,
    case_list,
    cases,
    plans,
    second_opinions,
    intakes,
    intake_start,
    intake_steps,
    intake_person,
    intake_contact,
    intake_consent,
    intake_ends,
    intake_check,
    tasks,
    alerts,
    contact_attempts,
    appointment_list,
    contacts,
    consents,
    safety_plans,
    appointments,
    progress_notes,
    break_glass,
    transitions,
    proposals,
    referrals,
    reminders,
    unsent_forms,
)
#: Never in production.
FOR_DEVELOPMENT = (styleguide,)


def install(app: Flask, settings: Settings) -> None:
    """Put the console into the application."""
    console = Blueprint(CONSOLE, __name__, template_folder="templates")
    screens = SCREENS if settings.is_production else (*SCREENS, *FOR_DEVELOPMENT)
    for screen in screens:
        console.register_blueprint(screen.blp)
    app.register_blueprint(console)
    app.register_blueprint(assets.blp)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals |= _names()
    refusals.install(app)


def _names() -> dict[str, Any]:
    """What every template may use beside what its view gives it."""
    return {
        "asset": assets.asset,
        "words": words,
        "idle_seconds": pages.IDLE_SECONDS,
        "form_names": http_forms,
    }
