-- A colleague's second opinion is a task that asks for words; a decision says which additions were chosen, and how it
-- was agreed with the person.

ALTER TABLE tasks
ADD COLUMN recommendation_id uuid,
ADD COLUMN asked_by uuid,
ADD COLUMN opinion text,
ADD COLUMN answered_at timestamptz;

ALTER TABLE plan_decisions
ADD COLUMN adjuncts text[],
ADD COLUMN agreed_on date,
ADD COLUMN agreed_how text;

-- FORCE binds the owner too, and the check of a reference reads the table; it holds again before
-- the transaction ends.
ALTER TABLE tasks NO FORCE ROW LEVEL SECURITY;

ALTER TABLE recommendations NO FORCE ROW LEVEL SECURITY;

-- Every row of the new columns is empty, so there is nothing to check.
-- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
ALTER TABLE tasks ADD CONSTRAINT fk_tasks_site_id_recommendation_id
    FOREIGN KEY (site_id, recommendation_id) REFERENCES recommendations (site_id, id);

-- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
ALTER TABLE tasks ADD CONSTRAINT fk_tasks_asked_by
    FOREIGN KEY (asked_by) REFERENCES staff (id);

ALTER TABLE recommendations FORCE ROW LEVEL SECURITY;

ALTER TABLE tasks FORCE ROW LEVEL SECURITY;

-- squawk-ignore ban-drop-constraint
ALTER TABLE tasks DROP CONSTRAINT ck_tasks_kind_known;

-- squawk-ignore constraint-missing-not-valid
ALTER TABLE tasks ADD CONSTRAINT ck_tasks_kind_known
    CHECK (kind IN ('alert', 'call_client', 'set_dates', 'sign_off', 'approve_discharge',
        'incident_review', 'accept_handover', 'deterioration', 'other', 'call_back', 'review',
        'merge', 'decide_again', 'referral_overdue', 'offer_place', 'second_opinion'));

-- squawk-ignore constraint-missing-not-valid
ALTER TABLE tasks ADD CONSTRAINT ck_tasks_opinion_known
    CHECK (opinion IN ('agree', 'disagree', 'other'));

-- squawk-ignore constraint-missing-not-valid
ALTER TABLE tasks ADD CONSTRAINT ck_tasks_opinion_asked
    CHECK ((kind = 'second_opinion') = (recommendation_id IS NOT NULL AND asked_by IS NOT NULL));

-- squawk-ignore constraint-missing-not-valid
ALTER TABLE tasks ADD CONSTRAINT ck_tasks_opinion_whole
    CHECK ((opinion IS NULL) = (answered_at IS NULL)
        AND (opinion IS NULL OR (kind = 'second_opinion' AND state = 'done')));

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX ix_tasks_opinions ON tasks (site_id, case_id, id) WHERE kind = 'second_opinion';

-- squawk-ignore constraint-missing-not-valid
ALTER TABLE plan_decisions ADD CONSTRAINT ck_plan_decisions_agreed_how_known
    CHECK (agreed_how IN ('in_person', 'phone', 'video'));

-- squawk-ignore constraint-missing-not-valid
ALTER TABLE plan_decisions ADD CONSTRAINT ck_plan_decisions_agreed_whole
    CHECK ((agreed_on IS NULL) = (agreed_how IS NULL)
        AND (agreed_on IS NULL OR shared_decision));
