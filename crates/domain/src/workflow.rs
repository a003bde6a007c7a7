//! Which step leads from which status to which. What is not written here cannot happen.

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray, VariantNames};

use crate::failure::{ErrorCode, Failure};
use crate::vocabulary::{AuditAction, vocabularies};

vocabularies! {
    /// Where a micro-credential stands.
    CredentialStatus {
        /// Being written; seen by its institution only.
        Draft,
        /// Waiting for the institution's administrator.
        UnderReview,
        /// Public.
        Published,
        /// Withdrawn.
        Archived,
    }
    /// A step of a micro-credential's workflow.
    CredentialTransition {
        /// Hands a draft in for review.
        Submit,
        /// Makes it public.
        Publish,
        /// Sends it back to its writer.
        Reject,
        /// Withdraws it.
        Archive,
    }
    /// Where a pathway stands.
    PathwayStatus {
        /// Being written.
        Draft,
        /// Waiting for the target institution.
        UnderReview,
        /// Approved, not yet open.
        Approved,
        /// Open to learners.
        Active,
        /// Closed for a time.
        Suspended,
        /// Withdrawn.
        Archived,
    }
}

impl CredentialStatus {
    /// The status after a step.
    ///
    /// # Errors
    /// `INVALID_TRANSITION` when the workflow has no such step from here.
    pub fn after(self, step: CredentialTransition) -> Result<Self, Failure> {
        use CredentialStatus::{Archived, Draft, Published, UnderReview};
        use CredentialTransition::{Archive, Publish, Reject, Submit};
        match (self, step) {
            (Draft, Submit) => Ok(UnderReview),
            (UnderReview, Publish) => Ok(Published),
            (UnderReview, Reject) => Ok(Draft),
            (Published, Archive) => Ok(Archived),
            (Draft, Publish | Reject | Archive)
            | (UnderReview, Submit | Archive)
            | (Published, Submit | Publish | Reject)
            | (Archived, Submit | Publish | Reject | Archive) => Err(Failure::new(
                ErrorCode::InvalidTransition,
                format!(
                    "a micro-credential that is {} cannot take the step {}",
                    self.as_str(),
                    step.as_str()
                ),
            )),
        }
    }

    /// Whether the fields may still be written.
    #[must_use]
    pub const fn is_editable(self) -> bool {
        match self {
            Self::Draft | Self::UnderReview | Self::Published => true,
            Self::Archived => false,
        }
    }
}

impl CredentialTransition {
    /// How the audit log names the step.
    #[must_use]
    pub const fn audit_action(self) -> AuditAction {
        match self {
            Self::Submit => AuditAction::Submit,
            Self::Publish => AuditAction::Publish,
            Self::Reject => AuditAction::Reject,
            Self::Archive => AuditAction::Archive,
        }
    }

    /// How the change feed names the step.
    #[must_use]
    pub const fn event_type(self) -> &'static str {
        match self {
            Self::Submit => "credential.submitted",
            Self::Publish => "credential.published",
            Self::Reject => "credential.rejected",
            Self::Archive => "credential.archived",
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_steps_are_exactly_these() {
        let mut allowed = Vec::new();
        for status in CredentialStatus::ALL {
            for step in CredentialTransition::ALL {
                if let Ok(next) = status.after(*step) {
                    allowed.push((status.as_str(), step.as_str(), next.as_str()));
                }
            }
        }

        assert_eq!(
            allowed,
            [
                ("DRAFT", "SUBMIT", "UNDER_REVIEW"),
                ("UNDER_REVIEW", "PUBLISH", "PUBLISHED"),
                ("UNDER_REVIEW", "REJECT", "DRAFT"),
                ("PUBLISHED", "ARCHIVE", "ARCHIVED"),
            ]
        );
    }

    proptest! {
        #[test]
        fn nothing_becomes_public_without_review(steps in proptest::collection::vec(0..CredentialTransition::ALL.len(), 0..40)) {
            let mut status = CredentialStatus::Draft;
            for step in steps {
                let before = status;
                if let Ok(next) = status.after(CredentialTransition::ALL[step]) {
                    status = next;
                }
                prop_assert!(status != CredentialStatus::Published || before == CredentialStatus::UnderReview || before == CredentialStatus::Published);
                prop_assert!(before != CredentialStatus::Archived || status == CredentialStatus::Archived);
            }
        }
    }
}
