-- What boards and worklists read along, so that they don't grow with the number of cases; and when a
-- draft was last saved.

ALTER TABLE intakes ADD COLUMN saved_at timestamptz;

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX ix_cases_waiting ON cases (site_id, referral_date)
    WHERE state = 'referred';

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX ix_cases_taken ON cases (site_id, taken_by)
    WHERE state = 'referred';

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX ix_alerts_unclosed ON alerts (site_id, due_at)
    WHERE state <> 'closed';

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX ix_tasks_of_case ON tasks (site_id, case_id)
    WHERE state = 'open';

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX ix_tasks_of_owner ON tasks (site_id, owner_id)
    WHERE state = 'open';

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX ix_appointments_expected ON appointments (site_id, local_start)
    WHERE status IN ('booked', 'arrived');

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX ix_follow_ups_planned ON follow_ups (site_id, due_by)
    WHERE state = 'planned';

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX ix_reminders_failed ON reminders (site_id, send_after)
    WHERE state IN ('failed', 'dead', 'uncertain');

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX ix_intakes_drafts ON intakes (site_id, id)
    WHERE state = 'draft';

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX ix_intakes_drafts_of ON intakes (site_id, author_id)
    WHERE state = 'draft';

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX ix_consents_ending ON consents (site_id, expires_on)
    WHERE expires_on IS NOT NULL;

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX ix_break_glass_grants_unreviewed ON break_glass_grants (site_id, granted_at)
    WHERE reviewed_at IS NULL;
