-- What an export and a report walk through: an institution's own, by identifier. Without it every page sorted all that is left.
--
-- Built without keeping writers out, statement by statement, as 000070.
DROP INDEX CONCURRENTLY IF EXISTS micro_credentials_institution_id_id_idx;
CREATE INDEX CONCURRENTLY micro_credentials_institution_id_id_idx ON micro_credentials (institution_id, id);
