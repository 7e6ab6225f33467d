-- A way to reach somebody that is no longer used stays as history: since when, and why.

ALTER TABLE contact_points
ADD COLUMN ended_at timestamptz,
ADD COLUMN ended_reason text;

-- Every row of the new columns is empty, so the checks hold; the table has a few rows per person.
ALTER TABLE contact_points
    -- squawk-ignore constraint-missing-not-valid
    ADD CONSTRAINT ck_contact_points_ended_reason_known
    CHECK (ended_reason IN ('replaced', 'not_theirs', 'not_safe', 'not_wanted', 'entered_in_error'));

ALTER TABLE contact_points
    -- squawk-ignore constraint-missing-not-valid
    ADD CONSTRAINT ck_contact_points_ended_whole
    CHECK ((ended_at IS NULL) = (ended_reason IS NULL));

-- So that the release before this one sends nothing there either.
ALTER TABLE contact_points
    -- squawk-ignore constraint-missing-not-valid
    ADD CONSTRAINT ck_contact_points_ended_unsafe
    CHECK (ended_at IS NULL OR NOT (is_safe OR is_preferred));
