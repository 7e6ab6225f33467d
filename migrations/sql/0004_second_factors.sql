-- Second factors, invitations, and failures counted by name. A blank line ends a statement.

CREATE TABLE sign_in_failures (
    name_hash bytea NOT NULL,
    recent integer NOT NULL,
    in_a_row integer NOT NULL,
    failed_at timestamptz NOT NULL,
    CONSTRAINT pk_sign_in_failures PRIMARY KEY (name_hash),
    CONSTRAINT ck_sign_in_failures_counts_positive CHECK (recent > 0 AND in_a_row >= recent)
);

CREATE TABLE recovery_codes (
    code_hash bytea NOT NULL,
    staff_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    used_at timestamptz,
    CONSTRAINT pk_recovery_codes PRIMARY KEY (code_hash),
    CONSTRAINT fk_recovery_codes_staff_id FOREIGN KEY (staff_id) REFERENCES staff (id)
);

CREATE INDEX ix_recovery_codes_staff_id ON recovery_codes (staff_id);

CREATE TABLE invites (
    token_hash bytea NOT NULL,
    staff_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    CONSTRAINT pk_invites PRIMARY KEY (token_hash),
    CONSTRAINT fk_invites_staff_id FOREIGN KEY (staff_id) REFERENCES staff (id)
);

CREATE INDEX ix_invites_staff_id ON invites (staff_id);

-- staff.failed_count and failed_at aren't used any more: failures are counted by name, so that a
-- known account can't be told from an unknown one. They go once no process of before is running.
ALTER TABLE staff ADD COLUMN totp_confirmed_at timestamptz;

-- Whoever changes it, and from wherever: what a session was opened with no longer holds.
CREATE FUNCTION end_sessions() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$ BEGIN
    UPDATE staff_sessions SET revoked_at = now()
    WHERE staff_id = CASE TG_TABLE_NAME
            WHEN 'staff' THEN (to_jsonb(OLD) ->> 'id')::uuid
            ELSE (to_jsonb(OLD) ->> 'staff_id')::uuid END
        AND revoked_at IS NULL;
    RETURN NULL;
END $$;

CREATE TRIGGER end_sessions AFTER UPDATE ON staff
FOR EACH ROW WHEN (
    (OLD.active AND NOT NEW.active)
    OR OLD.password_changed_at IS DISTINCT FROM NEW.password_changed_at
    OR (OLD.totp_confirmed_at IS NOT NULL AND NEW.totp_confirmed_at IS NULL)
) EXECUTE FUNCTION end_sessions();

CREATE TRIGGER end_sessions_of_role AFTER UPDATE ON memberships
FOR EACH ROW WHEN (OLD.role IS DISTINCT FROM NEW.role) EXECUTE FUNCTION end_sessions();

CREATE TRIGGER end_sessions_of_leaver AFTER DELETE ON memberships
FOR EACH ROW EXECUTE FUNCTION end_sessions();

GRANT SELECT, INSERT, UPDATE, DELETE ON sign_in_failures, recovery_codes TO intake_api;

GRANT SELECT, INSERT, UPDATE ON invites TO intake_api;
