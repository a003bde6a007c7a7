//! A hundred thousand rows of each kind.

/// Statements that make them. Identifiers are the hashes of names like `c1`; rare values stand where lists end.
pub(super) const ROWS: &[&str] = &[
    "INSERT INTO institutions (id, name, institution_type, code, country) \
     SELECT md5('i' || n)::uuid, 'Institution ' || n, 'COLLEGE', 'I' || n, 'Canada' FROM generate_series(1, 500) AS n",
    "INSERT INTO micro_credentials (id, institution_id, title, program_code, description, credential_type, delivery_mode, credits, \
         language, level, status, published_at, created_at, updated_at) \
     SELECT md5('c' || n)::uuid, md5('i' || (n % 500 + 1))::uuid, 'Title ' || md5(n::text), 'C-' || n, 'Words about things.', \
         CASE WHEN n % 20000 = 1 THEN 'DIPLOMA' ELSE (ARRAY['MICRO_CREDENTIAL', 'CERTIFICATE', 'BADGE'])[n % 3 + 1] END, \
         CASE WHEN n % 20000 = 1 THEN 'SELF_PACED' ELSE (ARRAY['ONLINE', 'HYBRID'])[n % 2 + 1] END, \
         CASE WHEN n % 50 <> 1 THEN n % 40 / 4.0 + (n % 20000 = 2)::int * 40 END, 'English', \
         CASE WHEN n % 20000 = 1 THEN 'GRADUATE' ELSE (ARRAY['INTRODUCTORY', 'ADVANCED'])[n % 2 + 1] END, \
         CASE WHEN n % 1000 = 0 THEN 'UNDER_REVIEW' WHEN n % 10 = 0 THEN 'DRAFT' ELSE 'PUBLISHED' END, \
         CASE WHEN n % 10 <> 0 THEN now() - make_interval(mins => n) END, \
         now() - make_interval(mins => n), now() - make_interval(mins => n % 5000) \
     FROM generate_series(1, 100000) AS n",
    "INSERT INTO recognitions (id, micro_credential_id, recognizing_institution_id, recognition_type, credit_value, credit_type, \
         transcript_method, effective_date, is_active, created_at, updated_at) \
     SELECT md5('r' || n)::uuid, md5('c' || n)::uuid, md5('i' || ((n + 7) % 500 + 1))::uuid, \
         CASE WHEN n % 20000 = 1 THEN 'EXEMPTION' ELSE (ARRAY['FULL_CREDIT', 'PARTIAL_CREDIT'])[n % 2 + 1] END, n % 40 / 4.0, \
         'ELECTIVE', 'NOT_RECORDED', DATE '2026-01-01' - n % 4000, n % 20000 <> 2, \
         now() - make_interval(mins => n), now() - make_interval(mins => n % 5000) \
     FROM generate_series(1, 100000) AS n",
    "INSERT INTO pathways (id, name, source_institution_id, target_institution_id, micro_credential_id, pathway_type, status, \
         transfer_credits, is_ai_suggested, created_at, updated_at) \
     SELECT md5('p' || n)::uuid, 'Pathway ' || md5(n::text), md5('i' || (n % 500 + 1))::uuid, md5('i' || ((n + 7) % 500 + 1))::uuid, \
         md5('c' || n)::uuid, CASE WHEN n % 20000 = 1 THEN 'INTERNAL' ELSE (ARRAY['LADDERING', 'ARTICULATION'])[n % 2 + 1] END, \
         CASE WHEN n % 1000 = 0 THEN 'UNDER_REVIEW' WHEN n % 10 = 0 THEN 'DRAFT' ELSE 'ACTIVE' END, \
         CASE WHEN n % 50 <> 1 THEN n % 40 / 4.0 END, n % 20000 = 2, \
         now() - make_interval(mins => n), now() - make_interval(mins => n % 5000) \
     FROM generate_series(1, 100000) AS n",
    // The chain of entries is measured elsewhere; here it would only take its time.
    "ALTER TABLE audit_logs DISABLE TRIGGER audit_logs_link",
    "INSERT INTO audit_logs (id, entity_type, entity_id, action, user_id, institution_id, \
         counterpart_institution_id, changes, created_at) \
     SELECT md5('a' || n)::uuid, (ARRAY['MICRO_CREDENTIAL', 'RECOGNITION'])[n % 2 + 1], md5('c' || n)::uuid, \
         CASE WHEN n % 20000 = 1 THEN 'ROLE_CHANGE' ELSE (ARRAY['CREATE', 'UPDATE'])[n % 2 + 1] END, md5('u' || n % 500)::uuid, \
         md5('i' || (n % 500 + 1))::uuid, CASE WHEN n % 5 = 0 THEN md5('i' || ((n + 7) % 500 + 1))::uuid END, '{}', \
         now() - make_interval(mins => n) \
     FROM generate_series(1, 100000) AS n",
    "ALTER TABLE audit_logs ENABLE TRIGGER audit_logs_link",
    "VACUUM ANALYZE institutions",
    "VACUUM ANALYZE micro_credentials",
    "VACUUM ANALYZE recognitions",
    "VACUUM ANALYZE pathways",
    "VACUUM ANALYZE audit_logs",
];
