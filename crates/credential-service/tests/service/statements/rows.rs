//! Rows of every kind, as many as a test wants.

use crate::support::Person;

/// Rows of each kind with these numbers: what belongs to something belongs to the first of its kind, or to the person.
/// Identifiers are the hashes of names like `c1`.
pub(super) fn numbered(first: u32, last: u32, person: &Person) -> String {
    let user = person.principal.user_id().unwrap();
    let rows = format!("FROM generate_series({first}, {last}) AS n");
    format!(
        "INSERT INTO institutions (id, name, institution_type, code, country) \
         SELECT md5('i' || n)::uuid, 'Institution ' || n, 'COLLEGE', 'I' || n, 'Canada' {rows}; \
         INSERT INTO micro_credentials (id, institution_id, title, program_code, credential_type, language, status, published_at) \
         SELECT md5('c' || n)::uuid, md5('i' || n)::uuid, 'Title ' || n, 'C-' || n, 'BADGE', 'English', 'PUBLISHED', now() {rows}; \
         INSERT INTO learning_outcomes (id, micro_credential_id, outcome_text, is_core, order_index) \
         SELECT md5('o' || n)::uuid, md5('c1')::uuid, 'Outcome ' || n, true, n {rows}; \
         INSERT INTO prerequisites (id, micro_credential_id, description, prerequisite_type, is_mandatory, order_index) \
         SELECT md5('q' || n)::uuid, md5('c1')::uuid, 'Need ' || n, 'OTHER', true, n {rows}; \
         INSERT INTO recognitions (id, micro_credential_id, recognizing_institution_id, recognition_type, credit_value, credit_type, transcript_method, effective_date) \
         SELECT md5('r' || n)::uuid, md5('c1')::uuid, md5('i' || n)::uuid, 'FULL_CREDIT', 1, 'ELECTIVE', 'NOT_RECORDED', '2026-01-01' {rows}; \
         INSERT INTO pathways (id, name, source_institution_id, target_institution_id, micro_credential_id, pathway_type, status) \
         SELECT md5('p' || n)::uuid, 'Pathway ' || n, md5('i1')::uuid, md5('i' || n)::uuid, md5('c1')::uuid, 'LADDERING', 'ACTIVE' {rows}; \
         INSERT INTO users (id, email, password_hash, first_name, last_name, role, institution_id, tokens_valid_from) \
         SELECT md5('u' || n)::uuid, n || '@example.org', '$argon2id$v=19$none', 'A', 'B', 'PROGRAM_COORDINATOR', md5('i' || n)::uuid, now() {rows}; \
         INSERT INTO sessions (id, user_id, expires_at) \
         SELECT md5('s' || n)::uuid, '{user}', now() + interval '1 day' {rows}; \
         INSERT INTO sessions (id, user_id, expires_at, ended_at, end_reason) \
         SELECT md5('e' || n)::uuid, md5('u1')::uuid, now() + interval '1 day', now(), 'SIGN_OUT' {rows}; \
         INSERT INTO webhooks (id, institution_id, created_by, url, event_types, secret) \
         SELECT md5('w' || n)::uuid, md5('i' || n)::uuid, '{user}', 'https://example.org/' || n, ARRAY['credential.created'], decode(repeat('00', 32), 'hex') {rows}; \
         INSERT INTO webhook_deliveries (id, webhook_id, event_sequence, event_type, body) \
         SELECT md5('d' || n)::uuid, md5('w1')::uuid, n, 'credential.created', '{{}}' {rows}; \
         INSERT INTO reports (id, institution_id, kind, requested_by) \
         SELECT md5('f' || n)::uuid, md5('i' || n)::uuid, 'CATALOGUE', '{user}' {rows}; \
         INSERT INTO audit_logs (id, entity_type, entity_id, action, changes) \
         SELECT md5('a' || n)::uuid, 'USER', md5('u' || n)::uuid, 'LOGIN', '{{}}' {rows}"
    )
}
