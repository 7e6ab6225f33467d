"""Mutants of the console: whose form it is, who may see a page, and what a page asks for."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

TWINS = "web/test_pages_and_api.py"
CONSOLE = (
    Mutant(
        "a form that nobody was shown is taken",
        "intake/http/forms.py",
        "if not browser or not hmac.compare_digest(",
        "if False and hmac.compare_digest(",
        (
            "web/test_forms.py::test_a_form_that_was_not_shown_is_refused",
            "web/test_forms.py::test_somebody_elses_form_is_refused",
        ),
    ),
    Mutant(
        "a form belongs to a browser, whoever uses it",
        "intake/http/forms.py",
        'said = f"form:{browser}:{staff_id}".encode()',
        'said = f"form:{browser}".encode()',
        ("web/test_forms.py::test_somebody_elses_form_is_refused",),
    ),
    Mutant(
        "a page may name no permission",
        "intake/web/screens.py",
        'if not hasattr(view, "permission"):',
        "if False:",
        ("web/test_pages.py::test_a_page_without_a_permission_stops_the_start",),
    ),
    Mutant(
        "a case's page is open to a stranger",
        "intake/web/assessments.py",
        "@act(Permission.ASSESSMENT_READ)",
        '@lambda view: setattr(view, "permission", Permission.ASSESSMENT_READ) or view',
        ("web/test_pages.py::test_no_page_is_shown_to_a_stranger",),
    ),
    Mutant(
        "a page asks for less than the API",
        "intake/web/home.py",
        "@act(Permission.APPOINTMENT_ATTEND)",
        "@act(Permission.APPOINTMENT_READ)",
        (f"{TWINS}::test_both_ways_leave_the_same",),
    ),
    Mutant(
        "signing at once leaves one version without its event",
        "intake/services/assessments.py",
        "    audit.settle(session)\n",
        "",
        (f"{TWINS}::test_both_ways_leave_the_same",),
    ),
    Mutant(
        "an unsafe choice counts without a lead",
        "intake/services/plans.py",
        'state="awaiting_sign_off" if waits else "agreed",',
        'state="agreed",',
        ("web/test_plans.py::test_a_lead_signs_off_or_returns_what_is_unsafe",),
    ),
)
