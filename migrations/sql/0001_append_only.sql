-- What is written once and never changed, whoever asks. Superusers are caught by verification.

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON consents
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON case_transitions
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON reminder_attempts
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- An attempt is stored as an intent; its outcome is added once.
CREATE FUNCTION allow_one_outcome() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF OLD.outcome IS NOT NULL
        OR (NEW.site_id, NEW.reminder_id, NEW.n, NEW.lease_token, NEW.idem_key, NEW.provider,
            NEW.started_at)
        IS DISTINCT FROM (OLD.site_id, OLD.reminder_id, OLD.n, OLD.lease_token, OLD.idem_key,
            OLD.provider, OLD.started_at)
    THEN
        RAISE EXCEPTION 'an attempt gets its outcome once; nothing else of it is changed'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER one_outcome BEFORE UPDATE ON reminder_attempts
FOR EACH ROW EXECUTE FUNCTION allow_one_outcome();

-- The application makes recorded_at, because the MAC covers it; the server checks it.
CREATE FUNCTION refuse_clock_skew() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF abs(extract(epoch FROM NEW.recorded_at - clock_timestamp())) > 120 THEN
        RAISE EXCEPTION 'recorded_at differs from the time of the server by more than two minutes'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'clock_skew', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER clock_skew BEFORE INSERT ON audit_events
FOR EACH ROW EXECUTE FUNCTION refuse_clock_skew();
