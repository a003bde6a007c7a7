SET LOCAL lock_timeout = '5s';

DROP TABLE outbox_cursors;
DROP TABLE webhook_deliveries;
DROP TABLE webhooks;
-- Entries outlive what they speak of, so those on webhooks stay: the check holds for new entries only.
ALTER TABLE audit_logs DROP CONSTRAINT audit_logs_entity_type_check;
ALTER TABLE audit_logs ADD CONSTRAINT audit_logs_entity_type_check
    CHECK (entity_type IN ('INSTITUTION', 'MICRO_CREDENTIAL', 'RECOGNITION', 'PATHWAY', 'USER')) NOT VALID;
