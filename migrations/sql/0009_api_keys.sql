-- Keys for programs: bound to one site and its clock, narrowed by scopes, never without an end.

CREATE TABLE api_keys (
    site_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    scopes text[] NOT NULL,
    is_test boolean NOT NULL,
    token_hash bytea NOT NULL,
    created_by uuid NOT NULL,
    expires_at timestamptz NOT NULL,
    last_used_at timestamptz,
    revoked_at timestamptz,
    created_at timestamptz NOT NULL,
    CONSTRAINT pk_api_keys PRIMARY KEY (site_id, id),
    CONSTRAINT ck_api_keys_name_given CHECK (length(btrim(name)) > 0),
    CONSTRAINT ck_api_keys_scopes_given CHECK (cardinality(scopes) > 0),
    CONSTRAINT ck_api_keys_token_is_a_hash CHECK (octet_length(token_hash) = 32),
    CONSTRAINT ck_api_keys_a_year_at_most
        CHECK (expires_at > created_at AND expires_at <= created_at + interval '366 days'),
    CONSTRAINT fk_api_keys_site_id FOREIGN KEY (site_id) REFERENCES sites (id),
    -- Whom the key acts as: an account of its own that can't sign in, with one role at one site.
    CONSTRAINT fk_api_keys_site_id_id
        FOREIGN KEY (site_id, id) REFERENCES memberships (site_id, staff_id),
    CONSTRAINT fk_api_keys_created_by FOREIGN KEY (created_by) REFERENCES staff (id),
    CONSTRAINT uq_api_keys_token_hash UNIQUE (token_hash)
);

-- The twin of open_request for a key. No row: unknown, expired or revoked, all the same. A row
-- without a site: `p_site` is another one than the key's. `p_now` is machine time. When it was last
-- used is written every five minutes at most, and never waited for: requests of one key run at once.
CREATE FUNCTION open_key(p_token bytea, p_site uuid, p_now timestamptz)
RETURNS TABLE (
    key_id uuid, role text, scopes text[], is_test boolean, site_id uuid,
    clinic_now timestamptz, time_zone text
)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
    UPDATE api_keys used SET last_used_at = p_now
    WHERE (used.site_id, used.id) IN (
        SELECT k.site_id, k.id FROM api_keys k
        WHERE k.token_hash = p_token AND k.revoked_at IS NULL AND k.expires_at > p_now
            AND (k.last_used_at IS NULL OR k.last_used_at <= p_now - interval '5 minutes')
        FOR UPDATE SKIP LOCKED
    );
    SELECT
        k.id,
        m.role,
        k.scopes,
        k.is_test,
        CASE WHEN p_site IS NULL OR p_site = k.site_id
            THEN set_config('app.site', k.site_id::text, true)::uuid END,
        clinic_now(),
        place.time_zone
    FROM api_keys k
    JOIN memberships m ON m.site_id = k.site_id AND m.staff_id = k.id
    JOIN sites place ON place.id = k.site_id
    WHERE k.token_hash = p_token AND k.revoked_at IS NULL AND k.expires_at > p_now;
END;

GRANT EXECUTE ON FUNCTION open_key(bytea, uuid, timestamptz) TO intake_api;

GRANT SELECT, INSERT, UPDATE (revoked_at) ON api_keys TO intake_api;

-- A list that only grows, on a table of a handful of rows a day.
-- squawk-ignore ban-drop-constraint
ALTER TABLE staff_notices DROP CONSTRAINT ck_staff_notices_kind_known;

-- squawk-ignore constraint-missing-not-valid
ALTER TABLE staff_notices ADD CONSTRAINT ck_staff_notices_kind_known
    CHECK (kind IN ('audit_digest', 'break_glass', 'alert', 'alert_escalated', 'api_key'));
