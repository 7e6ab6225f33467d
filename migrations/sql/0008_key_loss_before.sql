-- How 0006 guards keys.
CREATE OR REPLACE FUNCTION refuse_key_loss() RETURNS trigger
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
