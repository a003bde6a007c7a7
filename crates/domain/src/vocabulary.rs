//! The closed lists of the field. The spelling here is the spelling on the wire, in the tables and on the screen.

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray, VariantNames};

macro_rules! vocabularies {
    ($($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord,
            Serialize, Deserialize, IntoStaticStr, VariantArray, VariantNames, strum::EnumString,
        )]
        #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
        #[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = <Self as VariantArray>::VARIANTS;
            /// The spelling of every value, in order.
            pub const NAMES: &'static [&'static str] = <Self as VariantNames>::VARIANTS;

            /// The spelling of this value.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                self.into()
            }

            /// Reads a value by its spelling; `None` when it is not in the list.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                text.parse().ok()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(self.as_str())
            }
        }
    )+};
}

pub(crate) use vocabularies;

vocabularies! {
    /// Kind of institution.
    InstitutionType {
        /// A university.
        University,
        /// A college.
        College,
        /// An institute.
        Institute,
        /// A polytechnic.
        Polytechnic,
        /// A partner outside the province's system.
        External,
    }
    /// Kind of credential an offer leads to.
    CredentialType {
        /// A micro-credential.
        MicroCredential,
        /// A certificate.
        Certificate,
        /// A diploma.
        Diploma,
        /// A badge.
        Badge,
        /// A set of offers taken together.
        Specialization,
    }
    /// How an offer is taught.
    DeliveryMode {
        /// On campus.
        InPerson,
        /// Over the network, with dates.
        Online,
        /// Partly on campus.
        Hybrid,
        /// Over the network, at one's own pace.
        SelfPaced,
    }
    /// How advanced an offer is, in ascending order.
    EducationLevel {
        /// First contact with the field.
        Introductory,
        /// Builds on an introduction.
        Intermediate,
        /// Upper-division depth.
        Advanced,
        /// Graduate study.
        Graduate,
    }
    /// Level of Bloom's revised taxonomy (Anderson and Krathwohl, 2001), in ascending order.
    BloomLevel {
        /// Recall facts.
        Remember,
        /// Explain ideas.
        Understand,
        /// Use in new situations.
        Apply,
        /// Draw connections.
        Analyze,
        /// Justify a decision.
        Evaluate,
        /// Produce original work.
        Create,
    }
    /// What a learning outcome is about.
    OutcomeCategory {
        /// Knowing.
        Knowledge,
        /// Doing.
        Skills,
        /// Doing with responsibility and autonomy.
        Competencies,
        /// Valuing.
        Attitudes,
    }
    /// Kind of prerequisite.
    PrerequisiteType {
        /// Schooling.
        Academic,
        /// Experience at work.
        WorkExperience,
        /// A certification held.
        Certification,
        /// A course completed.
        CourseCompletion,
        /// Anything else.
        Other,
    }
    /// What a recognition gives.
    RecognitionType {
        /// All of the credits.
        FullCredit,
        /// Part of the credits.
        PartialCredit,
        /// Stands for a named offer of the recognising institution.
        Equivalency,
        /// Frees from a requirement without credit.
        Exemption,
        /// Entry at a later stage.
        AdvancedStanding,
    }
    /// Where in a program recognised credit counts.
    CreditType {
        /// As an elective.
        Elective,
        /// As a required part of a program.
        ProgramRequired,
        /// As general education.
        GeneralEducation,
        /// As a required part of a major.
        MajorRequired,
    }
    /// How recognised credit shows on the transcript.
    TranscriptMethod {
        /// As a line of the transcript.
        ListedOnTranscript,
        /// On a document of its own.
        SeparateDocument,
        /// As a digital badge.
        DigitalBadge,
        /// Not at all.
        NotRecorded,
    }
    /// Kind of pathway.
    PathwayType {
        /// Within one institution.
        Internal,
        /// To another institution.
        External,
        /// By an articulation agreement.
        Articulation,
        /// Stacking towards a larger credential.
        Laddering,
    }
    /// What a person may do, from most to least.
    UserRole {
        /// Runs the platform.
        Admin,
        /// Decides for an institution.
        InstitutionAdmin,
        /// Writes an institution's offers.
        ProgramCoordinator,
        /// Reads and asks.
        User,
    }
    /// What was done, as the audit log names it.
    AuditAction {
        /// An object was recorded.
        Create,
        /// An object changed.
        Update,
        /// An object was removed.
        Delete,
        /// A draft was handed in for review.
        Submit,
        /// A micro-credential became public.
        Publish,
        /// An object was withdrawn.
        Archive,
        /// A reviewer agreed.
        Approve,
        /// A reviewer sent a draft back.
        Reject,
        /// A pathway was opened to learners.
        Activate,
        /// A pathway was closed for a while.
        Suspend,
        /// A person signed in.
        Login,
        /// A sign-in that was refused, for a known account or an unknown one.
        LoginFailed,
        /// A person signed out.
        Logout,
        /// A session was ended because one of its refresh tokens came back after use.
        RefreshReuse,
        /// A person asked for something that their role does not allow.
        AccessRefused,
        /// A session was ended by its owner or by an administrator.
        SessionEnd,
        /// A person chose another password.
        PasswordChange,
        /// An account was asked for; it is there once its address is confirmed.
        RegistrationRequest,
        /// A link to choose another password was asked for.
        PasswordResetRequest,
        /// Another password was chosen by such a link, or set by an operator.
        PasswordReset,
        /// Another e-mail address was asked for; it counts once it is confirmed.
        EmailChangeRequest,
        /// Another e-mail address was confirmed.
        EmailChange,
        /// A person was invited.
        Invite,
        /// A person accepted an invitation.
        InviteAccept,
        /// A person got another role or institution.
        RoleChange,
        /// An account was disabled.
        AccountDisable,
        /// An account was enabled again.
        AccountEnable,
        /// Micro-credentials were imported; each that changed has an entry of its own.
        Import,
        /// Micro-credentials were exported, or a report was read.
        Export,
    }
    /// Shape of a file of micro-credentials.
    ExchangeFormat {
        /// Comma-separated values with a header; an outcome and a prerequisite on each row.
        Csv,
        /// One JSON object on each line.
        JsonLines,
    }
    /// What an import does with a program code that is on record, and with one that is not.
    ImportMode {
        /// Changes what is on record and records what is not.
        Upsert,
        /// Only records; a program code that is on record makes its row bad.
        Create,
        /// Only changes; a program code that is not on record makes its row bad.
        Update,
    }
    /// What an assessment advises. A person decides.
    Recommendation {
        /// Give the credit.
        Approve,
        /// Give it once the conditions are met.
        Conditional,
        /// Not clear: let an expert look.
        Review,
        /// Do not give it.
        Deny,
    }
    /// How far one target outcome is covered.
    CoverageStatus {
        /// Covered.
        Covered,
        /// Covered at a lower Bloom level.
        CoveredLowerLevel,
        /// Covered in part.
        Partial,
        /// Not covered.
        NotCovered,
    }
    /// What a comparison rests on.
    ComparisonBasis {
        /// Stated learning outcomes on both sides.
        Outcomes,
        /// Topics read out of a description on at least one side.
        Topics,
    }
    /// How much a broken rule weighs.
    RuleSeverity {
        /// It should not be recorded like this.
        Error,
        /// Somebody should look again.
        Warning,
    }
    /// What somebody made of a prediction.
    FeedbackVerdict {
        /// Used as it was.
        Accepted,
        /// Not used.
        Rejected,
        /// Used after a change.
        Modified,
    }
    /// Kind of object, as the audit log and the change feed name it.
    EntityType {
        /// An institution.
        Institution,
        /// A micro-credential.
        MicroCredential,
        /// A recognition.
        Recognition,
        /// A pathway.
        Pathway,
        /// A person with an account.
        User,
        /// A webhook.
        Webhook,
        /// A report.
        Report,
    }
    /// Where a message to a webhook stands.
    DeliveryStatus {
        /// Waits for its first or its next attempt.
        Pending,
        /// The receiver has it.
        Succeeded,
        /// Given up.
        Failed,
    }
    /// What a report holds.
    ReportKind {
        /// The micro-credentials of an institution, as an export in JSON lines that an import reads back.
        Catalogue,
        /// What an institution decided on recognitions and pathways in a period, with who and when, as CSV.
        Decisions,
    }
    /// Where a report stands.
    ReportStatus {
        /// Waits for a worker, or is being made.
        Pending,
        /// Can be read.
        Ready,
        /// Given up.
        Failed,
    }
}

impl EducationLevel {
    /// Place on the ladder, from 0.
    #[must_use]
    pub const fn rank(self) -> i32 {
        match self {
            Self::Introductory => 0,
            Self::Intermediate => 1,
            Self::Advanced => 2,
            Self::Graduate => 3,
        }
    }
}

impl BloomLevel {
    /// Place in the taxonomy, from 1 as the literature counts.
    #[must_use]
    pub const fn rank(self) -> i32 {
        match self {
            Self::Remember => 1,
            Self::Understand => 2,
            Self::Apply => 3,
            Self::Analyze => 4,
            Self::Evaluate => 5,
            Self::Create => 6,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_read_back_from_its_spelling() {
        for value in CredentialType::ALL {
            assert_eq!(CredentialType::parse(value.as_str()), Some(*value));
        }
        assert_eq!(DeliveryMode::SelfPaced.as_str(), "SELF_PACED");
        assert_eq!(DeliveryMode::parse("self_paced"), None);
    }

    #[test]
    fn json_and_spelling_agree() {
        for value in RecognitionType::ALL {
            assert_eq!(serde_json::to_value(value).unwrap(), value.as_str());
        }
    }
}
