-- Consents to disclosure, the accounting of disclosures, and counselling notes.

CREATE TABLE disclosure_consents (
    site_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    kind text NOT NULL,
    purpose text,
    data_classes text[] NOT NULL,
    discloser bytea,
    information bytea NOT NULL,
    recipients bytea,
    recipient_classes text[] NOT NULL,
    rights_version text NOT NULL,
    expiry text NOT NULL,
    expires_on date,
    signature_basis text NOT NULL,
    signed_on date NOT NULL,
    evidence bytea NOT NULL,
    recorded_by uuid NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT pk_disclosure_consents PRIMARY KEY (site_id, id),
    CONSTRAINT fk_disclosure_consents_site_id_case_id
        FOREIGN KEY (site_id, case_id) REFERENCES cases (site_id, id),
    CONSTRAINT ck_disclosure_consents_kind_known
        CHECK (kind IN ('tpo_single', 'specific', 'counselling_notes', 'legal_proceeding',
            'contact_preference')),
    CONSTRAINT ck_disclosure_consents_purpose_known
        CHECK (purpose IN ('tpo', 'treatment', 'payment', 'operations', 'client_request',
            'legal_proceeding', 'research', 'reporting')),
    CONSTRAINT ck_disclosure_consents_signature_basis_known
        CHECK (signature_basis IN ('client', 'parent_or_guardian', 'personal_representative')),
    CONSTRAINT ck_disclosure_consents_expiry_known
        CHECK (expiry IN ('on_date', 'end_of_treatment', 'none')),
    CONSTRAINT ck_disclosure_consents_data_classes_known
        CHECK (data_classes <@ ARRAY['identity', 'contact', 'intake', 'assessments', 'plan',
            'appointments', 'counselling_notes']::text[]),
    CONSTRAINT ck_disclosure_consents_part2_whole
        CHECK (kind = 'contact_preference' OR (purpose IS NOT NULL AND discloser IS NOT NULL
            AND cardinality(data_classes) > 0
            AND (recipients IS NOT NULL OR cardinality(recipient_classes) > 0))),
    CONSTRAINT ck_disclosure_consents_tpo
        CHECK ((kind = 'tpo_single') = (coalesce(purpose, '') = 'tpo')),
    CONSTRAINT ck_disclosure_consents_notes_own_kind
        CHECK ((kind = 'counselling_notes') = ('counselling_notes' = ANY (data_classes))),
    CONSTRAINT ck_disclosure_consents_notes_alone
        CHECK (cardinality(data_classes) = 1 OR NOT 'counselling_notes' = ANY (data_classes)),
    CONSTRAINT ck_disclosure_consents_proceeding_own_kind
        CHECK ((kind = 'legal_proceeding') = (coalesce(purpose, '') = 'legal_proceeding')),
    CONSTRAINT ck_disclosure_consents_expiry_day
        CHECK ((expiry = 'on_date') = (expires_on IS NOT NULL)),
    CONSTRAINT ck_disclosure_consents_endless_tpo
        CHECK (expiry <> 'none' OR kind IN ('tpo_single', 'contact_preference')),
    CONSTRAINT ck_disclosure_consents_expiry_after_signature CHECK (expires_on >= signed_on),
    CONSTRAINT fk_disclosure_consents_site_id FOREIGN KEY (site_id) REFERENCES sites (id),
    CONSTRAINT fk_disclosure_consents_recorded_by FOREIGN KEY (recorded_by) REFERENCES staff (id)
);

CREATE INDEX ix_disclosure_consents_site_id_case_id ON disclosure_consents (site_id, case_id);

CREATE TABLE consent_revocations (
    site_id uuid NOT NULL,
    id uuid NOT NULL,
    consent_id uuid NOT NULL,
    revoked_at timestamptz NOT NULL,
    how text NOT NULL,
    recorded_by uuid NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT pk_consent_revocations PRIMARY KEY (site_id, id),
    CONSTRAINT fk_consent_revocations_site_id_consent_id
        FOREIGN KEY (site_id, consent_id) REFERENCES disclosure_consents (site_id, id),
    CONSTRAINT ck_consent_revocations_how_known
        CHECK (how IN ('in_writing', 'spoken', 'electronic')),
    CONSTRAINT uq_consent_revocations_site_id_consent_id UNIQUE (site_id, consent_id),
    CONSTRAINT fk_consent_revocations_site_id FOREIGN KEY (site_id) REFERENCES sites (id),
    CONSTRAINT fk_consent_revocations_recorded_by FOREIGN KEY (recorded_by) REFERENCES staff (id)
);

CREATE TABLE counselling_note_keys (
    site_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    author_id uuid NOT NULL,
    wrapped_key bytea,
    kek_id integer NOT NULL,
    key_version integer NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT pk_counselling_note_keys PRIMARY KEY (site_id, id),
    CONSTRAINT fk_counselling_note_keys_site_id_case_id
        FOREIGN KEY (site_id, case_id) REFERENCES cases (site_id, id),
    CONSTRAINT uq_counselling_note_keys_site_id_case_id_author_id
        UNIQUE (site_id, case_id, author_id),
    CONSTRAINT fk_counselling_note_keys_site_id FOREIGN KEY (site_id) REFERENCES sites (id),
    CONSTRAINT fk_counselling_note_keys_author_id FOREIGN KEY (author_id) REFERENCES staff (id)
);

CREATE TABLE counselling_notes (
    site_id uuid NOT NULL,
    id uuid NOT NULL,
    key_id uuid NOT NULL,
    addendum_to uuid,
    state text NOT NULL,
    sealed bytea NOT NULL,
    signed_at timestamptz,
    created_at timestamptz NOT NULL,
    version integer NOT NULL,
    CONSTRAINT pk_counselling_notes PRIMARY KEY (site_id, id),
    CONSTRAINT fk_counselling_notes_site_id_key_id
        FOREIGN KEY (site_id, key_id) REFERENCES counselling_note_keys (site_id, id),
    CONSTRAINT fk_counselling_notes_site_id_addendum_to
        FOREIGN KEY (site_id, addendum_to) REFERENCES counselling_notes (site_id, id),
    CONSTRAINT ck_counselling_notes_state_known CHECK (state IN ('draft', 'signed')),
    CONSTRAINT ck_counselling_notes_signed_when
        CHECK ((state = 'signed') = (signed_at IS NOT NULL)),
    CONSTRAINT fk_counselling_notes_site_id FOREIGN KEY (site_id) REFERENCES sites (id)
);

CREATE INDEX ix_counselling_notes_site_id_key_id ON counselling_notes (site_id, key_id);

CREATE TABLE disclosures (
    site_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    released_at timestamptz NOT NULL,
    released_by uuid NOT NULL,
    basis text NOT NULL,
    consent_id uuid,
    recipient bytea NOT NULL,
    recipient_class text NOT NULL,
    purpose text NOT NULL,
    data_classes text[] NOT NULL,
    description text NOT NULL,
    circumstances bytea,
    emergency_at timestamptz,
    emergency_by uuid,
    notes_key_id uuid,
    artefact_hash bytea NOT NULL,
    artefact bytea NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT pk_disclosures PRIMARY KEY (site_id, id),
    CONSTRAINT fk_disclosures_site_id_case_id
        FOREIGN KEY (site_id, case_id) REFERENCES cases (site_id, id),
    CONSTRAINT fk_disclosures_site_id_consent_id
        FOREIGN KEY (site_id, consent_id) REFERENCES disclosure_consents (site_id, id),
    CONSTRAINT fk_disclosures_site_id_notes_key_id
        FOREIGN KEY (site_id, notes_key_id) REFERENCES counselling_note_keys (site_id, id),
    CONSTRAINT ck_disclosures_basis_known CHECK (basis IN ('consent', 'emergency', 'court_order')),
    CONSTRAINT ck_disclosures_purpose_known
        CHECK (purpose IN ('treatment', 'payment', 'operations', 'client_request',
            'legal_proceeding', 'research', 'reporting')),
    CONSTRAINT ck_disclosures_recipient_class_known
        CHECK (recipient_class IN ('treating_provider', 'medical_personnel', 'payer',
            'operations_contractor', 'court', 'family', 'probation', 'social_services',
            'research_body', 'other')),
    CONSTRAINT ck_disclosures_consent_named CHECK ((basis = 'consent') = (consent_id IS NOT NULL)),
    CONSTRAINT ck_disclosures_circumstances_told
        CHECK ((basis = 'emergency') = (emergency_at IS NOT NULL)
            AND (basis = 'emergency') = (emergency_by IS NOT NULL)
            AND (basis = 'consent') = (circumstances IS NULL)),
    CONSTRAINT ck_disclosures_data_classes_known
        CHECK (cardinality(data_classes) > 0 AND data_classes <@ ARRAY['identity', 'contact',
            'intake', 'assessments', 'plan', 'appointments', 'counselling_notes']::text[]),
    CONSTRAINT ck_disclosures_notes_alone
        CHECK (cardinality(data_classes) = 1 OR NOT 'counselling_notes' = ANY (data_classes)),
    CONSTRAINT ck_disclosures_notes_of_one
        CHECK (('counselling_notes' = ANY (data_classes)) = (notes_key_id IS NOT NULL)),
    CONSTRAINT ck_disclosures_artefact_hash_sha256 CHECK (octet_length(artefact_hash) = 32),
    CONSTRAINT fk_disclosures_site_id FOREIGN KEY (site_id) REFERENCES sites (id),
    CONSTRAINT fk_disclosures_released_by FOREIGN KEY (released_by) REFERENCES staff (id),
    CONSTRAINT fk_disclosures_emergency_by FOREIGN KEY (emergency_by) REFERENCES staff (id)
);

CREATE INDEX ix_disclosures_site_id_case_id_id ON disclosures (site_id, case_id, id);

CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON disclosure_consents
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON consent_revocations
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON disclosures
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A draft is changed and signed; a signed note is neither changed nor deleted.
CREATE FUNCTION refuse_signed_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF OLD.state = 'signed' THEN
        RAISE EXCEPTION 'a signed row of % is never changed; write an addendum', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER signed_for_good BEFORE UPDATE ON counselling_notes
FOR EACH ROW EXECUTE FUNCTION refuse_signed_change();

CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON counselling_notes
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

GRANT SELECT, INSERT ON disclosure_consents, consent_revocations, disclosures,
    counselling_note_keys
TO intake_api;

-- A key is wrapped again when the key-encryption key changes, and destroyed with the record.
GRANT UPDATE (wrapped_key, kek_id) ON counselling_note_keys TO intake_api;

GRANT SELECT, INSERT, UPDATE ON counselling_notes TO intake_api;
