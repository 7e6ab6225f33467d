-- What somebody typed into a form that they have not sent yet, sealed, for them alone and for a week.

-- The new references point nowhere yet; checking them reads the tables as their owner.
SET LOCAL row_security = on;

CREATE TABLE unsent_forms (
    site_id uuid NOT NULL,
    id uuid NOT NULL,
    staff_id uuid NOT NULL,
    address text NOT NULL,
    client_id uuid,
    sealed bytea,
    kept_at timestamptz,
    sent_key text,
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT pk_unsent_forms PRIMARY KEY (site_id, id),
    CONSTRAINT ck_unsent_forms_words_have_a_moment
        CHECK ((sealed IS NULL) = (kept_at IS NULL)),
    CONSTRAINT fk_unsent_forms_site_id FOREIGN KEY (site_id) REFERENCES sites (id),
    CONSTRAINT fk_unsent_forms_site_id_staff_id
        FOREIGN KEY (site_id, staff_id) REFERENCES memberships (site_id, staff_id),
    CONSTRAINT fk_unsent_forms_site_id_client_id
        FOREIGN KEY (site_id, client_id) REFERENCES clients (site_id, id)
);

CREATE INDEX ix_unsent_forms_expires_at ON unsent_forms (expires_at);

CREATE INDEX ix_unsent_forms_site_id_staff_id ON unsent_forms (site_id, staff_id);

ALTER TABLE unsent_forms ENABLE ROW LEVEL SECURITY;

ALTER TABLE unsent_forms FORCE ROW LEVEL SECURITY;

CREATE POLICY site ON unsent_forms TO intake_api, intake_worker
USING (site_id = current_site()) WITH CHECK (site_id = current_site());

GRANT SELECT, INSERT, UPDATE ON unsent_forms TO intake_api;

-- The worker forgets what nobody sent within the week, and sees no word of it.
GRANT SELECT (site_id, id, expires_at), DELETE ON unsent_forms TO intake_worker;
