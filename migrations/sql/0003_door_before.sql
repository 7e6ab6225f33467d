-- The door as it was: for the way back.

-- squawk-ignore ban-drop-function
DROP FUNCTION open_request(bytea, uuid, timestamptz);

-- The first statement of every request. No row: the session isn't valid. A row without a site: it
-- is, but none could be chosen (`p_site` is no membership, or it is null and there are several).
-- Otherwise the transaction belongs to that site from here on. `p_now` is machine time.
CREATE FUNCTION open_request(p_token bytea, p_site uuid, p_now timestamptz)
RETURNS TABLE (
    staff_id uuid, role text, mfa_at timestamptz, site_id uuid, sites integer,
    clinic_now timestamptz, time_zone text
)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
    -- At most one write a minute; an idle or outlived session is never woken.
    UPDATE staff_sessions t SET seen_at = p_now
    WHERE t.token_hash = p_token AND t.revoked_at IS NULL
        AND t.seen_at > p_now - interval '15 minutes' AND t.seen_at <= p_now - interval '1 minute'
        AND t.created_at > p_now - interval '12 hours';
    SELECT
        person.id,
        chosen.role,
        live.mfa_at,
        CASE WHEN chosen.site_id IS NOT NULL
            THEN set_config('app.site', chosen.site_id::text, true)::uuid END,
        theirs.sites,
        clinic_now(),
        place.time_zone
    FROM staff_sessions live
    JOIN staff person ON person.id = live.staff_id AND person.active
    CROSS JOIN LATERAL (
        SELECT count(*)::integer AS sites, (array_agg(m.site_id))[1] AS any_site
        FROM memberships m WHERE m.staff_id = person.id
    ) theirs
    LEFT JOIN memberships chosen ON chosen.staff_id = person.id
        AND chosen.site_id = coalesce(p_site, CASE WHEN theirs.sites = 1 THEN theirs.any_site END)
    LEFT JOIN sites place ON place.id = chosen.site_id
    WHERE live.token_hash = p_token AND live.revoked_at IS NULL
        AND live.seen_at > p_now - interval '15 minutes'
        AND live.created_at > p_now - interval '12 hours';
END;

GRANT EXECUTE ON FUNCTION open_request(bytea, uuid, timestamptz) TO intake_api;
