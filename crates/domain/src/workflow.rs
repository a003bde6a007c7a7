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
    /// A step of a pathway's workflow.
    PathwayTransition {
        /// Hands a draft in for review.
        Submit,
        /// Agrees to it.
        Approve,
        /// Sends it back to its writer.
        Reject,
        /// Opens it to learners.
        Activate,
        /// Closes it for a time.
        Suspend,
        /// Withdraws it.
        Archive,
    }
}

impl PathwayStatus {
    /// The status after a step.
    ///
    /// # Errors
    /// `INVALID_TRANSITION` when the workflow has no such step from here.
    pub fn after(self, step: PathwayTransition) -> Result<Self, Failure> {
        use PathwayStatus::{Active, Approved, Archived, Draft, Suspended, UnderReview};
        use PathwayTransition::{Activate, Approve, Archive, Reject, Submit, Suspend};
        match (self, step) {
            (Draft, Submit) => Ok(UnderReview),
            (UnderReview, Approve) => Ok(Approved),
            (UnderReview, Reject) => Ok(Draft),
            (Approved | Suspended, Activate) => Ok(Active),
            (Active, Suspend) => Ok(Suspended),
            (Approved | Active | Suspended, Archive) => Ok(Archived),
            (Draft, Approve | Reject | Activate | Suspend | Archive)
            | (UnderReview, Submit | Activate | Suspend | Archive)
            | (Approved, Submit | Approve | Reject | Suspend)
            | (Active, Submit | Approve | Reject | Activate)
            | (Suspended, Submit | Approve | Reject | Suspend)
            | (Archived, Submit | Approve | Reject | Activate | Suspend | Archive) => {
                Err(Failure::new(
                    ErrorCode::InvalidTransition,
                    format!(
                        "a pathway that is {} cannot take the step {}",
                        self.as_str(),
                        step.as_str()
                    ),
                ))
            }
        }
    }

    /// Whether the fields may still be written: what a reviewer looks at or has agreed to stays as it is.
    #[must_use]
    pub const fn is_editable(self) -> bool {
        match self {
            Self::Draft => true,
            Self::UnderReview
            | Self::Approved
            | Self::Active
            | Self::Suspended
            | Self::Archived => false,
        }
    }
}

impl PathwayTransition {
    /// How the audit log names the step.
    #[must_use]
    pub const fn audit_action(self) -> AuditAction {
        match self {
            Self::Submit => AuditAction::Submit,
            Self::Approve => AuditAction::Approve,
            Self::Reject => AuditAction::Reject,
            Self::Activate => AuditAction::Activate,
            Self::Suspend => AuditAction::Suspend,
            Self::Archive => AuditAction::Archive,
        }
    }

    /// How the change feed names the step.
    #[must_use]
    pub const fn event_type(self) -> &'static str {
        match self {
            Self::Submit => "pathway.submitted",
            Self::Approve => "pathway.approved",
            Self::Reject => "pathway.rejected",
            Self::Activate => "pathway.activated",
            Self::Suspend => "pathway.suspended",
            Self::Archive => "pathway.archived",
        }
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

    #[test]
    fn the_steps_of_a_pathway_are_exactly_these() {
        let mut allowed = Vec::new();
        for status in PathwayStatus::ALL {
            for step in PathwayTransition::ALL {
                if let Ok(next) = status.after(*step) {
                    allowed.push((status.as_str(), step.as_str(), next.as_str()));
                }
            }
        }

        assert_eq!(
            allowed,
            [
                ("DRAFT", "SUBMIT", "UNDER_REVIEW"),
                ("UNDER_REVIEW", "APPROVE", "APPROVED"),
                ("UNDER_REVIEW", "REJECT", "DRAFT"),
                ("APPROVED", "ACTIVATE", "ACTIVE"),
                ("APPROVED", "ARCHIVE", "ARCHIVED"),
                ("ACTIVE", "SUSPEND", "SUSPENDED"),
                ("ACTIVE", "ARCHIVE", "ARCHIVED"),
                ("SUSPENDED", "ACTIVATE", "ACTIVE"),
                ("SUSPENDED", "ARCHIVE", "ARCHIVED"),
            ]
        );
    }

    proptest! {
        #[test]
        fn no_pathway_opens_without_approval(steps in proptest::collection::vec(0..PathwayTransition::ALL.len(), 0..60)) {
            let mut status = PathwayStatus::Draft;
            let mut approved = false;
            for step in steps {
                let before = status;
                let step = PathwayTransition::ALL[step];
                if let Ok(next) = status.after(step) {
                    status = next;
                    approved = match step {
                        PathwayTransition::Approve => true,
                        PathwayTransition::Submit | PathwayTransition::Reject => false,
                        PathwayTransition::Activate | PathwayTransition::Suspend | PathwayTransition::Archive => approved,
                    };
                }
                let needs_approval = matches!(
                    status,
                    PathwayStatus::Approved | PathwayStatus::Active | PathwayStatus::Suspended | PathwayStatus::Archived
                );
                prop_assert_eq!(needs_approval, approved);
                prop_assert!(before != PathwayStatus::Archived || status == PathwayStatus::Archived);
            }
        }

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
