-- What looks across sites or into the audit trail: functions of roles nobody can sign in as.
-- FORCE binds the owner of the tables too: owned by it, these would see nothing, without an error.

GRANT SELECT (
    site_id, id, state, next_attempt_at, dedupe_key, attempts, lease_token, lease_until, lease_no
), UPDATE (state, attempts, lease_token, lease_until, lease_owner, lease_no)
ON reminders, staff_notices TO intake_dispatcher;

CREATE POLICY dispatcher_reads ON reminders FOR SELECT TO intake_dispatcher
USING (state IN ('scheduled', 'leased', 'sending'));

CREATE POLICY dispatcher_claims ON reminders FOR UPDATE TO intake_dispatcher
USING (state IN ('scheduled', 'leased', 'sending')) WITH CHECK (state = 'leased');

CREATE POLICY dispatcher_reads ON staff_notices FOR SELECT TO intake_dispatcher
USING (state IN ('scheduled', 'leased', 'sending'));

CREATE POLICY dispatcher_claims ON staff_notices FOR UPDATE TO intake_dispatcher
USING (state IN ('scheduled', 'leased', 'sending')) WITH CHECK (state = 'leased');

GRANT SELECT ON audit_events TO intake_auditor;

GRANT SELECT (site_id, staff_id) ON memberships TO intake_auditor;

-- Leases what is due at all sites to one worker, one token for the batch. `p_now` is clinic time;
-- leases run on machine time, read once so that the index on lease_until can be used. The rows are
-- locked before the update, so that two workers never claim the same one.
CREATE FUNCTION claim_due(
    p_now timestamptz, p_lease interval, p_owner text, p_limit integer
)
RETURNS TABLE (id uuid, site_id uuid, lease_token uuid, dedupe_key text, attempts integer)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
    WITH batch AS MATERIALIZED (
        SELECT gen_random_uuid() AS token, clock_timestamp() AS machine_now
    ), due AS MATERIALIZED (
        SELECT q.site_id, q.id FROM reminders q
        WHERE (q.state = 'scheduled' AND q.next_attempt_at <= p_now)
            OR (q.state IN ('leased', 'sending')
                AND q.lease_until < (SELECT b.machine_now FROM batch b))
        ORDER BY q.next_attempt_at LIMIT p_limit FOR UPDATE SKIP LOCKED
    )
    UPDATE reminders r SET
        state = 'leased', lease_token = batch.token, lease_until = batch.machine_now + p_lease,
        lease_owner = p_owner, attempts = r.attempts + 1, lease_no = r.lease_no + 1
    FROM batch, due WHERE r.site_id = due.site_id AND r.id = due.id
    RETURNING r.id, r.site_id, r.lease_token, r.dedupe_key, r.attempts;
END;

-- The twin of claim_due for messages to staff.
CREATE FUNCTION claim_notices(
    p_now timestamptz, p_lease interval, p_owner text, p_limit integer
)
RETURNS TABLE (id uuid, site_id uuid, lease_token uuid, dedupe_key text, attempts integer)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
    WITH batch AS MATERIALIZED (
        SELECT gen_random_uuid() AS token, clock_timestamp() AS machine_now
    ), due AS MATERIALIZED (
        SELECT q.site_id, q.id FROM staff_notices q
        WHERE (q.state = 'scheduled' AND q.next_attempt_at <= p_now)
            OR (q.state IN ('leased', 'sending')
                AND q.lease_until < (SELECT b.machine_now FROM batch b))
        ORDER BY q.next_attempt_at LIMIT p_limit FOR UPDATE SKIP LOCKED
    )
    UPDATE staff_notices n SET
        state = 'leased', lease_token = batch.token, lease_until = batch.machine_now + p_lease,
        lease_owner = p_owner, attempts = n.attempts + 1, lease_no = n.lease_no + 1
    FROM batch, due WHERE n.site_id = due.site_id AND n.id = due.id
    RETURNING n.id, n.site_id, n.lease_token, n.dedupe_key, n.attempts;
END;

-- The trail, newest first; the cursor is the last id seen. Every filter but the site may be null.
-- A site's events are shown inside a transaction of that site only; a null site means the events
-- that have none, such as failed sign-ins. Times are clinic time.
CREATE FUNCTION read_audit(
    p_site uuid, p_client uuid, p_case uuid, p_staff uuid, p_from timestamptz,
    p_until timestamptz, p_before_id uuid, p_limit integer
)
RETURNS SETOF audit_events
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
    SELECT e.* FROM audit_events e
    WHERE ((e.site_id = p_site AND p_site = current_site())
            OR (e.site_id IS NULL AND p_site IS NULL))
        AND (p_client IS NULL OR e.client_id = p_client)
        AND (p_case IS NULL OR e.entity_id = p_case)
        AND (p_staff IS NULL OR e.agent_id = p_staff)
        AND (p_from IS NULL OR e.occurred_at >= p_from)
        AND (p_until IS NULL OR e.occurred_at < p_until)
        AND (p_before_id IS NULL OR e.id < p_before_id)
    ORDER BY e.id DESC LIMIT p_limit;
END;

-- Numbers for the daily digest of one site, from inclusive to exclusive, in clinic time. Events
-- without a site count where the person works: a failed sign-in happens before a site is chosen.
CREATE FUNCTION audit_counts(p_site uuid, p_from timestamptz, p_until timestamptz)
RETURNS TABLE (
    agent_id uuid, agent_role text, type text, subtype text, action text, outcome smallint,
    events bigint
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
    SELECT e.agent_id, e.agent_role, e.type, e.subtype, e.action, e.outcome, count(*)
    FROM audit_events e
    WHERE e.occurred_at >= p_from AND e.occurred_at < p_until
        AND (e.site_id = p_site OR (e.site_id IS NULL AND e.agent_id IN (
            SELECT m.staff_id FROM memberships m WHERE m.site_id = p_site)))
    GROUP BY e.agent_id, e.agent_role, e.type, e.subtype, e.action, e.outcome;
END;

GRANT EXECUTE ON FUNCTION claim_due(timestamptz, interval, text, integer) TO intake_worker;

GRANT EXECUTE ON FUNCTION claim_notices(timestamptz, interval, text, integer) TO intake_worker;

GRANT EXECUTE ON FUNCTION
    read_audit(uuid, uuid, uuid, uuid, timestamptz, timestamptz, uuid, integer) TO intake_api;

GRANT EXECUTE ON FUNCTION audit_counts(uuid, timestamptz, timestamptz) TO intake_worker;

-- Handing over needs membership and, for the new owner, CREATE on the schema: both for now only.
GRANT intake_dispatcher, intake_auditor TO intake_owner;

GRANT CREATE ON SCHEMA public TO intake_dispatcher, intake_auditor;

ALTER FUNCTION claim_due(timestamptz, interval, text, integer) OWNER TO intake_dispatcher;

ALTER FUNCTION claim_notices(timestamptz, interval, text, integer) OWNER TO intake_dispatcher;

ALTER FUNCTION read_audit(uuid, uuid, uuid, uuid, timestamptz, timestamptz, uuid, integer)
OWNER TO intake_auditor;

ALTER FUNCTION audit_counts(uuid, timestamptz, timestamptz) OWNER TO intake_auditor;

REVOKE CREATE ON SCHEMA public FROM intake_dispatcher, intake_auditor;

-- Before PostgreSQL 16 there is one membership, and ADMIN would go with it.
DO $$ BEGIN
    IF current_setting('server_version_num')::integer >= 160000 THEN
        REVOKE intake_dispatcher, intake_auditor FROM intake_owner GRANTED BY intake_owner;
    END IF;
END $$;
