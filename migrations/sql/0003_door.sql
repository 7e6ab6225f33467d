-- The door also tells whom a person covers today and which cases they opened in an emergency: the
-- relation to a case is judged without a statement of its own. Another result type: drop, create.

-- squawk-ignore ban-drop-function
DROP FUNCTION open_request(bytea, uuid, timestamptz);

-- The first statement of every request. No row: the session isn't valid. A row without a site: it
-- is, but none could be chosen (`p_site` is no membership, or it is null and there are several).
-- Otherwise the transaction belongs to that site from here on. `p_now` is machine time. The arrays
-- say whose cases are this person's too, today: colleagues covered, and cases opened by grants.
CREATE FUNCTION open_request(p_token bytea, p_site uuid, p_now timestamptz)
RETURNS TABLE (
    staff_id uuid, role text, mfa_at timestamptz, site_id uuid, sites integer,
    clinic_now timestamptz, time_zone text, covering uuid[], grant_cases uuid[],
    grant_ids uuid[], grant_untils timestamptz[]
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
        place.time_zone,
        ARRAY(
            SELECT c.for_staff_id FROM covers c
            WHERE c.site_id = chosen.site_id AND c.staff_id = person.id
                AND (clinic_now() AT TIME ZONE place.time_zone)::date
                    BETWEEN c.from_on AND c.until_on
        ),
        opened.cases,
        opened.ids,
        opened.untils
    FROM staff_sessions live
    JOIN staff person ON person.id = live.staff_id AND person.active
    CROSS JOIN LATERAL (
        SELECT count(*)::integer AS sites, (array_agg(m.site_id))[1] AS any_site
        FROM memberships m WHERE m.staff_id = person.id
    ) theirs
    LEFT JOIN memberships chosen ON chosen.staff_id = person.id
        AND chosen.site_id = coalesce(p_site, CASE WHEN theirs.sites = 1 THEN theirs.any_site END)
    LEFT JOIN sites place ON place.id = chosen.site_id
    CROSS JOIN LATERAL (
        SELECT
            coalesce(array_agg(g.case_id ORDER BY g.expires_at), '{}') AS cases,
            coalesce(array_agg(g.id ORDER BY g.expires_at), '{}') AS ids,
            coalesce(array_agg(g.expires_at ORDER BY g.expires_at), '{}') AS untils
        FROM break_glass_grants g
        WHERE g.site_id = chosen.site_id AND g.staff_id = person.id AND g.expires_at > p_now
    ) opened
    WHERE live.token_hash = p_token AND live.revoked_at IS NULL
        AND live.seen_at > p_now - interval '15 minutes'
        AND live.created_at > p_now - interval '12 hours';
END;

GRANT EXECUTE ON FUNCTION open_request(bytea, uuid, timestamptz) TO intake_api;
