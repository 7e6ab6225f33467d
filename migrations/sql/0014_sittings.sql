-- Who saved a draft last and since which version, and which of its parts the event of the present sitting names.

ALTER TABLE intakes
ADD COLUMN saved_by uuid,
ADD COLUMN saved_from integer,
ADD COLUMN sitting text[];

-- FORCE binds the owner too, and the check of the reference reads the table; it holds again before
-- the transaction ends.
ALTER TABLE intakes NO FORCE ROW LEVEL SECURITY;

-- Every row of the new column is empty, so there is nothing to check.
-- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
ALTER TABLE intakes ADD CONSTRAINT fk_intakes_saved_by
    FOREIGN KEY (saved_by) REFERENCES staff (id);

ALTER TABLE intakes FORCE ROW LEVEL SECURITY;
