-- Reads of one micro-credential, statement by statement as credential-service sends them, five of them without waiting in between.
-- Each client has a row of its own, which it finds once.
\if :begun = 0
\set begun 1
\set row random(1, :rows)
SELECT id FROM bench_ids WHERE number = :row \gset
\endif
BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY;
SET LOCAL plan_cache_mode = force_generic_plan;
SET LOCAL statement_timeout = 10000;
\startpipeline
SELECT micro_credentials.id, micro_credentials.title, micro_credentials.short_title, micro_credentials.description,
    micro_credentials.program_code, micro_credentials.credential_type, micro_credentials.delivery_mode,
    micro_credentials.duration, micro_credentials.credits, micro_credentials.assessment_method, micro_credentials.cost,
    micro_credentials.language, micro_credentials.level, micro_credentials.campus, micro_credentials.department,
    micro_credentials.faculty, micro_credentials.effective_date, micro_credentials.expiry_date,
    micro_credentials.last_review_date, micro_credentials.next_review_date, micro_credentials.program_url,
    micro_credentials.application_url, micro_credentials.additional_info, micro_credentials.status, micro_credentials.is_active,
    micro_credentials.published_at, micro_credentials.created_at, micro_credentials.updated_at, micro_credentials.version,
    institutions.id, institutions.name, institutions.code
FROM (micro_credentials INNER JOIN institutions ON (micro_credentials.institution_id = institutions.id))
WHERE (micro_credentials.id = ANY(ARRAY[:id]::uuid[]));
SELECT learning_outcomes.id, learning_outcomes.micro_credential_id, learning_outcomes.outcome_text,
    learning_outcomes.bloom_level, learning_outcomes.category, learning_outcomes.is_core, learning_outcomes.keywords,
    learning_outcomes.order_index
FROM learning_outcomes
WHERE (learning_outcomes.micro_credential_id = ANY(ARRAY[:id]::uuid[]))
ORDER BY learning_outcomes.micro_credential_id, learning_outcomes.order_index;
SELECT prerequisites.id, prerequisites.micro_credential_id, prerequisites.description, prerequisites.prerequisite_type,
    prerequisites.is_mandatory, prerequisites.order_index
FROM prerequisites
WHERE (prerequisites.micro_credential_id = ANY(ARRAY[:id]::uuid[]))
ORDER BY prerequisites.micro_credential_id, prerequisites.order_index;
SELECT recognitions.id, recognitions.micro_credential_id, recognitions.recognizing_institution_id, recognitions.recognition_type,
    recognitions.credit_value, recognitions.credit_type, recognitions.transcript_method, recognitions.conditions,
    recognitions.effective_date, recognitions.expiry_date, recognitions.approval_reference, recognitions.notes,
    recognitions.badge_url, recognitions.certificate_template_id, recognitions.is_active, recognitions.created_at,
    recognitions.updated_at, recognitions.version, recognitions.withdrawn_at, micro_credentials.title, institutions.id,
    institutions.name, institutions.code, recognizing.id, recognizing.name, recognizing.code
FROM ((recognitions INNER JOIN (micro_credentials INNER JOIN institutions ON (micro_credentials.institution_id = institutions.id)) ON (recognitions.micro_credential_id = micro_credentials.id)) INNER JOIN institutions AS recognizing ON (recognizing.id = recognitions.recognizing_institution_id))
WHERE (recognitions.micro_credential_id = :id::uuid)
ORDER BY recognitions.created_at DESC, recognitions.id DESC LIMIT 100;
SELECT pathways.id, pathways.name, pathways.description, pathways.source_institution_id, pathways.target_institution_id,
    pathways.micro_credential_id, pathways.pathway_type, pathways.transfer_credits, pathways.equivalency_notes,
    pathways.additional_requirements, pathways.confidence_score, pathways.is_ai_suggested, pathways.ai_reasoning,
    pathways.status, pathways.is_active, pathways.approved_by, pathways.approved_at, pathways.created_at, pathways.updated_at,
    pathways.version, pathways.review_notes, micro_credentials.title, source.id, source.name, source.code, target.id,
    target.name, target.code
FROM (((pathways INNER JOIN micro_credentials ON (pathways.micro_credential_id = micro_credentials.id)) INNER JOIN institutions AS source ON (source.id = pathways.source_institution_id)) INNER JOIN institutions AS target ON (target.id = pathways.target_institution_id))
WHERE ((pathways.status = 'ACTIVE') AND (pathways.micro_credential_id = :id::uuid))
ORDER BY pathways.created_at DESC, pathways.id DESC LIMIT 100;
\endpipeline
COMMIT;
