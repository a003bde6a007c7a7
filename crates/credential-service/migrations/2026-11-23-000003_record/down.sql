SET LOCAL lock_timeout = '5s';
DROP TABLE outbox_events;
DROP TABLE audit_logs;
