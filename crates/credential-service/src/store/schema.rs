//! The tables as diesel sees them. `outbox_events` lacks its transaction column: diesel has no such type, see [`super::outbox_events`].

diesel::table! {
    institutions (id) {
        id -> Uuid,
        name -> Text,
        institution_type -> Text,
        code -> Text,
        address -> Nullable<Text>,
        city -> Nullable<Text>,
        province -> Nullable<Text>,
        postal_code -> Nullable<Text>,
        country -> Text,
        website -> Nullable<Text>,
        contact_email -> Nullable<Text>,
        contact_phone -> Nullable<Text>,
        is_active -> Bool,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> BigInt,
        search_text -> Text,
    }
}

diesel::table! {
    micro_credentials (id) {
        id -> Uuid,
        institution_id -> Uuid,
        title -> Text,
        short_title -> Nullable<Text>,
        description -> Nullable<Text>,
        program_code -> Text,
        credential_type -> Text,
        delivery_mode -> Nullable<Text>,
        duration -> Nullable<Numeric>,
        credits -> Nullable<Numeric>,
        assessment_method -> Nullable<Text>,
        cost -> Nullable<Numeric>,
        language -> Text,
        level -> Nullable<Text>,
        campus -> Nullable<Text>,
        department -> Nullable<Text>,
        faculty -> Nullable<Text>,
        effective_date -> Nullable<Date>,
        expiry_date -> Nullable<Date>,
        last_review_date -> Nullable<Date>,
        next_review_date -> Nullable<Date>,
        program_url -> Nullable<Text>,
        application_url -> Nullable<Text>,
        additional_info -> Nullable<Text>,
        status -> Text,
        is_active -> Bool,
        published_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> BigInt,
        search_text -> Text,
    }
}

diesel::table! {
    learning_outcomes (id) {
        id -> Uuid,
        micro_credential_id -> Uuid,
        outcome_text -> Text,
        bloom_level -> Nullable<Text>,
        category -> Nullable<Text>,
        is_core -> Bool,
        keywords -> Array<Text>,
        order_index -> Integer,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    prerequisites (id) {
        id -> Uuid,
        micro_credential_id -> Uuid,
        description -> Text,
        prerequisite_type -> Text,
        is_mandatory -> Bool,
        order_index -> Integer,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    recognitions (id) {
        id -> Uuid,
        micro_credential_id -> Uuid,
        recognizing_institution_id -> Uuid,
        recognition_type -> Text,
        credit_value -> Numeric,
        credit_type -> Text,
        transcript_method -> Text,
        conditions -> Nullable<Text>,
        effective_date -> Date,
        expiry_date -> Nullable<Date>,
        approval_reference -> Nullable<Text>,
        notes -> Nullable<Text>,
        badge_url -> Nullable<Text>,
        certificate_template_id -> Nullable<Text>,
        is_active -> Bool,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> BigInt,
        withdrawn_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    pathways (id) {
        id -> Uuid,
        name -> Text,
        description -> Nullable<Text>,
        source_institution_id -> Uuid,
        target_institution_id -> Uuid,
        micro_credential_id -> Uuid,
        pathway_type -> Text,
        transfer_credits -> Nullable<Numeric>,
        equivalency_notes -> Nullable<Text>,
        additional_requirements -> Nullable<Text>,
        confidence_score -> Nullable<Double>,
        is_ai_suggested -> Bool,
        ai_reasoning -> Nullable<Text>,
        status -> Text,
        is_active -> Bool,
        approved_by -> Nullable<Uuid>,
        approved_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> BigInt,
        review_notes -> Nullable<Text>,
    }
}

diesel::table! {
    users (id) {
        id -> Uuid,
        email -> Text,
        password_hash -> Text,
        first_name -> Text,
        last_name -> Text,
        role -> Text,
        institution_id -> Nullable<Uuid>,
        is_active -> Bool,
        last_login_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> BigInt,
        tokens_valid_from -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    account_tokens (id) {
        id -> Uuid,
        user_id -> Uuid,
        purpose -> Text,
        token_hash -> Binary,
        new_email -> Nullable<Text>,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
        used_at -> Nullable<Timestamptz>,
        used_from -> Nullable<Text>,
    }
}

diesel::table! {
    registrations (id) {
        id -> Uuid,
        email -> Text,
        token_hash -> Nullable<Binary>,
        password_hash -> Nullable<Text>,
        first_name -> Nullable<Text>,
        last_name -> Nullable<Text>,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    sessions (id) {
        id -> Uuid,
        user_id -> Uuid,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
        end_reason -> Nullable<Text>,
        ip_address -> Nullable<Text>,
        user_agent -> Nullable<Text>,
    }
}

diesel::table! {
    refresh_tokens (id) {
        id -> Uuid,
        session_id -> Uuid,
        token_hash -> Binary,
        used_at -> Nullable<Timestamptz>,
        successor_salt -> Nullable<Binary>,
    }
}

diesel::table! {
    sign_in_failures (account, origin) {
        account -> Uuid,
        origin -> Text,
        failures -> Integer,
        counted_from -> Timestamptz,
        paused_until -> Nullable<Timestamptz>,
        in_a_row -> Integer,
    }
}

diesel::table! {
    audit_logs (id) {
        id -> Uuid,
        entity_type -> Text,
        entity_id -> Uuid,
        action -> Text,
        user_id -> Nullable<Uuid>,
        user_email -> Nullable<Text>,
        institution_id -> Nullable<Uuid>,
        counterpart_institution_id -> Nullable<Uuid>,
        changes -> Jsonb,
        ip_address -> Nullable<Text>,
        user_agent -> Nullable<Text>,
        request_id -> Nullable<Text>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    audit_anchors (sequence) {
        sequence -> BigInt,
        entry_hash -> Binary,
        signed_at -> Timestamptz,
        key_id -> Text,
        signature -> Binary,
    }
}

diesel::table! {
    outbox_events (sequence) {
        sequence -> BigInt,
        event_type -> Text,
        entity_type -> Text,
        entity_id -> Uuid,
        kind -> Text,
        payload -> Jsonb,
    }
}

diesel::table! {
    idempotency_keys (scope, key) {
        scope -> Text,
        key -> Text,
        request_hash -> Binary,
        response -> Nullable<Binary>,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    jobs (id) {
        id -> Uuid,
        kind -> Text,
        payload -> Jsonb,
        status -> Text,
        attempts -> Integer,
        max_attempts -> Integer,
        run_after -> Timestamptz,
        locked_until -> Nullable<Timestamptz>,
        last_error -> Nullable<Text>,
        created_at -> Timestamptz,
        finished_at -> Nullable<Timestamptz>,
        lease -> Nullable<Uuid>,
        unique_key -> Nullable<Text>,
        lane -> Nullable<Text>,
    }
}

diesel::table! {
    webhooks (id) {
        id -> Uuid,
        institution_id -> Nullable<Uuid>,
        created_by -> Uuid,
        url -> Text,
        event_types -> Array<Text>,
        secret -> Binary,
        previous_secret -> Nullable<Binary>,
        previous_secret_until -> Nullable<Timestamptz>,
        is_active -> Bool,
        disabled_reason -> Nullable<Text>,
        consecutive_failures -> Integer,
        failing_since -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    webhook_deliveries (id) {
        id -> Uuid,
        webhook_id -> Uuid,
        event_sequence -> BigInt,
        event_type -> Text,
        body -> Text,
        status -> Text,
        attempts -> Integer,
        response_status -> Nullable<Integer>,
        response_body -> Nullable<Text>,
        duration_ms -> Nullable<Integer>,
        error -> Nullable<Text>,
        created_at -> Timestamptz,
        last_attempt_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    scheduled_tasks (name) {
        name -> Text,
        due_at -> Timestamptz,
        lease -> Nullable<Uuid>,
        locked_until -> Nullable<Timestamptz>,
        last_started_at -> Nullable<Timestamptz>,
        last_succeeded_at -> Nullable<Timestamptz>,
        last_count -> Nullable<BigInt>,
        failures -> Integer,
        last_error -> Nullable<Text>,
    }
}

diesel::table! {
    reports (id) {
        id -> Uuid,
        institution_id -> Nullable<Uuid>,
        kind -> Text,
        status -> Text,
        period_start -> Nullable<Date>,
        period_end -> Nullable<Date>,
        requested_by -> Nullable<Uuid>,
        row_count -> Nullable<BigInt>,
        byte_count -> Nullable<BigInt>,
        sha256 -> Nullable<Binary>,
        error -> Nullable<Text>,
        created_at -> Timestamptz,
        finished_at -> Nullable<Timestamptz>,
    }
}

diesel::joinable!(micro_credentials -> institutions (institution_id));
diesel::joinable!(learning_outcomes -> micro_credentials (micro_credential_id));
diesel::joinable!(prerequisites -> micro_credentials (micro_credential_id));
diesel::joinable!(recognitions -> micro_credentials (micro_credential_id));
diesel::joinable!(pathways -> micro_credentials (micro_credential_id));
diesel::joinable!(sessions -> users (user_id));
diesel::joinable!(refresh_tokens -> sessions (session_id));

diesel::allow_tables_to_appear_in_same_query!(
    institutions,
    micro_credentials,
    learning_outcomes,
    prerequisites,
    recognitions,
    pathways,
    users,
    sessions,
    refresh_tokens,
    account_tokens,
);
