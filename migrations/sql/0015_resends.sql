-- A reminder that failed is sent again as another row, or settled by whoever spoke with the person.

-- The new references are checked by reading the tables as their owner.
SET LOCAL row_security = on;

-- FORCE binds the owner too: without it the rows below couldn't be given their values.
ALTER TABLE reminders NO FORCE ROW LEVEL SECURITY;

ALTER TABLE appointments NO FORCE ROW LEVEL SECURITY;

ALTER TABLE contact_attempts NO FORCE ROW LEVEL SECURITY;

ALTER TABLE reminders
ADD COLUMN resend_of uuid,
ADD COLUMN settled_at timestamptz,
ADD COLUMN contact_attempt_id uuid;

-- Earlier releases took a failed reminder off the page of its case once the person was spoken with.
UPDATE reminders r
SET settled_at = made.at, contact_attempt_id = made.attempt_id
FROM (
    SELECT DISTINCT ON (one.site_id, one.id) one.site_id, one.id, a.at, a.id AS attempt_id
    FROM reminders one
    JOIN appointments v ON v.site_id = one.site_id AND v.id = one.appointment_id
    JOIN contact_attempts a ON a.site_id = v.site_id AND a.case_id = v.case_id
        AND a.outcome = 'reached' AND a.at >= one.next_attempt_at AND a.at < lower(v.during)
    WHERE one.state IN ('failed', 'dead', 'uncertain')
    ORDER BY one.site_id, one.id, a.at
) made
WHERE r.site_id = made.site_id AND r.id = made.id;

-- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
ALTER TABLE reminders ADD CONSTRAINT fk_reminders_site_id_resend_of
    FOREIGN KEY (site_id, resend_of) REFERENCES reminders (site_id, id);

-- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
ALTER TABLE reminders ADD CONSTRAINT fk_reminders_site_id_contact_attempt_id
    FOREIGN KEY (site_id, contact_attempt_id) REFERENCES contact_attempts (site_id, id);

-- squawk-ignore constraint-missing-not-valid
ALTER TABLE reminders ADD CONSTRAINT ck_reminders_called_is_settled
    CHECK (contact_attempt_id IS NULL OR settled_at IS NOT NULL);

-- squawk-ignore disallowed-unique-constraint
ALTER TABLE reminders ADD CONSTRAINT uq_reminders_site_id_resend_of UNIQUE (site_id, resend_of);

-- squawk-ignore require-concurrent-index-deletion
DROP INDEX ix_reminders_failed;

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX ix_reminders_failed ON reminders (site_id, send_after, id)
    WHERE state IN ('failed', 'dead', 'uncertain') AND settled_at IS NULL;

ALTER TABLE contact_attempts FORCE ROW LEVEL SECURITY;

ALTER TABLE appointments FORCE ROW LEVEL SECURITY;

ALTER TABLE reminders FORCE ROW LEVEL SECURITY;
