-- Who is treated: sealed identity, look-up tokens, contact points, consents.

CREATE TABLE clients (
    site_id uuid NOT NULL,
    id uuid NOT NULL,
    wrapped_key bytea NOT NULL,
    kek_id integer NOT NULL,
    key_version integer NOT NULL,
    given_name bytea NOT NULL,
    family_name bytea NOT NULL,
    preferred_name bytea,
    pronouns bytea,
    date_of_birth bytea NOT NULL,
    birth_year integer NOT NULL,
    state text NOT NULL,
    sealed bytea,
    created_at timestamptz NOT NULL,
    version integer NOT NULL,
    CONSTRAINT pk_clients PRIMARY KEY (site_id, id),
    CONSTRAINT ck_clients_state_known CHECK (state IN ('active', 'deceased', 'merged')),
    CONSTRAINT ck_clients_birth_year_plausible CHECK (birth_year BETWEEN 1903 AND 2100),
    CONSTRAINT fk_clients_site_id FOREIGN KEY (site_id) REFERENCES sites (id)
);

CREATE TABLE client_tokens (
    site_id uuid NOT NULL,
    token bigint NOT NULL,
    client_id uuid NOT NULL,
    CONSTRAINT pk_client_tokens PRIMARY KEY (site_id, token, client_id),
    CONSTRAINT fk_client_tokens_site_id_client_id
        FOREIGN KEY (site_id, client_id) REFERENCES clients (site_id, id),
    CONSTRAINT fk_client_tokens_site_id FOREIGN KEY (site_id) REFERENCES sites (id)
);

CREATE TABLE contact_points (
    site_id uuid NOT NULL,
    id uuid NOT NULL,
    client_id uuid NOT NULL,
    channel text NOT NULL,
    value bytea NOT NULL,
    is_safe boolean NOT NULL,
    is_preferred boolean NOT NULL,
    may_leave_message boolean NOT NULL,
    may_identify_service boolean NOT NULL,
    quiet_from time,
    quiet_until time,
    time_zone text,
    confirmed_at timestamptz,
    needs_check boolean NOT NULL,
    created_at timestamptz NOT NULL,
    version integer NOT NULL,
    CONSTRAINT pk_contact_points PRIMARY KEY (site_id, id),
    CONSTRAINT fk_contact_points_site_id_client_id
        FOREIGN KEY (site_id, client_id) REFERENCES clients (site_id, id),
    CONSTRAINT ck_contact_points_channel_known CHECK (channel IN ('sms', 'phone', 'email', 'post')),
    CONSTRAINT fk_contact_points_site_id FOREIGN KEY (site_id) REFERENCES sites (id)
);

CREATE INDEX ix_contact_points_site_id_client_id ON contact_points (site_id, client_id);

CREATE TABLE consents (
    site_id uuid NOT NULL,
    id uuid NOT NULL,
    client_id uuid NOT NULL,
    purpose text NOT NULL,
    status text NOT NULL,
    wording_version text NOT NULL,
    decided_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL,
    expires_on date,
    created_at timestamptz NOT NULL,
    CONSTRAINT pk_consents PRIMARY KEY (site_id, id),
    CONSTRAINT fk_consents_site_id_client_id
        FOREIGN KEY (site_id, client_id) REFERENCES clients (site_id, id),
    CONSTRAINT ck_consents_purpose_known
        CHECK (purpose IN ('treatment', 'share_gp', 'share_urology', 'share_family',
            'national_reporting', 'reminders', 'research')),
    CONSTRAINT ck_consents_status_known CHECK (status IN ('given', 'refused', 'withdrawn')),
    CONSTRAINT fk_consents_site_id FOREIGN KEY (site_id) REFERENCES sites (id),
    CONSTRAINT fk_consents_recorded_by FOREIGN KEY (recorded_by) REFERENCES staff (id)
);

CREATE INDEX ix_consents_site_id_client_id_purpose_decided_at
    ON consents (site_id, client_id, purpose, decided_at);
