-- How many events does each audit key vouch for? Numbers only, for `intake keys status`.
CREATE FUNCTION audit_keys() RETURNS TABLE (mac_key_id smallint, events bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
    SELECT e.mac_key_id, count(*) FROM audit_events e GROUP BY e.mac_key_id;
END;

GRANT EXECUTE ON FUNCTION audit_keys() TO intake_api;

-- Handing over needs membership and, for the new owner, CREATE on the schema: both for now only.
GRANT intake_auditor TO intake_owner;

GRANT CREATE ON SCHEMA public TO intake_auditor;

ALTER FUNCTION audit_keys() OWNER TO intake_auditor;

REVOKE CREATE ON SCHEMA public FROM intake_auditor;

-- Before PostgreSQL 16 there is one membership, and ADMIN would go with it.
DO $$ BEGIN
    IF current_setting('server_version_num')::integer >= 160000 THEN
        REVOKE intake_auditor FROM intake_owner GRANTED BY intake_owner;
    END IF;
END $$;
