-- The entries stay; their links and anchors go.
SET LOCAL lock_timeout = '5s';
DROP TRIGGER audit_logs_only_grow ON audit_logs;
DROP TRIGGER audit_logs_link ON audit_logs;
DROP TABLE audit_anchors;
DROP TABLE audit_chain;
DROP FUNCTION audit_refuse();
DROP FUNCTION audit_link_new();
DROP FUNCTION audit_link(audit_logs);
DROP FUNCTION audit_encoding_1(bigint, bytea, audit_logs);
DROP FUNCTION audit_field(text);
