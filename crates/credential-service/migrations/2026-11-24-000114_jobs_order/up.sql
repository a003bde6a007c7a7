-- The order in which workers take jobs. Many are due at the same moment, since one transaction made them: without the identifier in
-- the index every question for the next few sorted all of these.
--
-- Built without keeping writers out, statement by statement, as 000070.
DROP INDEX CONCURRENTLY IF EXISTS jobs_due_key;
CREATE INDEX CONCURRENTLY jobs_due_key ON jobs (run_after, id) WHERE status IN ('WAITING', 'RUNNING');
DROP INDEX CONCURRENTLY IF EXISTS jobs_due_idx;
