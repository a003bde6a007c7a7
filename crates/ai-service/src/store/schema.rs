//! Tables of the schema `ai`; what the service does not touch yet is not here.

diesel::table! {
    ai.embeddings (content_hash, model) {
        content_hash -> Binary,
        model -> Text,
        vector -> Binary,
        created_at -> Timestamptz,
        used_at -> Timestamptz,
    }
}

diesel::table! {
    ai.feed_cursor (follower) {
        follower -> Text,
        transaction -> Int8,
        sequence -> Int8,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    ai.predictions (id) {
        id -> Uuid,
        kind -> Text,
        model_version -> Text,
        inputs -> Jsonb,
        output -> Jsonb,
        user_id -> Nullable<Uuid>,
        request_id -> Nullable<Text>,
        created_at -> Timestamptz,
        institution_id -> Nullable<Uuid>,
        score -> Nullable<Double>,
    }
}

diesel::table! {
    ai.feedback (id) {
        id -> Uuid,
        prediction_id -> Uuid,
        user_id -> Uuid,
        verdict -> Text,
        rating -> Nullable<Int2>,
        comment -> Nullable<Text>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}
