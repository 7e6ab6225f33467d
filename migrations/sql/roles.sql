-- Which roles exist and who may act as whom? Run by `intake db bootstrap`, as often as one likes.
-- A blank line ends a statement. Passwords are set elsewhere.

-- Owns every table; nobody signs in as it.
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'intake_owner') THEN
    CREATE ROLE intake_owner NOLOGIN;
  END IF;
END $$;

-- Owns the functions that claim due rows across sites; sees queue columns only.
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'intake_dispatcher') THEN
    CREATE ROLE intake_dispatcher NOLOGIN;
  END IF;
END $$;

-- Owns the functions that read the audit trail.
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'intake_auditor') THEN
    CREATE ROLE intake_auditor NOLOGIN;
  END IF;
END $$;

-- Deploys: acts as the owner after SET ROLE and never by itself.
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'intake_migrator') THEN
    CREATE ROLE intake_migrator LOGIN NOINHERIT;
  END IF;
END $$;

DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'intake_api') THEN
    CREATE ROLE intake_api LOGIN;
  END IF;
END $$;

DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'intake_worker') THEN
    CREATE ROLE intake_worker LOGIN;
  END IF;
END $$;

-- The owner gets ADMIN on the two function owners, no more: policies follow inherited membership,
-- so INHERIT would let the owner see through theirs. A migration that hands one of them a function
-- takes membership for its own transaction and gives it back.
DO $$ BEGIN
  IF current_setting('server_version_num')::integer >= 160000 THEN
    EXECUTE 'GRANT intake_owner TO intake_migrator WITH INHERIT FALSE, SET TRUE';
    EXECUTE 'GRANT intake_dispatcher, intake_auditor TO intake_owner
             WITH ADMIN TRUE, INHERIT FALSE, SET FALSE';
  ELSE
    GRANT intake_owner TO intake_migrator;
    GRANT intake_dispatcher, intake_auditor TO intake_owner WITH ADMIN OPTION;
  END IF;
END $$;
