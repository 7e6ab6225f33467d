-- Who may do what to which table. Nobody but the owner may do anything else.

REVOKE ALL ON SCHEMA public FROM PUBLIC;

GRANT USAGE ON SCHEMA public TO intake_api, intake_worker, intake_dispatcher, intake_auditor;

-- Both: is the schema the one this program was written for?
GRANT SELECT ON alembic_version TO intake_api, intake_worker;

-- The audit trail is written by both and read by neither: reading goes through read_audit.
GRANT INSERT ON audit_events TO intake_api, intake_worker;

-- The API: people and their records. What is append-only has no UPDATE.
GRANT SELECT, INSERT, UPDATE ON
    sites, site_settings, staff, memberships, staff_sessions, clients, contact_points, cases,
    case_numbers, intakes, assessments, plan_decisions, follow_ups, alerts, tasks, appointments,
    reminders
TO intake_api;

GRANT SELECT, INSERT ON client_tokens, consents, case_transitions, recommendations, staff_notices,
    idempotency_keys
TO intake_api;

GRANT SELECT ON reminder_attempts, clinic_clock, job_ticks TO intake_api;

GRANT UPDATE (superseded_by) ON recommendations TO intake_api;

-- Deleted in service: a draft, a membership, a setting put back to its default, tokens of a
-- changed name, an answer whose 48 hours are over.
GRANT DELETE ON intakes, memberships, site_settings, client_tokens, idempotency_keys TO intake_api;

-- The worker: the queue, and what must be checked at the moment of sending.
GRANT SELECT, INSERT, UPDATE ON staff_notices, tasks, job_ticks TO intake_worker;

GRANT SELECT, UPDATE ON reminders TO intake_worker;

GRANT SELECT, INSERT, UPDATE (finished_at, outcome, http_status, error_class)
ON reminder_attempts TO intake_worker;

GRANT SELECT ON sites, site_settings, memberships, clients, contact_points, consents, cases,
    appointments
TO intake_worker;

-- Where a notice goes, and nothing about how the person signs in.
GRANT SELECT (id, email, display_name, active) ON staff TO intake_worker;

-- A message failed there: ask again before using it.
GRANT UPDATE (needs_check, version) ON contact_points TO intake_worker;

GRANT SELECT, DELETE ON idempotency_keys TO intake_worker;

-- Start-up refuses a shifted clock in production; elsewhere the command line moves it.
GRANT SELECT, INSERT, UPDATE, DELETE ON clinic_clock TO intake_worker;
