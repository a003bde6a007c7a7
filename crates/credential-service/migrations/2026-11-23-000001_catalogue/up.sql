-- Institutions, micro-credentials and what joins them.
SET LOCAL lock_timeout = '5s';

-- Trusted since PostgreSQL 13: the owner of the database may create it.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE TABLE institutions (
    id uuid NOT NULL,
    name text NOT NULL,
    institution_type text NOT NULL,
    code text NOT NULL,
    address text,
    city text,
    province text,
    postal_code text,
    country text NOT NULL,
    website text,
    contact_email text,
    contact_phone text,
    is_active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version bigint NOT NULL DEFAULT 1,
    search_text text NOT NULL GENERATED ALWAYS AS (lower(name || ' ' || code || ' ' || coalesce(city, ''))) STORED,
    CONSTRAINT institutions_pkey PRIMARY KEY (id),
    CONSTRAINT institutions_code_key UNIQUE (code),
    CONSTRAINT institutions_institution_type_check CHECK (institution_type IN ('UNIVERSITY', 'COLLEGE', 'INSTITUTE', 'POLYTECHNIC', 'EXTERNAL')),
    CONSTRAINT institutions_name_check CHECK (char_length(name) BETWEEN 1 AND 200),
    CONSTRAINT institutions_code_check CHECK (char_length(code) BETWEEN 1 AND 20),
    CONSTRAINT institutions_version_check CHECK (version > 0)
);
CREATE INDEX institutions_name_idx ON institutions (name, id);
CREATE INDEX institutions_created_at_idx ON institutions (created_at, id);
CREATE INDEX institutions_search_text_idx ON institutions USING gin (search_text gin_trgm_ops);

CREATE TABLE micro_credentials (
    id uuid NOT NULL,
    institution_id uuid NOT NULL,
    title text NOT NULL,
    short_title text,
    description text,
    program_code text NOT NULL,
    credential_type text NOT NULL,
    delivery_mode text,
    duration numeric(8, 2),
    credits numeric(5, 2),
    assessment_method text,
    cost numeric(10, 2),
    language text NOT NULL,
    level text,
    campus text,
    department text,
    faculty text,
    effective_date date,
    expiry_date date,
    last_review_date date,
    next_review_date date,
    program_url text,
    application_url text,
    additional_info text,
    status text NOT NULL DEFAULT 'DRAFT',
    is_active boolean NOT NULL DEFAULT true,
    published_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version bigint NOT NULL DEFAULT 1,
    search_text text NOT NULL GENERATED ALWAYS AS (lower(title || ' ' || program_code || ' ' || coalesce(description, ''))) STORED,
    CONSTRAINT micro_credentials_pkey PRIMARY KEY (id),
    CONSTRAINT micro_credentials_program_code_key UNIQUE (program_code),
    CONSTRAINT micro_credentials_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES institutions (id),
    CONSTRAINT micro_credentials_title_check CHECK (char_length(title) BETWEEN 1 AND 300),
    CONSTRAINT micro_credentials_program_code_check CHECK (char_length(program_code) BETWEEN 1 AND 60),
    CONSTRAINT micro_credentials_credential_type_check CHECK (credential_type IN ('MICRO_CREDENTIAL', 'CERTIFICATE', 'DIPLOMA', 'BADGE', 'SPECIALIZATION')),
    CONSTRAINT micro_credentials_delivery_mode_check CHECK (delivery_mode IN ('IN_PERSON', 'ONLINE', 'HYBRID', 'SELF_PACED')),
    CONSTRAINT micro_credentials_level_check CHECK (level IN ('INTRODUCTORY', 'INTERMEDIATE', 'ADVANCED', 'GRADUATE')),
    CONSTRAINT micro_credentials_status_check CHECK (status IN ('DRAFT', 'UNDER_REVIEW', 'PUBLISHED', 'ARCHIVED')),
    CONSTRAINT micro_credentials_duration_check CHECK (duration > 0 AND duration <= 10000),
    CONSTRAINT micro_credentials_credits_check CHECK (credits BETWEEN 0 AND 60),
    CONSTRAINT micro_credentials_cost_check CHECK (cost BETWEEN 0 AND 1000000),
    CONSTRAINT micro_credentials_dates_check CHECK (effective_date <= expiry_date),
    CONSTRAINT micro_credentials_published_at_check CHECK (status <> 'PUBLISHED' OR published_at IS NOT NULL),
    CONSTRAINT micro_credentials_version_check CHECK (version > 0)
);
CREATE INDEX micro_credentials_institution_id_idx ON micro_credentials (institution_id, status);
CREATE INDEX micro_credentials_created_at_idx ON micro_credentials (status, created_at, id);
CREATE INDEX micro_credentials_title_idx ON micro_credentials (status, title, id);
CREATE INDEX micro_credentials_credits_idx ON micro_credentials (credits);
CREATE INDEX micro_credentials_level_idx ON micro_credentials (level, status);
CREATE INDEX micro_credentials_search_text_idx ON micro_credentials USING gin (search_text gin_trgm_ops);

CREATE TABLE learning_outcomes (
    id uuid NOT NULL,
    micro_credential_id uuid NOT NULL,
    outcome_text text NOT NULL,
    bloom_level text,
    category text,
    is_core boolean NOT NULL,
    keywords text[] NOT NULL DEFAULT '{}',
    order_index integer NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT learning_outcomes_pkey PRIMARY KEY (id),
    CONSTRAINT learning_outcomes_order_key UNIQUE (micro_credential_id, order_index),
    CONSTRAINT learning_outcomes_micro_credential_id_fkey FOREIGN KEY (micro_credential_id) REFERENCES micro_credentials (id) ON DELETE CASCADE,
    CONSTRAINT learning_outcomes_outcome_text_check CHECK (char_length(outcome_text) BETWEEN 1 AND 5000),
    CONSTRAINT learning_outcomes_bloom_level_check CHECK (bloom_level IN ('REMEMBER', 'UNDERSTAND', 'APPLY', 'ANALYZE', 'EVALUATE', 'CREATE')),
    CONSTRAINT learning_outcomes_category_check CHECK (category IN ('KNOWLEDGE', 'SKILLS', 'COMPETENCIES', 'ATTITUDES')),
    CONSTRAINT learning_outcomes_order_index_check CHECK (order_index >= 0)
);

CREATE TABLE prerequisites (
    id uuid NOT NULL,
    micro_credential_id uuid NOT NULL,
    description text NOT NULL,
    prerequisite_type text NOT NULL,
    is_mandatory boolean NOT NULL,
    order_index integer NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT prerequisites_pkey PRIMARY KEY (id),
    CONSTRAINT prerequisites_order_key UNIQUE (micro_credential_id, order_index),
    CONSTRAINT prerequisites_micro_credential_id_fkey FOREIGN KEY (micro_credential_id) REFERENCES micro_credentials (id) ON DELETE CASCADE,
    CONSTRAINT prerequisites_description_check CHECK (char_length(description) BETWEEN 1 AND 1000),
    CONSTRAINT prerequisites_prerequisite_type_check CHECK (prerequisite_type IN ('ACADEMIC', 'WORK_EXPERIENCE', 'CERTIFICATION', 'COURSE_COMPLETION', 'OTHER')),
    CONSTRAINT prerequisites_order_index_check CHECK (order_index >= 0)
);

CREATE TABLE recognitions (
    id uuid NOT NULL,
    micro_credential_id uuid NOT NULL,
    recognizing_institution_id uuid NOT NULL,
    recognition_type text NOT NULL,
    credit_value numeric(5, 2) NOT NULL,
    credit_type text NOT NULL,
    transcript_method text NOT NULL,
    conditions text,
    effective_date date NOT NULL,
    expiry_date date,
    approval_reference text,
    notes text,
    badge_url text,
    certificate_template_id text,
    is_active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version bigint NOT NULL DEFAULT 1,
    CONSTRAINT recognitions_pkey PRIMARY KEY (id),
    CONSTRAINT recognitions_micro_credential_id_fkey FOREIGN KEY (micro_credential_id) REFERENCES micro_credentials (id),
    CONSTRAINT recognitions_recognizing_institution_id_fkey FOREIGN KEY (recognizing_institution_id) REFERENCES institutions (id),
    CONSTRAINT recognitions_recognition_type_check CHECK (recognition_type IN ('FULL_CREDIT', 'PARTIAL_CREDIT', 'EQUIVALENCY', 'EXEMPTION', 'ADVANCED_STANDING')),
    CONSTRAINT recognitions_credit_type_check CHECK (credit_type IN ('ELECTIVE', 'PROGRAM_REQUIRED', 'GENERAL_EDUCATION', 'MAJOR_REQUIRED')),
    CONSTRAINT recognitions_transcript_method_check CHECK (transcript_method IN ('LISTED_ON_TRANSCRIPT', 'SEPARATE_DOCUMENT', 'DIGITAL_BADGE', 'NOT_RECORDED')),
    CONSTRAINT recognitions_credit_value_check CHECK (credit_value BETWEEN 0 AND 60),
    CONSTRAINT recognitions_dates_check CHECK (effective_date <= expiry_date),
    CONSTRAINT recognitions_version_check CHECK (version > 0)
);
-- One decision of a kind in force; withdrawn ones may be repeated.
CREATE UNIQUE INDEX recognitions_active_key ON recognitions (micro_credential_id, recognizing_institution_id, recognition_type) WHERE is_active;
CREATE INDEX recognitions_micro_credential_id_idx ON recognitions (micro_credential_id, created_at);
CREATE INDEX recognitions_recognizing_institution_id_idx ON recognitions (recognizing_institution_id, created_at);
CREATE INDEX recognitions_created_at_idx ON recognitions (created_at, id);

CREATE TABLE pathways (
    id uuid NOT NULL,
    name text NOT NULL,
    description text,
    source_institution_id uuid NOT NULL,
    target_institution_id uuid NOT NULL,
    micro_credential_id uuid NOT NULL,
    pathway_type text NOT NULL,
    transfer_credits numeric(5, 2),
    equivalency_notes text,
    additional_requirements text,
    confidence_score double precision,
    is_ai_suggested boolean NOT NULL DEFAULT false,
    ai_reasoning text,
    status text NOT NULL DEFAULT 'DRAFT',
    is_active boolean NOT NULL DEFAULT true,
    approved_by uuid,
    approved_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version bigint NOT NULL DEFAULT 1,
    CONSTRAINT pathways_pkey PRIMARY KEY (id),
    CONSTRAINT pathways_source_institution_id_fkey FOREIGN KEY (source_institution_id) REFERENCES institutions (id),
    CONSTRAINT pathways_target_institution_id_fkey FOREIGN KEY (target_institution_id) REFERENCES institutions (id),
    CONSTRAINT pathways_micro_credential_id_fkey FOREIGN KEY (micro_credential_id) REFERENCES micro_credentials (id),
    CONSTRAINT pathways_name_check CHECK (char_length(name) BETWEEN 1 AND 300),
    CONSTRAINT pathways_pathway_type_check CHECK (pathway_type IN ('INTERNAL', 'EXTERNAL', 'ARTICULATION', 'LADDERING')),
    CONSTRAINT pathways_status_check CHECK (status IN ('DRAFT', 'UNDER_REVIEW', 'APPROVED', 'ACTIVE', 'SUSPENDED', 'ARCHIVED')),
    CONSTRAINT pathways_transfer_credits_check CHECK (transfer_credits BETWEEN 0 AND 60),
    CONSTRAINT pathways_confidence_score_check CHECK (confidence_score BETWEEN 0 AND 1),
    CONSTRAINT pathways_version_check CHECK (version > 0)
);
CREATE INDEX pathways_source_institution_id_idx ON pathways (source_institution_id, status);
CREATE INDEX pathways_target_institution_id_idx ON pathways (target_institution_id, status);
CREATE INDEX pathways_micro_credential_id_idx ON pathways (micro_credential_id, created_at);
CREATE INDEX pathways_approved_by_idx ON pathways (approved_by);
CREATE INDEX pathways_created_at_idx ON pathways (status, created_at, id);
