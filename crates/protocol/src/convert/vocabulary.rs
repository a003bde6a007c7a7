//! Closed lists.

use domain::{ErrorCode, Failure, FieldViolation};

use crate::pb::{ai, common, credential};

/// A closed list that travels as a number.
pub trait WireEnum: Sized + Copy {
    /// The number.
    fn to_wire(self) -> i32;

    /// Reads a number.
    ///
    /// # Errors
    /// `REQUIRED_FIELD_MISSING` for "not stated", `INVALID_ENUM_VALUE` for a number that is not in the list.
    fn from_wire(number: i32, field: &str) -> Result<Self, Failure>;

    /// Reads a number that may be absent.
    ///
    /// # Errors
    /// As [`WireEnum::from_wire`].
    fn optional(number: Option<i32>, field: &str) -> Result<Option<Self>, Failure> {
        number
            .map(|number| Self::from_wire(number, field))
            .transpose()
    }
}

fn refuse(code: ErrorCode, field: &str, message: &str) -> Failure {
    let violation = FieldViolation {
        field: field.to_owned(),
        message: message.to_owned(),
    };
    Failure::new(code, format!("{field}: {message}")).with_fields(vec![violation])
}

macro_rules! wire_enums {
    ($($domain:path => $wire:path { $($variant:ident),+ $(,)? })+) => {$(
        impl WireEnum for $domain {
            fn to_wire(self) -> i32 {
                use $domain as Domain;
                use $wire as Wire;
                match self {
                    $(Domain::$variant => Wire::$variant.into(),)+
                }
            }

            fn from_wire(number: i32, field: &str) -> Result<Self, Failure> {
                use $domain as Domain;
                use $wire as Wire;
                match Wire::try_from(number) {
                    $(Ok(Wire::$variant) => Ok(Domain::$variant),)+
                    Ok(Wire::Unspecified) => Err(refuse(ErrorCode::RequiredFieldMissing, field, "must be stated")),
                    Err(_unknown) => Err(refuse(ErrorCode::InvalidEnumValue, field, "is not in the list")),
                }
            }
        }
    )+};
}

wire_enums! {
    domain::vocabulary::EducationLevel => common::EducationLevel { Introductory, Intermediate, Advanced, Graduate }
    domain::vocabulary::DeliveryMode => common::DeliveryMode { InPerson, Online, Hybrid, SelfPaced }
    domain::vocabulary::CredentialType => common::CredentialType { MicroCredential, Certificate, Diploma, Badge, Specialization }
    domain::vocabulary::BloomLevel => common::BloomLevel { Remember, Understand, Apply, Analyze, Evaluate, Create }
    domain::vocabulary::RecognitionType => common::RecognitionType { FullCredit, PartialCredit, Equivalency, Exemption, AdvancedStanding }
    domain::vocabulary::CreditType => common::CreditType { Elective, ProgramRequired, GeneralEducation, MajorRequired }
    domain::vocabulary::InstitutionType => credential::InstitutionType { University, College, Institute, Polytechnic, External }
    domain::vocabulary::OutcomeCategory => credential::OutcomeCategory { Knowledge, Skills, Competencies, Attitudes }
    domain::vocabulary::PrerequisiteType => credential::PrerequisiteType { Academic, WorkExperience, Certification, CourseCompletion, Other }
    domain::vocabulary::TranscriptMethod => credential::TranscriptMethod { ListedOnTranscript, SeparateDocument, DigitalBadge, NotRecorded }
    domain::vocabulary::PathwayType => credential::PathwayType { Internal, External, Articulation, Laddering }
    domain::vocabulary::ExchangeFormat => credential::ExchangeFormat { Csv, JsonLines }
    domain::vocabulary::ImportMode => credential::ImportMode { Upsert, Create, Update }
    domain::vocabulary::ReportKind => credential::ReportKind { Catalogue, Decisions }
    domain::vocabulary::ReportStatus => credential::ReportStatus { Pending, Ready, Failed }
    domain::vocabulary::UserRole => credential::UserRole { Admin, InstitutionAdmin, ProgramCoordinator, User }
    domain::workflow::CredentialStatus => credential::CredentialStatus { Draft, UnderReview, Published, Archived }
    domain::workflow::CredentialTransition => credential::CredentialTransition { Submit, Publish, Reject, Archive }
    domain::workflow::PathwayStatus => credential::PathwayStatus { Draft, UnderReview, Approved, Active, Suspended, Archived }
    domain::workflow::PathwayTransition => credential::PathwayTransition { Submit, Approve, Reject, Activate, Suspend, Archive }
    domain::vocabulary::Recommendation => ai::Recommendation { Approve, Conditional, Review, Deny }
    domain::vocabulary::CoverageStatus => ai::CoverageStatus { Covered, CoveredLowerLevel, Partial, NotCovered }
    domain::vocabulary::ComparisonBasis => ai::ComparisonBasis { Outcomes, Topics }
    domain::vocabulary::RuleSeverity => ai::RuleSeverity { Error, Warning }
    domain::vocabulary::FeedbackVerdict => ai::FeedbackVerdict { Accepted, Rejected, Modified }
}

#[cfg(test)]
mod tests {
    use domain::vocabulary::CredentialType;

    use super::*;

    #[test]
    fn every_value_comes_back_and_every_other_number_is_refused() {
        for value in CredentialType::ALL {
            assert_eq!(
                CredentialType::from_wire(value.to_wire(), "credentialType").unwrap(),
                *value
            );
        }
        let absent = CredentialType::from_wire(0, "credentialType").unwrap_err();
        let unknown = CredentialType::from_wire(99, "credentialType").unwrap_err();
        assert_eq!(
            (absent.code, unknown.code),
            (ErrorCode::RequiredFieldMissing, ErrorCode::InvalidEnumValue)
        );
    }
}
