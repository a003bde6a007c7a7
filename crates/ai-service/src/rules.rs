//! The written rules for recognitions, checked one by one on a proposal.
//!
//! A rule holds, is broken, or cannot be checked because the catalogue does not say enough; each outcome is told. Nothing here
//! reads a clock: days are compared with the proposal's own.

mod check;

use std::sync::Arc;

use domain::id::RecognitionId;
use domain::institution::Institution;
use domain::recognition::{Recognition, RecognitionDraft};
use domain::vocabulary::RuleSeverity;

use crate::index::document::Offer;

/// Name of the set of rules; it changes with every rule, range or severity.
pub(crate) const METHOD: &str = "recognition-rules-2";

/// What the rules look at.
pub(crate) struct Proposal<'a> {
    pub(crate) draft: &'a RecognitionDraft,
    /// The recognition that this would change.
    pub(crate) changes: Option<RecognitionId>,
    /// The offer; absent unless it is published and in service.
    pub(crate) offer: Option<&'a Offer>,
    /// The recognising institution; absent unless it is in service.
    pub(crate) institution: Option<&'a Institution>,
    /// Recognitions of the same offer by the same institution that stand.
    pub(crate) standing: &'a [Arc<Recognition>],
    /// The recognising institution's offer nearest in content, with the cosine.
    pub(crate) nearest: Option<(&'a Offer, f64)>,
}

/// What a rule says.
enum Outcome {
    Holds,
    Broken(RuleSeverity, String),
    Unchecked(String),
}

/// A rule that is broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Broken {
    pub(crate) id: &'static str,
    pub(crate) severity: RuleSeverity,
    pub(crate) field: &'static str,
    pub(crate) explanation: String,
}

/// What all rules say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Findings {
    pub(crate) broken: Vec<Broken>,
    pub(crate) checked: Vec<&'static str>,
    pub(crate) unchecked: Vec<(&'static str, String)>,
}

impl Findings {
    /// Whether nothing stands against recording it.
    pub(crate) fn is_valid(&self) -> bool {
        let mut severities = self.broken.iter().map(|broken| broken.severity);
        severities.all(|severity| severity != RuleSeverity::Error)
    }
}

/// Name, field, check.
type Rule = (&'static str, &'static str, fn(&Proposal<'_>) -> Outcome);

const RULES: &[Rule] = &[
    (
        "OFFER_PUBLISHED",
        "microCredentialId",
        check::offer_published,
    ),
    ("OFFER_IN_FORCE", "effectiveDate", check::offer_in_force),
    (
        "INSTITUTION_IN_SERVICE",
        "recognizingInstitutionId",
        check::institution_in_service,
    ),
    (
        "INSTITUTIONS_DIFFER",
        "recognizingInstitutionId",
        check::institutions_differ,
    ),
    ("CREDITS_IN_RANGE", "creditValue", check::credits_in_range),
    (
        "CREDITS_WITHIN_OFFER",
        "creditValue",
        check::credits_within_offer,
    ),
    (
        "EXEMPTION_WITHOUT_CREDITS",
        "creditValue",
        check::exemption_without_credits,
    ),
    (
        "CREDITS_FOR_CREDIT",
        "creditValue",
        check::credits_for_credit,
    ),
    (
        "FULL_CREDIT_IS_FULL",
        "recognitionType",
        check::full_credit_is_full,
    ),
    (
        "PARTIAL_CREDIT_IS_PARTIAL",
        "recognitionType",
        check::partial_credit_is_partial,
    ),
    (
        "PARTIAL_CREDIT_HAS_CONDITIONS",
        "conditions",
        check::partial_credit_has_conditions,
    ),
    ("HOURS_PER_CREDIT", "creditValue", check::hours_per_credit),
    ("DATES_IN_ORDER", "expiryDate", check::dates_in_order),
    ("ENDS_WITH_OFFER", "expiryDate", check::ends_with_offer),
    ("NO_DUPLICATE", "recognitionType", check::no_duplicate),
    (
        "EQUIVALENT_OFFER_EXISTS",
        "recognitionType",
        check::equivalent_offer_exists,
    ),
    ("LEVEL_SUFFICES", "creditType", check::level_suffices),
];

/// Checks every rule.
pub(crate) fn check(proposal: &Proposal<'_>) -> Findings {
    let mut findings = Findings::default();
    for (id, field, rule) in RULES {
        match rule(proposal) {
            Outcome::Holds => findings.checked.push(id),
            Outcome::Broken(severity, explanation) => {
                findings.checked.push(id);
                findings.broken.push(Broken {
                    id,
                    severity,
                    field,
                    explanation,
                });
            }
            Outcome::Unchecked(reason) => findings.unchecked.push((id, reason)),
        }
    }
    findings
}

#[cfg(test)]
mod tests;
