-- Makes the record of decisions tamper-evident: every entry has a number without gaps and a hash that covers the entry
-- and the hash before it. The database does the linking itself, as the owner of the tables, so that whoever may add
-- entries can neither choose a number nor write a hash.
SET LOCAL lock_timeout = '5s';

-- No entry may slip in between the linking of the old ones and the trigger.
LOCK TABLE audit_logs IN ACCESS EXCLUSIVE MODE;

CREATE TABLE audit_chain (
    sequence bigint NOT NULL,
    entry_id uuid NOT NULL,
    encoding smallint NOT NULL,
    previous_hash bytea NOT NULL,
    entry_hash bytea NOT NULL,
    -- Also what keeps two writers from ever going on from the same entry.
    CONSTRAINT audit_chain_pkey PRIMARY KEY (sequence),
    CONSTRAINT audit_chain_entry_id_key UNIQUE (entry_id),
    CONSTRAINT audit_chain_sequence_check CHECK (sequence > 0),
    CONSTRAINT audit_chain_hashes_check CHECK (octet_length(previous_hash) = 32 AND octet_length(entry_hash) = 32)
);

-- Places of the chain that were signed, so that a rewritten or shortened chain is found out.
CREATE TABLE audit_anchors (
    sequence bigint NOT NULL,
    entry_hash bytea NOT NULL,
    signed_at timestamptz NOT NULL,
    key_id text NOT NULL,
    signature bytea NOT NULL,
    CONSTRAINT audit_anchors_pkey PRIMARY KEY (sequence),
    CONSTRAINT audit_anchors_sequence_check CHECK (sequence > 0),
    CONSTRAINT audit_anchors_entry_hash_check CHECK (octet_length(entry_hash) = 32),
    CONSTRAINT audit_anchors_signature_check CHECK (octet_length(signature) = 64)
);

-- One field: its length in bytes, a colon, its bytes, a comma; `-,` for NULL. No two rows read the same.
CREATE FUNCTION audit_field(value text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN value IS NULL THEN '-,' ELSE octet_length(value) || ':' || value || ',' END;

-- Encoding 1: what is hashed of an entry; `src/usecase/audit/encoding.rs` says it in words and does the same.
CREATE FUNCTION audit_encoding_1(place bigint, previous_hash bytea, entry audit_logs) RETURNS bytea
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

-- Links one entry to the newest. The lock is held until the transaction has ended, so the next one sees what this one wrote.
CREATE FUNCTION audit_link(entry audit_logs) RETURNS void
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
    INSERT INTO audit_chain (sequence, entry_id, encoding, previous_hash, entry_hash)
    VALUES (place, entry.id, 1, previous, sha256(audit_encoding_1(place, previous, entry)));
END $$;
REVOKE ALL ON FUNCTION audit_link(audit_logs) FROM PUBLIC;

-- A session keeps the plan of the look-up: made while the table was small, it would go on reading all of it.
CREATE FUNCTION audit_link_new() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off
    AS $$
BEGIN
    PERFORM audit_link(NEW);
    RETURN NULL;
END $$;

-- What is there already is linked in the order in which it was recorded.
DO $$
DECLARE
    entry audit_logs;
BEGIN
    SET LOCAL enable_seqscan = off;
    FOR entry IN SELECT * FROM audit_logs ORDER BY created_at, id LOOP
        PERFORM audit_link(entry);
    END LOOP;
    RESET enable_seqscan;
END $$;

-- At the very end of a transaction: writers wait for each other for the time of one commit, not of one change.
CREATE CONSTRAINT TRIGGER audit_logs_link AFTER INSERT ON audit_logs
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_link_new();

-- Privileges are the first line; this is the second: it holds against the owner too.
CREATE FUNCTION audit_refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'the record of decisions only grows: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_logs_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_logs
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_chain_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_chain
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_anchors_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_anchors
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
