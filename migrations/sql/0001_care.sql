-- What was suggested, decided and is due; what needs attention.

CREATE TABLE recommendations (
    site_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    rule_set text NOT NULL,
    status text NOT NULL,
    inputs jsonb NOT NULL,
    inputs_hash bytea NOT NULL,
    result jsonb NOT NULL,
    computed_at timestamptz NOT NULL,
    computed_by uuid NOT NULL,
    superseded_by uuid,
    created_at timestamptz NOT NULL,
    CONSTRAINT pk_recommendations PRIMARY KEY (site_id, id),
    CONSTRAINT fk_recommendations_site_id_case_id
        FOREIGN KEY (site_id, case_id) REFERENCES cases (site_id, id),
    CONSTRAINT fk_recommendations_site_id_superseded_by
        FOREIGN KEY (site_id, superseded_by) REFERENCES recommendations (site_id, id),
    CONSTRAINT ck_recommendations_status_known CHECK (status IN ('complete', 'incomplete')),
    CONSTRAINT fk_recommendations_site_id FOREIGN KEY (site_id) REFERENCES sites (id),
    CONSTRAINT fk_recommendations_computed_by FOREIGN KEY (computed_by) REFERENCES staff (id)
);

CREATE INDEX ix_recommendations_site_id_case_id_computed_at
    ON recommendations (site_id, case_id, computed_at);

CREATE TABLE plan_decisions (
    site_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    recommendation_id uuid NOT NULL,
    state text NOT NULL,
    recommended_setting text NOT NULL,
    feasible_setting text NOT NULL,
    chosen_setting text NOT NULL,
    matches_recommendation boolean NOT NULL,
    override_code text,
    sealed bytea,
    shared_decision boolean NOT NULL,
    decided_on date NOT NULL,
    admission_on date,
    discharge_on date,
    decided_by uuid NOT NULL,
    signed_off_by uuid,
    created_at timestamptz NOT NULL,
    version integer NOT NULL,
    CONSTRAINT pk_plan_decisions PRIMARY KEY (site_id, id),
    CONSTRAINT fk_plan_decisions_site_id_case_id
        FOREIGN KEY (site_id, case_id) REFERENCES cases (site_id, id),
    CONSTRAINT fk_plan_decisions_site_id_recommendation_id
        FOREIGN KEY (site_id, recommendation_id) REFERENCES recommendations (site_id, id),
    CONSTRAINT ck_plan_decisions_state_known
        CHECK (state IN ('proposed', 'awaiting_sign_off', 'agreed', 'returned', 'superseded')),
    CONSTRAINT ck_plan_decisions_chosen_setting_known
        CHECK (chosen_setting IN ('peer_support', 'outpatient_cbt', 'inpatient')),
    CONSTRAINT ck_plan_decisions_override_code_known
        CHECK (override_code IN ('client_preference', 'no_bed', 'carer_duties',
            'recent_treatment_failure', 'clinical_judgement_lower', 'clinical_judgement_higher',
            'distance', 'funding', 'safeguarding', 'other')),
    CONSTRAINT ck_plan_decisions_match_is_true
        CHECK (matches_recommendation = (chosen_setting = recommended_setting)),
    CONSTRAINT ck_plan_decisions_override_explained
        CHECK (matches_recommendation OR (override_code IS NOT NULL AND sealed IS NOT NULL)),
    CONSTRAINT ck_plan_decisions_two_people
        CHECK (signed_off_by IS NULL OR signed_off_by <> decided_by),
    CONSTRAINT ck_plan_decisions_discharge_after_admission CHECK (discharge_on > admission_on),
    CONSTRAINT ck_plan_decisions_admission_after_decision CHECK (admission_on >= decided_on),
    CONSTRAINT fk_plan_decisions_site_id FOREIGN KEY (site_id) REFERENCES sites (id),
    CONSTRAINT fk_plan_decisions_decided_by FOREIGN KEY (decided_by) REFERENCES staff (id),
    CONSTRAINT fk_plan_decisions_signed_off_by FOREIGN KEY (signed_off_by) REFERENCES staff (id)
);

CREATE UNIQUE INDEX uq_plan_decisions_one_current
    ON plan_decisions (site_id, case_id) WHERE state NOT IN ('superseded', 'returned');

CREATE TABLE follow_ups (
    site_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    plan_decision_id uuid NOT NULL,
    code text NOT NULL,
    label text NOT NULL,
    due_by date NOT NULL,
    proposed_on date NOT NULL,
    is_hard boolean NOT NULL,
    state text NOT NULL,
    created_at timestamptz NOT NULL,
    version integer NOT NULL,
    CONSTRAINT pk_follow_ups PRIMARY KEY (site_id, id),
    CONSTRAINT fk_follow_ups_site_id_case_id
        FOREIGN KEY (site_id, case_id) REFERENCES cases (site_id, id),
    CONSTRAINT fk_follow_ups_site_id_plan_decision_id
        FOREIGN KEY (site_id, plan_decision_id) REFERENCES plan_decisions (site_id, id),
    CONSTRAINT ck_follow_ups_state_known
        CHECK (state IN ('planned', 'booked', 'done', 'withdrawn')),
    CONSTRAINT fk_follow_ups_site_id FOREIGN KEY (site_id) REFERENCES sites (id)
);

CREATE INDEX ix_follow_ups_site_id_case_id_due_by ON follow_ups (site_id, case_id, due_by);

CREATE UNIQUE INDEX uq_follow_ups_one_per_code ON follow_ups (site_id, plan_decision_id, code);

CREATE TABLE alerts (
    site_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    code text NOT NULL,
    priority text NOT NULL,
    state text NOT NULL,
    raised_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    occurrences integer NOT NULL,
    acknowledged_at timestamptz,
    acknowledged_by uuid,
    closed_at timestamptz,
    closed_by uuid,
    sealed bytea,
    created_at timestamptz NOT NULL,
    version integer NOT NULL,
    CONSTRAINT pk_alerts PRIMARY KEY (site_id, id),
    CONSTRAINT fk_alerts_site_id_case_id
        FOREIGN KEY (site_id, case_id) REFERENCES cases (site_id, id),
    CONSTRAINT ck_alerts_state_known CHECK (state IN ('open', 'acknowledged', 'closed')),
    CONSTRAINT ck_alerts_priority_known CHECK (priority IN ('critical', 'high', 'medium', 'low')),
    CONSTRAINT ck_alerts_occurred CHECK (occurrences > 0),
    CONSTRAINT fk_alerts_site_id FOREIGN KEY (site_id) REFERENCES sites (id),
    CONSTRAINT fk_alerts_acknowledged_by FOREIGN KEY (acknowledged_by) REFERENCES staff (id),
    CONSTRAINT fk_alerts_closed_by FOREIGN KEY (closed_by) REFERENCES staff (id)
);

CREATE INDEX ix_alerts_site_id_state_due_at ON alerts (site_id, state, due_at);

CREATE UNIQUE INDEX uq_alerts_one_open_per_code
    ON alerts (site_id, case_id, code) WHERE state <> 'closed';

CREATE TABLE tasks (
    site_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid,
    alert_id uuid,
    kind text NOT NULL,
    owner_id uuid,
    due_at timestamptz NOT NULL,
    state text NOT NULL,
    sealed bytea,
    created_at timestamptz NOT NULL,
    version integer NOT NULL,
    CONSTRAINT pk_tasks PRIMARY KEY (site_id, id),
    CONSTRAINT fk_tasks_site_id_case_id
        FOREIGN KEY (site_id, case_id) REFERENCES cases (site_id, id),
    CONSTRAINT fk_tasks_site_id_alert_id
        FOREIGN KEY (site_id, alert_id) REFERENCES alerts (site_id, id),
    CONSTRAINT fk_tasks_site_id_owner_id
        FOREIGN KEY (site_id, owner_id) REFERENCES memberships (site_id, staff_id),
    CONSTRAINT ck_tasks_kind_known
        CHECK (kind IN ('alert', 'call_client', 'set_dates', 'sign_off', 'other')),
    CONSTRAINT ck_tasks_state_known CHECK (state IN ('open', 'done', 'cancelled')),
    CONSTRAINT fk_tasks_site_id FOREIGN KEY (site_id) REFERENCES sites (id)
);

CREATE INDEX ix_tasks_site_id_state_due_at ON tasks (site_id, state, due_at);

CREATE UNIQUE INDEX uq_tasks_one_open_per_alert ON tasks (site_id, alert_id) WHERE state = 'open';
