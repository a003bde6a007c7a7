SET LOCAL lock_timeout = '5s';

CREATE OR REPLACE FUNCTION audit_field(value text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN value IS NULL THEN '-,' ELSE octet_length(value) || ':' || value || ',' END;

CREATE OR REPLACE FUNCTION audit_encoding_1(place bigint, previous_hash bytea, entry audit_logs) RETURNS bytea
    LANGUAGE sql IMMUTABLE
    RETURN convert_to(
        audit_field('bccb-audit-1')
        || audit_field(place::text)
        || audit_field(encode(previous_hash, 'hex'))
        || audit_field((entry).id::text)
        || audit_field((entry).entity_type)
        || audit_field((entry).entity_id::text)
        || audit_field((entry).action)
        || audit_field((entry).user_id::text)
        || audit_field((entry).user_email)
        || audit_field((entry).institution_id::text)
        || audit_field((entry).changes::text)
        || audit_field((entry).ip_address)
        || audit_field((entry).user_agent)
        || audit_field((entry).request_id)
        || audit_field(trunc(extract(epoch FROM (entry).created_at) * 1000000)::text),
        'UTF8');

CREATE OR REPLACE FUNCTION audit_encoding_2(place bigint, previous_hash bytea, entry audit_logs) RETURNS bytea
    LANGUAGE sql IMMUTABLE
    RETURN convert_to(
        audit_field('bccb-audit-2')
        || audit_field(place::text)
        || audit_field(encode(previous_hash, 'hex'))
        || audit_field((entry).id::text)
        || audit_field((entry).entity_type)
        || audit_field((entry).entity_id::text)
        || audit_field((entry).action)
        || audit_field((entry).user_id::text)
        || audit_field((entry).user_email)
        || audit_field((entry).institution_id::text)
        || audit_field((entry).counterpart_institution_id::text)
        || audit_field((entry).changes::text)
        || audit_field((entry).ip_address)
        || audit_field((entry).user_agent)
        || audit_field((entry).request_id)
        || audit_field(trunc(extract(epoch FROM (entry).created_at) * 1000000)::text),
        'UTF8');
