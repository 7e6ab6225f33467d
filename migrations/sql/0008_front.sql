-- The front of a case: the referral's clock, attempts at contact, tasks with a source, alerts that
-- escalate, people who are or are not the same.

-- The new references point nowhere yet; checking them reads the tables as their owner.
SET LOCAL row_security = on;

-- A referral is taken by one coordinator, and looked at on a day, by telephone or appointment.
ALTER TABLE cases
ADD COLUMN taken_by uuid,
ADD COLUMN taken_at timestamptz,
ADD COLUMN triaged_on date,
ADD COLUMN triage_route text;

-- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
ALTER TABLE cases ADD CONSTRAINT fk_cases_site_id_taken_by
    FOREIGN KEY (site_id, taken_by) REFERENCES memberships (site_id, staff_id);

-- squawk-ignore constraint-missing-not-valid
ALTER TABLE cases ADD CONSTRAINT ck_cases_triage_route_known
    CHECK (triage_route IN ('phone', 'appointment'));

-- squawk-ignore constraint-missing-not-valid
ALTER TABLE cases ADD CONSTRAINT ck_cases_triage_whole
    CHECK ((triaged_on IS NULL) = (triage_route IS NULL)
        AND (taken_by IS NULL) = (taken_at IS NULL));

-- squawk-ignore constraint-missing-not-valid
ALTER TABLE cases ADD CONSTRAINT ck_cases_triage_after_referral CHECK (triaged_on >= referral_date);

CREATE TABLE contact_attempts (
    site_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    at timestamptz NOT NULL,
    channel text NOT NULL,
    outcome text NOT NULL,
    made_by uuid NOT NULL,
    sealed bytea,
    created_at timestamptz NOT NULL,
    CONSTRAINT pk_contact_attempts PRIMARY KEY (site_id, id),
    CONSTRAINT fk_contact_attempts_site_id_case_id
        FOREIGN KEY (site_id, case_id) REFERENCES cases (site_id, id),
    CONSTRAINT ck_contact_attempts_channel_known
        CHECK (channel IN ('phone', 'sms', 'email', 'post', 'in_person')),
    CONSTRAINT ck_contact_attempts_outcome_known
        CHECK (outcome IN ('reached', 'no_reply', 'message_left', 'wrong_contact')),
    CONSTRAINT fk_contact_attempts_site_id FOREIGN KEY (site_id) REFERENCES sites (id),
    CONSTRAINT fk_contact_attempts_made_by FOREIGN KEY (made_by) REFERENCES staff (id)
);

CREATE INDEX ix_contact_attempts_site_id_case_id_at ON contact_attempts (site_id, case_id, at);

CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON contact_attempts
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

GRANT SELECT, INSERT ON contact_attempts TO intake_api;

ALTER TABLE tasks ADD COLUMN source text;

-- squawk-ignore constraint-missing-not-valid
ALTER TABLE tasks ADD CONSTRAINT ck_tasks_source_known
    CHECK (source IN ('person', 'alert', 'referral', 'intake', 'appointment', 'plan', 'score',
        'duplicate'));

-- squawk-ignore ban-drop-constraint
ALTER TABLE tasks DROP CONSTRAINT ck_tasks_kind_known;

-- squawk-ignore constraint-missing-not-valid
ALTER TABLE tasks ADD CONSTRAINT ck_tasks_kind_known
    CHECK (kind IN ('alert', 'call_client', 'set_dates', 'sign_off', 'deterioration', 'other',
        'call_back', 'review', 'merge'));

ALTER TABLE alerts ADD COLUMN escalated_at timestamptz;

-- What nobody took on yet, the oldest first.
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX ix_alerts_waiting ON alerts (site_id, raised_at)
    WHERE state = 'open' AND escalated_at IS NULL;

GRANT SELECT (site_id, id, case_id, priority, state, raised_at, due_at, escalated_at),
UPDATE (escalated_at) ON alerts TO intake_worker;

-- squawk-ignore ban-drop-constraint
ALTER TABLE staff_notices DROP CONSTRAINT ck_staff_notices_kind_known;

-- squawk-ignore constraint-missing-not-valid
ALTER TABLE staff_notices ADD CONSTRAINT ck_staff_notices_kind_known
    CHECK (kind IN ('audit_digest', 'break_glass', 'alert', 'alert_escalated'));

-- One person, two records: which one goes on. The other keeps its key: what it sealed stays as it is.
ALTER TABLE clients
ADD COLUMN merged_into uuid,
ADD COLUMN absorbed boolean NOT NULL DEFAULT false;

-- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
ALTER TABLE clients ADD CONSTRAINT fk_clients_site_id_merged_into
    FOREIGN KEY (site_id, merged_into) REFERENCES clients (site_id, id);

-- squawk-ignore constraint-missing-not-valid
ALTER TABLE clients ADD CONSTRAINT ck_clients_merged_whole
    CHECK (CASE WHEN merged_into IS NULL THEN state <> 'merged'
        ELSE state IN ('merged', 'erased') AND merged_into <> id END);

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX ix_clients_merged_into ON clients (site_id, merged_into)
    WHERE merged_into IS NOT NULL;

CREATE TABLE client_merges (
    site_id uuid NOT NULL,
    id uuid NOT NULL,
    surviving_id uuid NOT NULL,
    merged_id uuid NOT NULL,
    merged_by uuid NOT NULL,
    at timestamptz NOT NULL,
    fields_taken text[] NOT NULL,
    moved jsonb NOT NULL,
    sealed bytea NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT pk_client_merges PRIMARY KEY (site_id, id),
    CONSTRAINT fk_client_merges_site_id_surviving_id
        FOREIGN KEY (site_id, surviving_id) REFERENCES clients (site_id, id),
    CONSTRAINT fk_client_merges_site_id_merged_id
        FOREIGN KEY (site_id, merged_id) REFERENCES clients (site_id, id),
    CONSTRAINT uq_client_merges_site_id_merged_id UNIQUE (site_id, merged_id),
    CONSTRAINT fk_client_merges_site_id FOREIGN KEY (site_id) REFERENCES sites (id),
    CONSTRAINT fk_client_merges_merged_by FOREIGN KEY (merged_by) REFERENCES staff (id)
);

CREATE INDEX ix_client_merges_site_id_surviving_id ON client_merges (site_id, surviving_id);

CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON client_merges
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE client_distinctions (
    site_id uuid NOT NULL,
    id uuid NOT NULL,
    client_id uuid NOT NULL,
    other_id uuid NOT NULL,
    decided_by uuid NOT NULL,
    at timestamptz NOT NULL,
    sealed bytea NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT pk_client_distinctions PRIMARY KEY (site_id, id),
    CONSTRAINT fk_client_distinctions_site_id_client_id
        FOREIGN KEY (site_id, client_id) REFERENCES clients (site_id, id),
    CONSTRAINT fk_client_distinctions_site_id_other_id
        FOREIGN KEY (site_id, other_id) REFERENCES clients (site_id, id),
    CONSTRAINT uq_client_distinctions_site_id_client_id_other_id
        UNIQUE (site_id, client_id, other_id),
    CONSTRAINT fk_client_distinctions_site_id FOREIGN KEY (site_id) REFERENCES sites (id),
    CONSTRAINT fk_client_distinctions_decided_by FOREIGN KEY (decided_by) REFERENCES staff (id)
);

CREATE INDEX ix_client_distinctions_site_id_other_id ON client_distinctions (site_id, other_id);

CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON client_distinctions
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

GRANT SELECT, INSERT ON client_merges, client_distinctions TO intake_api;

-- As before, but one person's holds and agreements count for every record merged into theirs: no
-- hold is escaped by merging, and erasing the survivor reaches what the others sealed.
CREATE OR REPLACE FUNCTION refuse_key_loss() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$ BEGIN
    IF EXISTS (SELECT 1 FROM legal_holds h
            WHERE h.site_id = OLD.site_id AND h.client_id IN (OLD.id, OLD.merged_into)
                AND h.state <> 'lifted')
        OR NOT EXISTS (SELECT 1 FROM erasures e
            WHERE e.site_id = OLD.site_id AND e.client_id IN (OLD.id, OLD.merged_into)
                AND e.state = 'approved')
    THEN
        RAISE EXCEPTION 'this key is held, or nobody agreed to destroy it'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

-- Whatever arrives while two records become one waits for it and is refused: nothing is written
-- under a record that is no longer in use.
CREATE FUNCTION refuse_merged_client() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE
    goes_on_as uuid;
BEGIN
    SELECT c.merged_into INTO goes_on_as FROM clients c
    WHERE c.site_id = NEW.site_id AND c.id = NEW.client_id FOR KEY SHARE;
    IF goes_on_as IS NOT NULL THEN
        RAISE EXCEPTION 'the record was merged into another one'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'client_not_merged',
                TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER client_not_merged BEFORE INSERT OR UPDATE OF client_id ON cases
FOR EACH ROW EXECUTE FUNCTION refuse_merged_client();

CREATE TRIGGER client_not_merged BEFORE INSERT OR UPDATE OF client_id ON contact_points
FOR EACH ROW EXECUTE FUNCTION refuse_merged_client();

CREATE TRIGGER client_not_merged BEFORE INSERT ON consents
FOR EACH ROW EXECUTE FUNCTION refuse_merged_client();

CREATE TRIGGER client_not_merged BEFORE INSERT OR UPDATE OF client_id ON appointments
FOR EACH ROW EXECUTE FUNCTION refuse_merged_client();

SET LOCAL row_security = off;
