-- Where the service works and who works there. A blank line ends a statement, in every file here.

CREATE TABLE sites (
    id uuid NOT NULL,
    name text NOT NULL,
    time_zone text NOT NULL,
    phone text NOT NULL,
    sender_name text NOT NULL,
    on_duty_staff_id uuid,
    created_at timestamptz NOT NULL,
    version integer NOT NULL,
    CONSTRAINT pk_sites PRIMARY KEY (id),
    CONSTRAINT ck_sites_name_given CHECK (length(btrim(name)) > 0)
);

CREATE TABLE staff (
    id uuid NOT NULL,
    email text NOT NULL,
    display_name text NOT NULL,
    password_hash text NOT NULL,
    password_changed_at timestamptz NOT NULL,
    active boolean NOT NULL,
    failed_count integer NOT NULL,
    failed_at timestamptz,
    totp_secret bytea,
    last_totp_counter integer,
    created_at timestamptz NOT NULL,
    version integer NOT NULL,
    CONSTRAINT pk_staff PRIMARY KEY (id),
    CONSTRAINT ck_staff_email_lower_case CHECK (email = lower(email)),
    CONSTRAINT ck_staff_failed_count_positive CHECK (failed_count >= 0),
    CONSTRAINT uq_staff_email UNIQUE (email)
);

CREATE TABLE memberships (
    site_id uuid NOT NULL,
    staff_id uuid NOT NULL,
    role text NOT NULL,
    version integer NOT NULL,
    CONSTRAINT pk_memberships PRIMARY KEY (site_id, staff_id),
    CONSTRAINT ck_memberships_role_known
        CHECK (role IN ('intake_coordinator', 'counsellor', 'peer_worker', 'clinical_lead',
            'auditor', 'administrator')),
    CONSTRAINT fk_memberships_site_id FOREIGN KEY (site_id) REFERENCES sites (id),
    CONSTRAINT fk_memberships_staff_id FOREIGN KEY (staff_id) REFERENCES staff (id)
);

CREATE INDEX ix_memberships_staff_id ON memberships (staff_id);

ALTER TABLE sites
    ADD CONSTRAINT fk_sites_on_duty_staff_id
    FOREIGN KEY (id, on_duty_staff_id) REFERENCES memberships (site_id, staff_id);

CREATE TABLE site_settings (
    site_id uuid NOT NULL,
    key text NOT NULL,
    value jsonb NOT NULL,
    version integer NOT NULL,
    CONSTRAINT pk_site_settings PRIMARY KEY (site_id, key),
    CONSTRAINT fk_site_settings_site_id FOREIGN KEY (site_id) REFERENCES sites (id)
);

CREATE TABLE staff_sessions (
    token_hash bytea NOT NULL,
    staff_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    mfa_at timestamptz,
    revoked_at timestamptz,
    CONSTRAINT pk_staff_sessions PRIMARY KEY (token_hash),
    CONSTRAINT fk_staff_sessions_staff_id FOREIGN KEY (staff_id) REFERENCES staff (id)
);

CREATE INDEX ix_staff_sessions_staff_id_created_at ON staff_sessions (staff_id, created_at);
