-- A person who was erased keeps a row: identifier, state, year of birth, version; no key, no name.

-- Each exception for the linter below has one of two reasons. The release before this one never meets
-- an empty column or the new state: only `intake erasures run` of this one makes them. And both
-- tables hold one row per person: checking them takes milliseconds, and the lock timeout of
-- migrations gives up rather than stop the service.

-- squawk-ignore ban-drop-not-null
ALTER TABLE clients ALTER COLUMN wrapped_key DROP NOT NULL;

-- squawk-ignore ban-drop-not-null
ALTER TABLE clients ALTER COLUMN given_name DROP NOT NULL;

-- squawk-ignore ban-drop-not-null
ALTER TABLE clients ALTER COLUMN family_name DROP NOT NULL;

-- squawk-ignore ban-drop-not-null
ALTER TABLE clients ALTER COLUMN date_of_birth DROP NOT NULL;

-- squawk-ignore ban-drop-not-null
ALTER TABLE contact_points ALTER COLUMN value DROP NOT NULL;

-- squawk-ignore ban-drop-constraint
ALTER TABLE clients DROP CONSTRAINT ck_clients_state_known;

ALTER TABLE clients
    -- squawk-ignore constraint-missing-not-valid
    ADD CONSTRAINT ck_clients_state_known
    CHECK (state IN ('active', 'deceased', 'merged', 'erased'));

ALTER TABLE clients
    -- squawk-ignore constraint-missing-not-valid
    ADD CONSTRAINT ck_clients_erased_has_no_key
    CHECK ((state = 'erased') = (wrapped_key IS NULL));

ALTER TABLE clients
    -- squawk-ignore constraint-missing-not-valid
    ADD CONSTRAINT ck_clients_erased_holds_nothing
    CHECK (state <> 'erased' OR num_nonnulls(given_name, family_name, preferred_name, pronouns,
        date_of_birth, sealed) = 0);

ALTER TABLE clients
    -- squawk-ignore constraint-missing-not-valid
    ADD CONSTRAINT ck_clients_others_are_known
    CHECK (state = 'erased' OR num_nulls(given_name, family_name, date_of_birth) = 0);

CREATE TABLE legal_holds (
    site_id uuid NOT NULL,
    id uuid NOT NULL,
    client_id uuid NOT NULL,
    state text NOT NULL,
    sealed bytea NOT NULL,
    requested_by uuid NOT NULL,
    requested_at timestamptz NOT NULL,
    placed_by uuid,
    placed_at timestamptz,
    lift_requested_by uuid,
    lift_requested_at timestamptz,
    lifted_by uuid,
    lifted_at timestamptz,
    created_at timestamptz NOT NULL,
    version integer NOT NULL,
    CONSTRAINT pk_legal_holds PRIMARY KEY (site_id, id),
    CONSTRAINT fk_legal_holds_site_id_client_id
        FOREIGN KEY (site_id, client_id) REFERENCES clients (site_id, id),
    CONSTRAINT ck_legal_holds_state_known
        CHECK (state IN ('requested', 'active', 'lift_requested', 'lifted')),
    CONSTRAINT ck_legal_holds_second_person_places CHECK (placed_by <> requested_by),
    CONSTRAINT ck_legal_holds_second_person_lifts CHECK (
        state <> 'lifted'
        OR (lifted_by IS NOT NULL AND lift_requested_by IS NOT NULL
            AND lifted_by <> lift_requested_by)
    ),
    CONSTRAINT fk_legal_holds_site_id FOREIGN KEY (site_id) REFERENCES sites (id),
    CONSTRAINT fk_legal_holds_requested_by FOREIGN KEY (requested_by) REFERENCES staff (id),
    CONSTRAINT fk_legal_holds_placed_by FOREIGN KEY (placed_by) REFERENCES staff (id),
    CONSTRAINT fk_legal_holds_lift_requested_by
        FOREIGN KEY (lift_requested_by) REFERENCES staff (id),
    CONSTRAINT fk_legal_holds_lifted_by FOREIGN KEY (lifted_by) REFERENCES staff (id)
);

CREATE INDEX ix_legal_holds_site_id_client_id ON legal_holds (site_id, client_id);

CREATE TABLE erasures (
    site_id uuid NOT NULL,
    id uuid NOT NULL,
    client_id uuid NOT NULL,
    state text NOT NULL,
    reason text NOT NULL,
    requested_by uuid NOT NULL,
    requested_at timestamptz NOT NULL,
    decided_by uuid,
    decided_at timestamptz,
    withdrawn_by uuid,
    withdrawn_at timestamptz,
    done_at timestamptz,
    created_at timestamptz NOT NULL,
    version integer NOT NULL,
    CONSTRAINT pk_erasures PRIMARY KEY (site_id, id),
    CONSTRAINT fk_erasures_site_id_client_id
        FOREIGN KEY (site_id, client_id) REFERENCES clients (site_id, id),
    CONSTRAINT ck_erasures_state_known
        CHECK (state IN ('requested', 'approved', 'refused', 'withdrawn', 'done')),
    CONSTRAINT ck_erasures_second_person_agrees CHECK (
        state NOT IN ('approved', 'done')
        OR (decided_by IS NOT NULL AND decided_by <> requested_by)
    ),
    CONSTRAINT ck_erasures_reason_known
        CHECK (reason IN ('retention_over', 'client_request', 'registered_in_error')),
    CONSTRAINT fk_erasures_site_id FOREIGN KEY (site_id) REFERENCES sites (id),
    CONSTRAINT fk_erasures_requested_by FOREIGN KEY (requested_by) REFERENCES staff (id),
    CONSTRAINT fk_erasures_decided_by FOREIGN KEY (decided_by) REFERENCES staff (id),
    CONSTRAINT fk_erasures_withdrawn_by FOREIGN KEY (withdrawn_by) REFERENCES staff (id)
);

CREATE UNIQUE INDEX uq_erasures_one_open_per_client ON erasures (site_id, client_id)
WHERE state IN ('requested', 'approved');

ALTER TABLE legal_holds ENABLE ROW LEVEL SECURITY;

ALTER TABLE legal_holds FORCE ROW LEVEL SECURITY;

CREATE POLICY site ON legal_holds TO intake_api, intake_worker
USING (site_id = current_site()) WITH CHECK (site_id = current_site());

ALTER TABLE erasures ENABLE ROW LEVEL SECURITY;

ALTER TABLE erasures FORCE ROW LEVEL SECURITY;

CREATE POLICY site ON erasures TO intake_api, intake_worker
USING (site_id = current_site()) WITH CHECK (site_id = current_site());

GRANT SELECT, INSERT, UPDATE ON legal_holds, erasures TO intake_api;

-- Whatever asks for it, a statement typed by hand included: no key goes while a hold stands or
-- before two people agreed.
CREATE FUNCTION refuse_key_loss() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$ BEGIN
    IF EXISTS (SELECT 1 FROM legal_holds h
            WHERE h.site_id = OLD.site_id AND h.client_id = OLD.id AND h.state <> 'lifted')
        OR NOT EXISTS (SELECT 1 FROM erasures e
            WHERE e.site_id = OLD.site_id AND e.client_id = OLD.id AND e.state = 'approved')
    THEN
        RAISE EXCEPTION 'this key is held, or nobody agreed to destroy it'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER key_loss BEFORE UPDATE ON clients
FOR EACH ROW WHEN (OLD.wrapped_key IS NOT NULL AND NEW.wrapped_key IS NULL)
EXECUTE FUNCTION refuse_key_loss();
