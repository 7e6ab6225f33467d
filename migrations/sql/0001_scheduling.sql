-- Appointments, and the queue of everything that leaves.

CREATE TABLE appointments (
    site_id uuid NOT NULL,
    id uuid NOT NULL,
    client_id uuid NOT NULL,
    case_id uuid NOT NULL,
    follow_up_id uuid,
    staff_id uuid NOT NULL,
    kind text NOT NULL,
    mode text NOT NULL,
    -- Wall time on purpose: time_zone says where.
    -- squawk-ignore prefer-timestamp-tz
    local_start timestamp NOT NULL,
    time_zone text NOT NULL,
    during tstzrange NOT NULL,
    status text NOT NULL,
    is_late boolean NOT NULL,
    left_early boolean NOT NULL,
    cancel_reason text,
    schedule_no integer NOT NULL,
    created_at timestamptz NOT NULL,
    version integer NOT NULL,
    CONSTRAINT pk_appointments PRIMARY KEY (site_id, id),
    CONSTRAINT fk_appointments_site_id_client_id
        FOREIGN KEY (site_id, client_id) REFERENCES clients (site_id, id),
    CONSTRAINT fk_appointments_site_id_case_id
        FOREIGN KEY (site_id, case_id) REFERENCES cases (site_id, id),
    CONSTRAINT fk_appointments_site_id_follow_up_id
        FOREIGN KEY (site_id, follow_up_id) REFERENCES follow_ups (site_id, id),
    CONSTRAINT fk_appointments_site_id_staff_id
        FOREIGN KEY (site_id, staff_id) REFERENCES memberships (site_id, staff_id),
    CONSTRAINT ck_appointments_kind_known
        CHECK (kind IN ('intake', 'assessment', 'session', 'review', 'admission', 'contact',
            'medical')),
    CONSTRAINT ck_appointments_mode_known
        CHECK (mode IN ('in_person', 'phone', 'video', 'group', 'outreach')),
    CONSTRAINT ck_appointments_status_known
        CHECK (status IN ('booked', 'arrived', 'fulfilled', 'noshow', 'cancelled',
            'entered_in_error')),
    CONSTRAINT ck_appointments_during_some_time CHECK (NOT isempty(during)),
    CONSTRAINT ck_appointments_during_half_open CHECK (lower_inc(during) AND NOT upper_inc(during)),
    CONSTRAINT ck_appointments_schedule_no_positive CHECK (schedule_no > 0),
    CONSTRAINT no_double_booking
        EXCLUDE USING gist (int8range(uuid_hash_extended(staff_id, 0) >> 1,
            uuid_hash_extended(staff_id, 0) >> 1, '[]') WITH =, during WITH &&) WHERE (status IN
            ('booked', 'arrived')),
    CONSTRAINT fk_appointments_site_id FOREIGN KEY (site_id) REFERENCES sites (id)
);

CREATE INDEX ix_appointments_site_id_case_id_local_start
    ON appointments (site_id, case_id, local_start);

CREATE INDEX ix_appointments_site_id_client_id_local_start
ON appointments (site_id, client_id, local_start);

CREATE INDEX ix_appointments_site_id_staff_id_local_start
    ON appointments (site_id, staff_id, local_start);

CREATE TABLE reminders (
    site_id uuid NOT NULL,
    id uuid NOT NULL,
    client_id uuid NOT NULL,
    appointment_id uuid NOT NULL,
    schedule_no integer NOT NULL,
    kind text NOT NULL,
    channel text NOT NULL,
    contact_id uuid NOT NULL,
    contact_version integer NOT NULL,
    locale text NOT NULL,
    dedupe_key text NOT NULL,
    send_after timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    state text NOT NULL,
    state_reason text,
    outage_attempts integer NOT NULL,
    provider text,
    provider_ref text,
    next_attempt_at timestamptz NOT NULL,
    attempts integer NOT NULL,
    lease_token uuid,
    lease_until timestamptz,
    lease_owner text,
    lease_no integer NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT pk_reminders PRIMARY KEY (site_id, id),
    CONSTRAINT fk_reminders_site_id_client_id
        FOREIGN KEY (site_id, client_id) REFERENCES clients (site_id, id),
    CONSTRAINT fk_reminders_site_id_appointment_id
        FOREIGN KEY (site_id, appointment_id) REFERENCES appointments (site_id, id),
    CONSTRAINT fk_reminders_site_id_contact_id
        FOREIGN KEY (site_id, contact_id) REFERENCES contact_points (site_id, id),
    CONSTRAINT uq_reminders_site_id_dedupe_key UNIQUE (site_id, dedupe_key),
    CONSTRAINT uq_reminders_provider_provider_ref UNIQUE (provider, provider_ref),
    CONSTRAINT ck_reminders_kind_known CHECK (kind IN ('d7', 'd3', 'd1', 'h2', 'changed')),
    CONSTRAINT ck_reminders_state_known
        CHECK (state IN ('scheduled', 'leased', 'sending', 'accepted', 'delivered', 'failed',
            'dead', 'uncertain', 'cancelled', 'suppressed', 'expired')),
    CONSTRAINT ck_reminders_expires_later CHECK (expires_at > send_after),
    CONSTRAINT fk_reminders_site_id FOREIGN KEY (site_id) REFERENCES sites (id)
);

CREATE INDEX ix_reminders_due ON reminders (next_attempt_at) WHERE state = 'scheduled';

CREATE INDEX ix_reminders_leases ON reminders (lease_until) WHERE state IN ('leased', 'sending');

CREATE INDEX ix_reminders_site_id_appointment_id ON reminders (site_id, appointment_id);

CREATE INDEX ix_reminders_site_id_client_id_send_after
    ON reminders (site_id, client_id, send_after);

CREATE TABLE reminder_attempts (
    site_id uuid NOT NULL,
    reminder_id uuid NOT NULL,
    n integer NOT NULL,
    lease_token uuid NOT NULL,
    idem_key text NOT NULL,
    provider text NOT NULL,
    started_at timestamptz NOT NULL,
    finished_at timestamptz,
    outcome text,
    http_status integer,
    error_class text,
    CONSTRAINT pk_reminder_attempts PRIMARY KEY (site_id, reminder_id, n),
    CONSTRAINT fk_reminder_attempts_site_id_reminder_id
        FOREIGN KEY (site_id, reminder_id) REFERENCES reminders (site_id, id),
    CONSTRAINT ck_reminder_attempts_outcome_known
        CHECK (outcome IN ('accepted', 'permanent', 'config', 'throttled', 'transient', 'unknown'))
);

CREATE TABLE staff_notices (
    site_id uuid NOT NULL,
    id uuid NOT NULL,
    staff_id uuid NOT NULL,
    kind text NOT NULL,
    dedupe_key text NOT NULL,
    counts jsonb NOT NULL,
    path text NOT NULL,
    send_after timestamptz NOT NULL,
    state text NOT NULL,
    sent_at timestamptz,
    next_attempt_at timestamptz NOT NULL,
    attempts integer NOT NULL,
    lease_token uuid,
    lease_until timestamptz,
    lease_owner text,
    lease_no integer NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT pk_staff_notices PRIMARY KEY (site_id, id),
    CONSTRAINT fk_staff_notices_site_id_staff_id
        FOREIGN KEY (site_id, staff_id) REFERENCES memberships (site_id, staff_id),
    CONSTRAINT uq_staff_notices_site_id_dedupe_key UNIQUE (site_id, dedupe_key),
    CONSTRAINT ck_staff_notices_kind_known CHECK (kind IN ('audit_digest')),
    CONSTRAINT ck_staff_notices_state_known
        CHECK (state IN ('scheduled', 'leased', 'sending', 'sent', 'dead')),
    CONSTRAINT fk_staff_notices_site_id FOREIGN KEY (site_id) REFERENCES sites (id)
);

CREATE INDEX ix_staff_notices_due ON staff_notices (next_attempt_at) WHERE state = 'scheduled';
