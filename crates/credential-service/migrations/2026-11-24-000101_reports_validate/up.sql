-- Reads the whole record, and keeps nobody from adding to it.
SET LOCAL lock_timeout = '5s';
ALTER TABLE audit_logs VALIDATE CONSTRAINT audit_logs_entity_type_check;
