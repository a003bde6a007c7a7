-- An entry about what joins two institutions names both: the administrators of the other end read it too.
SET LOCAL lock_timeout = '5s';

ALTER TABLE audit_logs ADD COLUMN counterpart_institution_id uuid;

-- Encoding 2: encoding 1 and the second institution; `src/usecase/audit/encoding.rs` says it in words and does the same.
CREATE FUNCTION audit_encoding_2(place bigint, previous_hash bytea, entry audit_logs) RETURNS bytea
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

-- As before, but for the encoding: entries without a second institution keep the one that earlier versions can verify.
CREATE OR REPLACE FUNCTION audit_link(entry audit_logs) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    place bigint;
    previous bytea;
BEGIN
    PERFORM pg_advisory_xact_lock(7217402);
    SELECT sequence + 1, entry_hash INTO place, previous FROM audit_chain ORDER BY sequence DESC LIMIT 1;
    IF NOT FOUND THEN
        place := 1;
        previous := decode(repeat('00', 32), 'hex');
    END IF;
    IF entry.counterpart_institution_id IS NULL THEN
        INSERT INTO audit_chain (sequence, entry_id, encoding, previous_hash, entry_hash)
        VALUES (place, entry.id, 1, previous, sha256(audit_encoding_1(place, previous, entry)));
    ELSE
        INSERT INTO audit_chain (sequence, entry_id, encoding, previous_hash, entry_hash)
        VALUES (place, entry.id, 2, previous, sha256(audit_encoding_2(place, previous, entry)));
    END IF;
END $$;
