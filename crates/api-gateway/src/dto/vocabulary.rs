//! The closed lists, as the API description shows them. The values themselves are `domain`'s.

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

macro_rules! closed_lists {
    ($($(#[$doc:meta])* $name:ident => $names:expr;)+) => {$(
        $(#[$doc])*
        pub(crate) struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                closed_list($names)
            }
        }

        impl ToSchema for $name {}
    )+};
}

fn closed_list(names: impl IntoIterator<Item = &'static str>) -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(SchemaType::Type(Type::String))
        .enum_values(Some(names))
        .into()
}

fn copied(names: &'static [&'static str]) -> impl Iterator<Item = &'static str> {
    names.iter().copied()
}

closed_lists! {
    /// Kinds of institution.
    InstitutionType => copied(domain::vocabulary::InstitutionType::NAMES);
    /// Kinds of credential.
    CredentialType => copied(domain::vocabulary::CredentialType::NAMES);
    /// Ways of teaching.
    DeliveryMode => copied(domain::vocabulary::DeliveryMode::NAMES);
    /// Levels of education.
    EducationLevel => copied(domain::vocabulary::EducationLevel::NAMES);
    /// Bloom's levels.
    BloomLevel => copied(domain::vocabulary::BloomLevel::NAMES);
    /// Categories of outcomes.
    OutcomeCategory => copied(domain::vocabulary::OutcomeCategory::NAMES);
    /// Kinds of prerequisite.
    PrerequisiteType => copied(domain::vocabulary::PrerequisiteType::NAMES);
    /// Kinds of recognition.
    RecognitionType => copied(domain::vocabulary::RecognitionType::NAMES);
    /// Places where credit counts.
    CreditType => copied(domain::vocabulary::CreditType::NAMES);
    /// Ways onto the transcript.
    TranscriptMethod => copied(domain::vocabulary::TranscriptMethod::NAMES);
    /// Kinds of pathway.
    PathwayType => copied(domain::vocabulary::PathwayType::NAMES);
    /// Roles.
    UserRole => copied(domain::vocabulary::UserRole::NAMES);
    /// What the record knows.
    AuditAction => copied(domain::vocabulary::AuditAction::NAMES);
    /// What can be wrong with the record.
    ChainFaultKind => copied(domain::audit::ChainFaultKind::NAMES);
    /// Kinds of object.
    EntityType => copied(domain::vocabulary::EntityType::NAMES);
    /// What an import does with program codes.
    ImportMode => copied(domain::vocabulary::ImportMode::NAMES);
    /// Where a message to a webhook stands.
    DeliveryStatus => copied(domain::vocabulary::DeliveryStatus::NAMES);
    /// What a report holds.
    ReportKind => copied(domain::vocabulary::ReportKind::NAMES);
    /// Where a report stands.
    ReportStatus => copied(domain::vocabulary::ReportStatus::NAMES);
    /// What an assessment advises.
    Recommendation => copied(domain::vocabulary::Recommendation::NAMES);
    /// How far an outcome is covered.
    CoverageStatus => copied(domain::vocabulary::CoverageStatus::NAMES);
    /// What a comparison rests on.
    ComparisonBasis => copied(domain::vocabulary::ComparisonBasis::NAMES);
    /// How much a broken rule weighs.
    RuleSeverity => copied(domain::vocabulary::RuleSeverity::NAMES);
    /// What somebody made of an answer.
    FeedbackVerdict => copied(domain::vocabulary::FeedbackVerdict::NAMES);
    /// Where a micro-credential stands.
    CredentialStatus => copied(domain::workflow::CredentialStatus::NAMES);
    /// Where a pathway stands.
    PathwayStatus => copied(domain::workflow::PathwayStatus::NAMES);
    /// Names of errors.
    ErrorCode => domain::ErrorCode::ALL.iter().map(|code| code.as_str());
}
