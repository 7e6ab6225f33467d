-- The audit trail, stored answers, the clinic clock and the recurring jobs.

CREATE TABLE audit_events (
    id uuid NOT NULL,
    recorded_at timestamptz NOT NULL,
    occurred_at timestamptz NOT NULL,
    site_id uuid,
    type text NOT NULL,
    subtype text NOT NULL,
    action text NOT NULL,
    outcome smallint NOT NULL,
    outcome_code text,
    agent_id uuid,
    agent_role text NOT NULL,
    agent_session bytea,
    agent_ip text,
    agent_client text,
    on_behalf_of uuid,
    purpose text NOT NULL,
    policy_ref uuid,
    source_service text NOT NULL,
    source_version text NOT NULL,
    source_host text NOT NULL,
    request_id uuid NOT NULL,
    entity_type text,
    entity_id uuid,
    entity_version integer,
    client_id uuid,
    query_hash bytea,
    hits integer,
    returned_ids uuid[],
    fields text[],
    sensitivity text NOT NULL,
    schema_version smallint NOT NULL,
    mac_key_id smallint NOT NULL,
    mac bytea NOT NULL,
    CONSTRAINT pk_audit_events PRIMARY KEY (id),
    CONSTRAINT ck_audit_events_action_known CHECK (action IN ('C', 'R', 'U', 'D', 'E')),
    CONSTRAINT ck_audit_events_purpose_known
        CHECK (purpose IN ('TREAT', 'HOPERAT', 'ETREAT', 'PATRQT', 'HRESCH', 'LEGAL')),
    CONSTRAINT ck_audit_events_sensitivity_known
        CHECK (sensitivity IN ('P0', 'P1', 'P2', 'P3', 'P4')),
    CONSTRAINT ck_audit_events_outcome_known CHECK (outcome IN (0, 4, 8, 12)),
    CONSTRAINT ck_audit_events_returned_ids_bounded CHECK (cardinality(returned_ids) <= 100)
);

CREATE INDEX ix_audit_events_recorded_at ON audit_events USING brin (recorded_at);

CREATE INDEX ix_audit_events_site_id_client_id_id ON audit_events (site_id, client_id, id);

CREATE INDEX ix_audit_events_site_id_occurred_at ON audit_events (site_id, occurred_at);

CREATE INDEX ix_audit_events_site_id_id ON audit_events (site_id, id);

CREATE TABLE idempotency_keys (
    site_id uuid NOT NULL,
    principal_id uuid NOT NULL,
    key text NOT NULL,
    route text NOT NULL,
    fingerprint bytea NOT NULL,
    status integer NOT NULL,
    body bytea NOT NULL,
    headers jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT pk_idempotency_keys PRIMARY KEY (site_id, principal_id, key)
);

CREATE INDEX ix_idempotency_keys_expires_at ON idempotency_keys (expires_at);

CREATE TABLE clinic_clock (
    singleton boolean NOT NULL,
    shift interval NOT NULL,
    CONSTRAINT pk_clinic_clock PRIMARY KEY (singleton),
    CONSTRAINT ck_clinic_clock_one_row CHECK (singleton)
);

CREATE TABLE job_ticks (
    name text NOT NULL,
    started_at timestamptz NOT NULL,
    finished_at timestamptz,
    owner text NOT NULL,
    CONSTRAINT pk_job_ticks PRIMARY KEY (name)
);
