-- What a plan sets going: the time a decision was in force, referrals out, reviews of medicines,
-- the safety plan, programmes and the waiting list for their places.

-- The new references point nowhere yet; checking them reads the tables as their owner.
SET LOCAL row_security = on;

-- FORCE binds the owner too: without it the rows below couldn't be given their values.
ALTER TABLE plan_decisions NO FORCE ROW LEVEL SECURITY;

ALTER TABLE cases NO FORCE ROW LEVEL SECURITY;

ALTER TABLE case_transitions NO FORCE ROW LEVEL SECURITY;

ALTER TABLE plan_decisions
ADD COLUMN review_on date,
ADD COLUMN cautions jsonb NOT NULL DEFAULT '[]'::jsonb,
ADD COLUMN change_code text,
ADD COLUMN in_force_from date,
ADD COLUMN in_force_until date,
ADD COLUMN end_code text,
ADD COLUMN returned_by uuid;

-- Reviews as this release sets them when nobody says otherwise.
UPDATE plan_decisions SET review_on = decided_on + CASE chosen_setting
    WHEN 'inpatient' THEN 7 WHEN 'peer_support' THEN 14 ELSE 28 END;

-- What counts today came into force when it was decided; with an ended case it ended too. Of those
-- that were replaced nobody wrote down the days.
UPDATE plan_decisions SET in_force_from = decided_on WHERE state = 'agreed';

UPDATE plan_decisions p
SET in_force_until = greatest(p.decided_on, coalesce(
        (SELECT max(t.at)::date FROM case_transitions t
            WHERE t.site_id = p.site_id AND t.case_id = p.case_id), p.decided_on)),
    end_code = c.state
FROM cases c
WHERE c.site_id = p.site_id AND c.id = p.case_id AND p.state = 'agreed'
    AND c.state IN ('discharged', 'transferred', 'lost_to_follow_up', 'deceased');

-- squawk-ignore adding-not-nullable-field
ALTER TABLE plan_decisions ALTER COLUMN review_on SET NOT NULL;

-- squawk-ignore constraint-missing-not-valid
ALTER TABLE plan_decisions ADD CONSTRAINT ck_plan_decisions_returned_by_another
    CHECK (returned_by <> decided_by AND (state = 'returned') = (returned_by IS NOT NULL));

-- squawk-ignore constraint-missing-not-valid
ALTER TABLE plan_decisions ADD CONSTRAINT ck_plan_decisions_change_code_known
    CHECK (change_code IN ('stay_ended', 'progress', 'relapse', 'deterioration',
        'client_preference', 'no_place', 'safety', 'correction', 'other'));

-- squawk-ignore constraint-missing-not-valid
ALTER TABLE plan_decisions ADD CONSTRAINT ck_plan_decisions_end_code_known
    CHECK (end_code IN ('stepped_up', 'stepped_down', 'revised', 'withdrawn', 'discharged',
        'transferred', 'lost_to_follow_up', 'deceased'));

-- squawk-ignore constraint-missing-not-valid
ALTER TABLE plan_decisions ADD CONSTRAINT ck_plan_decisions_review_after_decision
    CHECK (review_on >= decided_on);

-- squawk-ignore constraint-missing-not-valid
ALTER TABLE plan_decisions ADD CONSTRAINT ck_plan_decisions_in_force_whole
    CHECK (in_force_until >= in_force_from AND (in_force_until IS NULL) = (end_code IS NULL));

-- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
ALTER TABLE plan_decisions ADD CONSTRAINT fk_plan_decisions_returned_by
    FOREIGN KEY (returned_by) REFERENCES staff (id);

-- squawk-ignore require-concurrent-index-creation
CREATE UNIQUE INDEX uq_plan_decisions_one_in_force ON plan_decisions (site_id, case_id)
    WHERE in_force_from IS NOT NULL AND in_force_until IS NULL;

ALTER TABLE plan_decisions FORCE ROW LEVEL SECURITY;

ALTER TABLE cases FORCE ROW LEVEL SECURITY;

ALTER TABLE case_transitions FORCE ROW LEVEL SECURITY;

CREATE TABLE outbound_referrals (
    site_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    plan_decision_id uuid,
    kind text NOT NULL,
    adjunct text,
    urgency text NOT NULL,
    state text NOT NULL,
    due_by date NOT NULL,
    sent_on date,
    consent_basis text,
    disclosure_consent_id uuid,
    appointment_on date,
    seen_on date,
    overdue_at timestamptz,
    sealed bytea,
    created_by uuid NOT NULL,
    created_at timestamptz NOT NULL,
    version integer NOT NULL,
    CONSTRAINT pk_outbound_referrals PRIMARY KEY (site_id, id),
    CONSTRAINT fk_outbound_referrals_site_id_case_id
        FOREIGN KEY (site_id, case_id) REFERENCES cases (site_id, id),
    CONSTRAINT fk_outbound_referrals_site_id_plan_decision_id
        FOREIGN KEY (site_id, plan_decision_id) REFERENCES plan_decisions (site_id, id),
    CONSTRAINT fk_outbound_referrals_site_id_disclosure_consent_id
        FOREIGN KEY (site_id, disclosure_consent_id) REFERENCES disclosure_consents (site_id, id),
    CONSTRAINT ck_outbound_referrals_kind_known
        CHECK (kind IN ('urology', 'hepatology', 'physiotherapy', 'speech_therapy', 'psychiatry',
            'obstetrics', 'gp', 'housing', 'safeguarding', 'other')),
    CONSTRAINT ck_outbound_referrals_urgency_known
        CHECK (urgency IN ('routine', 'urgent', 'emergency')),
    CONSTRAINT ck_outbound_referrals_state_known
        CHECK (state IN ('planned', 'sent', 'seen', 'closed', 'cancelled')),
    CONSTRAINT ck_outbound_referrals_consent_basis_known
        CHECK (consent_basis IN ('consent', 'safeguarding', 'emergency')),
    CONSTRAINT ck_outbound_referrals_adjunct_known CHECK (adjunct ~ '^J(0[1-9]|1[0-5])$'),
    CONSTRAINT ck_outbound_referrals_sent_whole
        CHECK ((sent_on IS NULL) = (consent_basis IS NULL) AND (state NOT IN ('sent', 'seen',
            'closed') OR sent_on IS NOT NULL) AND (state <> 'planned' OR sent_on IS NULL)),
    CONSTRAINT ck_outbound_referrals_seen_whole
        CHECK (seen_on >= sent_on AND (state <> 'seen' OR seen_on IS NOT NULL)),
    CONSTRAINT fk_outbound_referrals_site_id FOREIGN KEY (site_id) REFERENCES sites (id),
    CONSTRAINT fk_outbound_referrals_created_by FOREIGN KEY (created_by) REFERENCES staff (id)
);

CREATE INDEX ix_outbound_referrals_site_id_case_id_id ON outbound_referrals (site_id, case_id, id);

CREATE INDEX ix_outbound_referrals_waiting ON outbound_referrals (site_id, state)
    WHERE overdue_at IS NULL AND state IN ('planned', 'sent', 'seen');

CREATE UNIQUE INDEX uq_outbound_referrals_one_open_per_adjunct
    ON outbound_referrals (site_id, case_id, adjunct)
    WHERE state IN ('planned', 'sent', 'seen');

CREATE TABLE medication_reviews (
    site_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    medicine text NOT NULL,
    state text NOT NULL,
    asked_on date NOT NULL,
    due_by date NOT NULL,
    reviewed_on date,
    outcome text,
    sealed bytea NOT NULL,
    asked_by uuid NOT NULL,
    created_at timestamptz NOT NULL,
    version integer NOT NULL,
    CONSTRAINT pk_medication_reviews PRIMARY KEY (site_id, id),
    CONSTRAINT fk_medication_reviews_site_id_case_id
        FOREIGN KEY (site_id, case_id) REFERENCES cases (site_id, id),
    CONSTRAINT ck_medication_reviews_medicine_known
        CHECK (medicine IN ('antidepressant', 'other_non_habit_forming')),
    CONSTRAINT ck_medication_reviews_state_known CHECK (state IN ('asked', 'done', 'cancelled')),
    CONSTRAINT ck_medication_reviews_outcome_known
        CHECK (outcome IN ('started', 'changed', 'stopped', 'unchanged', 'declined_by_client')),
    CONSTRAINT ck_medication_reviews_done_whole
        CHECK ((state = 'done') = (outcome IS NOT NULL) AND (outcome IS NULL) = (reviewed_on IS
            NULL)),
    CONSTRAINT ck_medication_reviews_in_order
        CHECK (reviewed_on >= asked_on AND due_by >= asked_on),
    CONSTRAINT fk_medication_reviews_site_id FOREIGN KEY (site_id) REFERENCES sites (id),
    CONSTRAINT fk_medication_reviews_asked_by FOREIGN KEY (asked_by) REFERENCES staff (id)
);

CREATE INDEX ix_medication_reviews_site_id_case_id_id ON medication_reviews (site_id, case_id, id);

CREATE TABLE safety_plans (
    site_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    number integer NOT NULL,
    written_on date NOT NULL,
    sealed bytea NOT NULL,
    written_by uuid NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT pk_safety_plans PRIMARY KEY (site_id, id),
    CONSTRAINT fk_safety_plans_site_id_case_id
        FOREIGN KEY (site_id, case_id) REFERENCES cases (site_id, id),
    CONSTRAINT uq_safety_plans_site_id_case_id_number UNIQUE (site_id, case_id, number),
    CONSTRAINT fk_safety_plans_site_id FOREIGN KEY (site_id) REFERENCES sites (id),
    CONSTRAINT fk_safety_plans_written_by FOREIGN KEY (written_by) REFERENCES staff (id)
);

CREATE TABLE programmes (
    site_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    capacity integer NOT NULL,
    settings text[] NOT NULL,
    sexes text[] NOT NULL,
    min_age integer,
    max_age integer,
    is_group boolean NOT NULL,
    is_experienced_in_dissociatives boolean NOT NULL,
    is_open boolean NOT NULL,
    created_at timestamptz NOT NULL,
    version integer NOT NULL,
    CONSTRAINT pk_programmes PRIMARY KEY (site_id, id),
    CONSTRAINT ck_programmes_kind_known
        CHECK (kind IN ('inpatient_unit', 'detox_centre', 'cbt_clinic', 'peer_group')),
    CONSTRAINT ck_programmes_capacity_range CHECK (capacity BETWEEN 0 AND 1000),
    CONSTRAINT ck_programmes_settings_known
        CHECK (cardinality(settings) > 0 AND settings <@ ARRAY['peer_support', 'outpatient_cbt',
            'inpatient']::text[]),
    CONSTRAINT ck_programmes_sexes_known
        CHECK (sexes <@ ARRAY['female', 'male', 'intersex']::text[]),
    CONSTRAINT ck_programmes_ages_in_order CHECK (max_age >= min_age),
    CONSTRAINT uq_programmes_site_id_name UNIQUE (site_id, name),
    CONSTRAINT fk_programmes_site_id FOREIGN KEY (site_id) REFERENCES sites (id)
);

CREATE TABLE placements (
    site_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    programme_id uuid NOT NULL,
    state text NOT NULL,
    urgency text NOT NULL,
    waits_since timestamptz NOT NULL,
    called_at timestamptz,
    gap_setting text NOT NULL,
    takes_inexperienced boolean NOT NULL,
    started_on date,
    ended_on date,
    sealed bytea NOT NULL,
    asked_by uuid NOT NULL,
    created_at timestamptz NOT NULL,
    version integer NOT NULL,
    CONSTRAINT pk_placements PRIMARY KEY (site_id, id),
    CONSTRAINT fk_placements_site_id_case_id
        FOREIGN KEY (site_id, case_id) REFERENCES cases (site_id, id),
    CONSTRAINT fk_placements_site_id_programme_id
        FOREIGN KEY (site_id, programme_id) REFERENCES programmes (site_id, id),
    CONSTRAINT ck_placements_state_known
        CHECK (state IN ('waiting', 'offered', 'accepted', 'started', 'ended', 'declined',
            'withdrawn')),
    CONSTRAINT ck_placements_urgency_known CHECK (urgency IN ('routine', 'urgent', 'emergency')),
    CONSTRAINT ck_placements_gap_setting_known
        CHECK (gap_setting IN ('peer_support', 'outpatient_cbt', 'inpatient')),
    CONSTRAINT ck_placements_end_after_start CHECK (ended_on >= started_on),
    CONSTRAINT ck_placements_stay_whole
        CHECK ((state IN ('started', 'ended')) = (started_on IS NOT NULL) AND (state = 'ended') =
            (ended_on IS NOT NULL)),
    CONSTRAINT fk_placements_site_id FOREIGN KEY (site_id) REFERENCES sites (id),
    CONSTRAINT fk_placements_asked_by FOREIGN KEY (asked_by) REFERENCES staff (id)
);

CREATE INDEX ix_placements_open ON placements (site_id, programme_id)
    WHERE state IN ('waiting', 'offered', 'accepted', 'started');

CREATE INDEX ix_placements_site_id_case_id_id ON placements (site_id, case_id, id);

CREATE UNIQUE INDEX uq_placements_one_open_per_programme
    ON placements (site_id, case_id, programme_id)
    WHERE state IN ('waiting', 'offered', 'accepted', 'started');

CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON safety_plans
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

GRANT SELECT, INSERT, UPDATE
ON outbound_referrals, medication_reviews, programmes, placements TO intake_api;

GRANT SELECT, INSERT ON safety_plans TO intake_api;

-- The worker asks after referrals that nothing came back from; it reads no words of theirs.
GRANT SELECT (site_id, id, case_id, state, due_by, sent_on, overdue_at), UPDATE (overdue_at)
ON outbound_referrals TO intake_worker;

ALTER TABLE tasks
ADD COLUMN outbound_referral_id uuid,
ADD COLUMN placement_id uuid;

-- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
ALTER TABLE tasks ADD CONSTRAINT fk_tasks_site_id_outbound_referral_id
    FOREIGN KEY (site_id, outbound_referral_id) REFERENCES outbound_referrals (site_id, id);

-- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
ALTER TABLE tasks ADD CONSTRAINT fk_tasks_site_id_placement_id
    FOREIGN KEY (site_id, placement_id) REFERENCES placements (site_id, id);

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX ix_tasks_of_outbound_referral ON tasks (site_id, outbound_referral_id)
    WHERE outbound_referral_id IS NOT NULL;

-- squawk-ignore require-concurrent-index-creation
CREATE UNIQUE INDEX uq_tasks_one_open_per_placement ON tasks (site_id, placement_id)
    WHERE state = 'open';

-- squawk-ignore ban-drop-constraint
ALTER TABLE tasks DROP CONSTRAINT ck_tasks_kind_known;

-- squawk-ignore constraint-missing-not-valid
ALTER TABLE tasks ADD CONSTRAINT ck_tasks_kind_known
    CHECK (kind IN ('alert', 'call_client', 'set_dates', 'sign_off', 'approve_discharge',
        'incident_review', 'accept_handover', 'deterioration', 'other', 'call_back', 'review',
        'merge', 'decide_again', 'referral_overdue', 'offer_place'));

-- squawk-ignore ban-drop-constraint
ALTER TABLE tasks DROP CONSTRAINT ck_tasks_source_known;

-- squawk-ignore constraint-missing-not-valid
ALTER TABLE tasks ADD CONSTRAINT ck_tasks_source_known
    CHECK (source IN ('person', 'alert', 'referral', 'intake', 'appointment', 'plan', 'score',
        'duplicate', 'outbound_referral', 'placement'));

SET LOCAL row_security = off;
