//! Which offers a question is about.

use domain::id::InstitutionId;
use domain::vocabulary::{CredentialType, DeliveryMode, EducationLevel};

use super::document::Offer;

/// Every part given must be met; an offer that does not state a value does not meet a filter on it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    pub(crate) institution: Option<InstitutionId>,
    pub(crate) credential_type: Option<CredentialType>,
    pub(crate) level: Option<EducationLevel>,
    pub(crate) delivery_mode: Option<DeliveryMode>,
}

impl Filter {
    /// Whether an offer meets every part.
    pub(crate) fn lets_through(&self, offer: &Offer) -> bool {
        self.institution.is_none_or(|id| offer.institution.id == id)
            && self
                .credential_type
                .is_none_or(|kind| offer.credential_type == kind)
            && (self.level.is_none() || offer.level == self.level)
            && (self.delivery_mode.is_none() || offer.delivery_mode == self.delivery_mode)
    }
}
