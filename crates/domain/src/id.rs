//! Identifiers: one type per kind, so that two kinds cannot be mixed up.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::failure::Failure;

macro_rules! identifiers {
    ($($(#[$doc:meta])* $name:ident => $label:literal),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Makes a new identifier, ordered by time (UUID version 7).
            #[must_use]
            pub fn generate() -> Self {
                Self(Uuid::now_v7())
            }

            /// Gives the bare UUID.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(formatter)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(formatter, concat!($label, ":{}"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = Failure;

            fn from_str(text: &str) -> Result<Self, Failure> {
                // Only the hyphenated form: braces, URNs and bare digits would give one object several addresses.
                if text.len() != 36 {
                    return Err(Failure::malformed(concat!("the ", $label, " id is not a UUID")));
                }
                Uuid::try_parse(text)
                    .map(Self)
                    .map_err(|_error| Failure::malformed(concat!("the ", $label, " id is not a UUID")))
            }
        }
    )+};
}

identifiers! {
    /// An institution.
    InstitutionId => "institution",
    /// A micro-credential.
    MicroCredentialId => "micro-credential",
    /// A learning outcome.
    LearningOutcomeId => "learning outcome",
    /// A prerequisite.
    PrerequisiteId => "prerequisite",
    /// A recognition.
    RecognitionId => "recognition",
    /// A pathway.
    PathwayId => "pathway",
    /// A person with an account.
    UserId => "user",
    /// A session: the whole chain of refresh tokens that one sign-in starts.
    SessionId => "session",
    /// An entry of the audit log.
    AuditEntryId => "audit entry",
    /// A webhook.
    WebhookId => "webhook",
    /// A delivery to a webhook.
    WebhookDeliveryId => "delivery",
    /// A report.
    ReportId => "report",
    /// A stored prediction.
    PredictionId => "prediction",
}
