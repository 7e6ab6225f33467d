-- Progress notes, the use log, drug screens, session records; amendments and corrections.

CREATE TABLE progress_notes (
    site_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    author_id uuid NOT NULL,
    format text NOT NULL,
    appointment_id uuid,
    minutes integer,
    mode text,
    goal_ids uuid[] NOT NULL,
    risk_changed boolean NOT NULL,
    confidentiality text NOT NULL,
    addendum_to uuid,
    state text NOT NULL,
    sealed bytea NOT NULL,
    drafted_at timestamptz NOT NULL,
    signed_at timestamptz,
    created_at timestamptz NOT NULL,
    version integer NOT NULL,
    CONSTRAINT pk_progress_notes PRIMARY KEY (site_id, id),
    CONSTRAINT fk_progress_notes_site_id_case_id
        FOREIGN KEY (site_id, case_id) REFERENCES cases (site_id, id),
    CONSTRAINT fk_progress_notes_site_id_appointment_id
        FOREIGN KEY (site_id, appointment_id) REFERENCES appointments (site_id, id),
    CONSTRAINT fk_progress_notes_site_id_addendum_to
        FOREIGN KEY (site_id, addendum_to) REFERENCES progress_notes (site_id, id),
    CONSTRAINT ck_progress_notes_format_known CHECK (format IN ('soap', 'dap', 'birp', 'free')),
    CONSTRAINT ck_progress_notes_mode_known
        CHECK (mode IN ('in_person', 'phone', 'video', 'group', 'outreach')),
    CONSTRAINT ck_progress_notes_confidentiality_known
        CHECK (confidentiality IN ('normal', 'restricted')),
    CONSTRAINT ck_progress_notes_state_known CHECK (state IN ('draft', 'signed')),
    CONSTRAINT ck_progress_notes_minutes_plausible CHECK (minutes BETWEEN 1 AND 480),
    CONSTRAINT ck_progress_notes_signed_when
        CHECK ((state = 'signed') = (signed_at IS NOT NULL)),
    CONSTRAINT fk_progress_notes_site_id FOREIGN KEY (site_id) REFERENCES sites (id),
    CONSTRAINT fk_progress_notes_author_id FOREIGN KEY (author_id) REFERENCES staff (id)
);

CREATE INDEX ix_progress_notes_site_id_case_id_id ON progress_notes (site_id, case_id, id);

CREATE INDEX ix_progress_notes_unsigned
ON progress_notes (site_id, drafted_at) WHERE state = 'draft';

CREATE UNIQUE INDEX uq_progress_notes_one_unsigned_addendum
ON progress_notes (site_id, addendum_to, author_id) WHERE state = 'draft' AND addendum_to IS NOT NULL;

CREATE TABLE use_entries (
    site_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    used_on date NOT NULL,
    substance text NOT NULL,
    grams numeric(5, 2),
    is_binge boolean NOT NULL,
    state text NOT NULL,
    sealed bytea,
    recorded_by uuid NOT NULL,
    created_at timestamptz NOT NULL,
    version integer NOT NULL,
    CONSTRAINT pk_use_entries PRIMARY KEY (site_id, id),
    CONSTRAINT fk_use_entries_site_id_case_id
        FOREIGN KEY (site_id, case_id) REFERENCES cases (site_id, id),
    CONSTRAINT ck_use_entries_substance_known
        CHECK (substance IN ('ketamine', 'pcp', 'dxm', 'methoxetamine_analogue', 'opioid',
            'alcohol', 'benzodiazepine', 'ghb_gbl', 'cocaine', 'cannabis', 'mdma',
            'nitrous_oxide', 'other')),
    CONSTRAINT ck_use_entries_state_known CHECK (state IN ('recorded', 'entered_in_error')),
    CONSTRAINT ck_use_entries_grams_plausible CHECK (grams BETWEEN 0 AND 50),
    CONSTRAINT fk_use_entries_site_id FOREIGN KEY (site_id) REFERENCES sites (id),
    CONSTRAINT fk_use_entries_recorded_by FOREIGN KEY (recorded_by) REFERENCES staff (id)
);

CREATE INDEX ix_use_entries_site_id_case_id_substance_used_on
ON use_entries (site_id, case_id, substance, used_on);

CREATE TABLE drug_screens (
    site_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    collected_at timestamptz NOT NULL,
    is_observed boolean NOT NULL,
    results jsonb NOT NULL,
    confirmed_results jsonb,
    confirmation text NOT NULL,
    state text NOT NULL,
    sealed bytea,
    recorded_by uuid NOT NULL,
    created_at timestamptz NOT NULL,
    version integer NOT NULL,
    CONSTRAINT pk_drug_screens PRIMARY KEY (site_id, id),
    CONSTRAINT fk_drug_screens_site_id_case_id
        FOREIGN KEY (site_id, case_id) REFERENCES cases (site_id, id),
    CONSTRAINT ck_drug_screens_confirmation_known
        CHECK (confirmation IN ('none', 'requested', 'reported')),
    CONSTRAINT ck_drug_screens_state_known CHECK (state IN ('recorded', 'entered_in_error')),
    CONSTRAINT fk_drug_screens_site_id FOREIGN KEY (site_id) REFERENCES sites (id),
    CONSTRAINT fk_drug_screens_recorded_by FOREIGN KEY (recorded_by) REFERENCES staff (id)
);

CREATE INDEX ix_drug_screens_site_id_case_id_id ON drug_screens (site_id, case_id, id);

CREATE TABLE session_records (
    site_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    appointment_id uuid NOT NULL,
    craving integer,
    mood integer,
    days_used_28 integer,
    grams_per_day numeric(5, 2),
    unanswered jsonb NOT NULL,
    next_appointment_id uuid,
    sealed bytea,
    recorded_by uuid NOT NULL,
    created_at timestamptz NOT NULL,
    version integer NOT NULL,
    CONSTRAINT pk_session_records PRIMARY KEY (site_id, id),
    CONSTRAINT fk_session_records_site_id_case_id
        FOREIGN KEY (site_id, case_id) REFERENCES cases (site_id, id),
    CONSTRAINT fk_session_records_site_id_appointment_id
        FOREIGN KEY (site_id, appointment_id) REFERENCES appointments (site_id, id),
    CONSTRAINT fk_session_records_site_id_next_appointment_id
        FOREIGN KEY (site_id, next_appointment_id) REFERENCES appointments (site_id, id),
    CONSTRAINT uq_session_records_site_id_appointment_id UNIQUE (site_id, appointment_id),
    CONSTRAINT ck_session_records_craving_range CHECK (craving BETWEEN 0 AND 10),
    CONSTRAINT ck_session_records_mood_range CHECK (mood BETWEEN 0 AND 10),
    CONSTRAINT ck_session_records_days_used_28_range CHECK (days_used_28 BETWEEN 0 AND 28),
    CONSTRAINT ck_session_records_grams_per_day_plausible
        CHECK (grams_per_day BETWEEN 0 AND 50),
    CONSTRAINT fk_session_records_site_id FOREIGN KEY (site_id) REFERENCES sites (id),
    CONSTRAINT fk_session_records_recorded_by FOREIGN KEY (recorded_by) REFERENCES staff (id)
);

CREATE INDEX ix_session_records_site_id_case_id_id ON session_records (site_id, case_id, id);

CREATE TABLE attendance_corrections (
    site_id uuid NOT NULL,
    id uuid NOT NULL,
    appointment_id uuid NOT NULL,
    from_status text NOT NULL,
    to_status text NOT NULL,
    sealed bytea NOT NULL,
    corrected_by uuid NOT NULL,
    at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT pk_attendance_corrections PRIMARY KEY (site_id, id),
    CONSTRAINT fk_attendance_corrections_site_id_appointment_id
        FOREIGN KEY (site_id, appointment_id) REFERENCES appointments (site_id, id),
    CONSTRAINT ck_attendance_corrections_from_status_known
        CHECK (from_status IN ('fulfilled', 'noshow', 'cancelled')),
    CONSTRAINT ck_attendance_corrections_to_status_known
        CHECK (to_status IN ('fulfilled', 'noshow', 'cancelled')),
    CONSTRAINT ck_attendance_corrections_corrected CHECK (from_status <> to_status),
    CONSTRAINT fk_attendance_corrections_site_id FOREIGN KEY (site_id) REFERENCES sites (id),
    CONSTRAINT fk_attendance_corrections_corrected_by
        FOREIGN KEY (corrected_by) REFERENCES staff (id)
);

CREATE INDEX ix_attendance_corrections_site_id_appointment_id
ON attendance_corrections (site_id, appointment_id);

CREATE TRIGGER signed_for_good BEFORE UPDATE ON progress_notes
FOR EACH ROW EXECUTE FUNCTION refuse_signed_change();

CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON progress_notes
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON use_entries
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON drug_screens
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON session_records
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON attendance_corrections
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- An amendment is an assessment of its own that names the one it takes the place of.
ALTER TABLE assessments ADD COLUMN amends uuid, ADD COLUMN sealed bytea;

-- Columns that hold nothing yet: their checks read no row that could fail.
-- squawk-ignore adding-foreign-key-constraint, constraint-missing-not-valid, disallowed-unique-constraint
ALTER TABLE assessments
ADD CONSTRAINT fk_assessments_site_id_amends
    FOREIGN KEY (site_id, amends) REFERENCES assessments (site_id, id),
ADD CONSTRAINT ck_assessments_amendment_explained CHECK ((amends IS NULL) = (sealed IS NULL)),
ADD CONSTRAINT uq_assessments_site_id_amends UNIQUE (site_id, amends);

-- What a task answers: a score that got worse, or a visit that was missed.
ALTER TABLE tasks ADD COLUMN assessment_id uuid, ADD COLUMN appointment_id uuid;

-- A list that only grows.
-- squawk-ignore ban-drop-constraint
ALTER TABLE tasks DROP CONSTRAINT ck_tasks_kind_known;

-- squawk-ignore adding-foreign-key-constraint, constraint-missing-not-valid
ALTER TABLE tasks
ADD CONSTRAINT ck_tasks_kind_known
    CHECK (kind IN ('alert', 'call_client', 'set_dates', 'sign_off', 'deterioration', 'other')),
ADD CONSTRAINT fk_tasks_site_id_assessment_id
    FOREIGN KEY (site_id, assessment_id) REFERENCES assessments (site_id, id),
ADD CONSTRAINT fk_tasks_site_id_appointment_id
    FOREIGN KEY (site_id, appointment_id) REFERENCES appointments (site_id, id);

CREATE UNIQUE INDEX uq_tasks_one_per_score ON tasks (site_id, assessment_id)
WHERE assessment_id IS NOT NULL;

CREATE INDEX ix_tasks_of_appointment ON tasks (site_id, appointment_id)
WHERE appointment_id IS NOT NULL;

GRANT SELECT, INSERT, UPDATE ON progress_notes, use_entries, drug_screens, session_records
TO intake_api;

GRANT SELECT, INSERT ON attendance_corrections TO intake_api;
