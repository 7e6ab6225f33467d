-- One episode of care: its number and moves, the intake, the assessments.

CREATE TABLE cases (
    site_id uuid NOT NULL,
    id uuid NOT NULL,
    client_id uuid NOT NULL,
    reference text NOT NULL,
    state text NOT NULL,
    opened_on date NOT NULL,
    referral_source text NOT NULL,
    referral_date date NOT NULL,
    referral_urgency text NOT NULL,
    sealed bytea,
    key_worker_id uuid,
    created_at timestamptz NOT NULL,
    version integer NOT NULL,
    CONSTRAINT pk_cases PRIMARY KEY (site_id, id),
    CONSTRAINT fk_cases_site_id_client_id
        FOREIGN KEY (site_id, client_id) REFERENCES clients (site_id, id),
    CONSTRAINT fk_cases_site_id_key_worker_id
        FOREIGN KEY (site_id, key_worker_id) REFERENCES memberships (site_id, staff_id),
    CONSTRAINT uq_cases_site_id_reference UNIQUE (site_id, reference),
    CONSTRAINT ck_cases_state_known
        CHECK (state IN ('referred', 'intake', 'assessed', 'plan_chosen', 'active', 'step_down',
            'discharged', 'transferred', 'lost_to_follow_up', 'deceased', 'declined')),
    CONSTRAINT ck_cases_referral_source_known
        CHECK (referral_source IN ('self', 'relative', 'concerned_other', 'gp', 'hospital',
            'emergency_department', 'urology', 'mental_health_service', 'midwifery', 'drug_service',
            'needle_exchange', 'education', 'employer', 'social_services', 'probation', 'court',
            'prison', 'police_custody', 'community_outreach', 'other')),
    CONSTRAINT ck_cases_referral_urgency_known
        CHECK (referral_urgency IN ('routine', 'urgent', 'emergency')),
    CONSTRAINT fk_cases_site_id FOREIGN KEY (site_id) REFERENCES sites (id)
);

CREATE INDEX ix_cases_site_id_key_worker_id ON cases (site_id, key_worker_id);

CREATE UNIQUE INDEX uq_cases_one_open_per_client
    ON cases (site_id, client_id)
    WHERE state NOT IN ('discharged', 'transferred', 'lost_to_follow_up', 'deceased', 'declined');

CREATE TABLE case_numbers (
    site_id uuid NOT NULL,
    year integer NOT NULL,
    last integer NOT NULL,
    CONSTRAINT pk_case_numbers PRIMARY KEY (site_id, year),
    CONSTRAINT ck_case_numbers_last_positive CHECK (last > 0),
    CONSTRAINT fk_case_numbers_site_id FOREIGN KEY (site_id) REFERENCES sites (id)
);

CREATE TABLE case_transitions (
    site_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    from_state text,
    to_state text NOT NULL,
    reason text NOT NULL,
    actor_id uuid NOT NULL,
    role text NOT NULL,
    at timestamptz NOT NULL,
    snapshot_hash bytea,
    created_at timestamptz NOT NULL,
    CONSTRAINT pk_case_transitions PRIMARY KEY (site_id, id),
    CONSTRAINT fk_case_transitions_site_id_case_id
        FOREIGN KEY (site_id, case_id) REFERENCES cases (site_id, id),
    CONSTRAINT ck_case_transitions_to_state_known
        CHECK (to_state IN ('referred', 'intake', 'assessed', 'plan_chosen', 'active', 'step_down',
            'discharged', 'transferred', 'lost_to_follow_up', 'deceased', 'declined')),
    CONSTRAINT fk_case_transitions_site_id FOREIGN KEY (site_id) REFERENCES sites (id),
    CONSTRAINT fk_case_transitions_actor_id FOREIGN KEY (actor_id) REFERENCES staff (id)
);

CREATE INDEX ix_case_transitions_site_id_case_id_at ON case_transitions (site_id, case_id, at);

CREATE TABLE intakes (
    site_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    state text NOT NULL,
    answers jsonb NOT NULL,
    sealed bytea,
    draft_revision integer NOT NULL,
    author_id uuid NOT NULL,
    submitted_at timestamptz,
    submitted_by uuid,
    created_at timestamptz NOT NULL,
    version integer NOT NULL,
    CONSTRAINT pk_intakes PRIMARY KEY (site_id, id),
    CONSTRAINT fk_intakes_site_id_case_id
        FOREIGN KEY (site_id, case_id) REFERENCES cases (site_id, id),
    CONSTRAINT uq_intakes_site_id_case_id UNIQUE (site_id, case_id),
    CONSTRAINT ck_intakes_state_known
        CHECK (state IN ('draft', 'submitted', 'amended', 'abandoned')),
    CONSTRAINT ck_intakes_submitted_when
        CHECK ((state IN ('submitted', 'amended')) = (submitted_at IS NOT NULL)),
    CONSTRAINT fk_intakes_site_id FOREIGN KEY (site_id) REFERENCES sites (id),
    CONSTRAINT fk_intakes_author_id FOREIGN KEY (author_id) REFERENCES staff (id),
    CONSTRAINT fk_intakes_submitted_by FOREIGN KEY (submitted_by) REFERENCES staff (id)
);

CREATE TABLE assessments (
    site_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    instrument text NOT NULL,
    instrument_version text NOT NULL,
    state text NOT NULL,
    answers jsonb,
    declined boolean NOT NULL,
    total integer,
    band text,
    result jsonb,
    mode text NOT NULL,
    language text NOT NULL,
    assessed_on date NOT NULL,
    assessed_by uuid NOT NULL,
    signed_at timestamptz,
    created_at timestamptz NOT NULL,
    version integer NOT NULL,
    CONSTRAINT pk_assessments PRIMARY KEY (site_id, id),
    CONSTRAINT fk_assessments_site_id_case_id
        FOREIGN KEY (site_id, case_id) REFERENCES cases (site_id, id),
    CONSTRAINT ck_assessments_state_known
        CHECK (state IN ('draft', 'signed', 'amended', 'entered_in_error')),
    CONSTRAINT ck_assessments_mode_known CHECK (mode IN ('self', 'interviewer')),
    CONSTRAINT ck_assessments_declined_bare
        CHECK (NOT declined OR (answers IS NULL AND total IS NULL)),
    CONSTRAINT ck_assessments_signed_when CHECK (state <> 'signed' OR signed_at IS NOT NULL),
    CONSTRAINT fk_assessments_site_id FOREIGN KEY (site_id) REFERENCES sites (id),
    CONSTRAINT fk_assessments_assessed_by FOREIGN KEY (assessed_by) REFERENCES staff (id)
);

CREATE INDEX ix_assessments_site_id_case_id_instrument_assessed_on
    ON assessments (site_id, case_id, instrument, assessed_on);
