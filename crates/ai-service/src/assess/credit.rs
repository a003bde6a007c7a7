//! How many credits, and where they count.
//!
//! The base is the smaller of the credits of the two offers, or the one that is stated; without either it is 0. A stated 0 is a
//! statement: an offer that gives no credits at home gives none elsewhere, and none are to be had for one that gives none.
//!
//! | advice | asked for | credits |
//! |---|---|---|
//! | APPROVE | full credit, equivalency, advanced standing | base |
//! | APPROVE | partial credit | base × coverage |
//! | CONDITIONAL | anything but exemption | base × coverage |
//! | any | exemption | 0: it frees from a requirement |
//! | REVIEW, DENY | anything | 0: nobody should read a number into an open question |
//!
//! Rounded down to half credits.

use domain::vocabulary::{CreditType, RecognitionType, Recommendation};
use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive;

use super::features::Compared;
use super::policy::{EQUIVALENT_CONTENT, EQUIVALENT_COVERAGE};
use crate::index::document::Offer;

/// Credits advised.
pub(super) fn value(
    source: &Offer,
    compared: &Compared,
    advice: Recommendation,
    asked: RecognitionType,
) -> Decimal {
    let base = base(source.credits, compared.target.credits);
    match (advice, asked) {
        (Recommendation::Review | Recommendation::Deny, _) | (_, RecognitionType::Exemption) => {
            Decimal::ZERO
        }
        (
            Recommendation::Approve,
            RecognitionType::FullCredit
            | RecognitionType::Equivalency
            | RecognitionType::AdvancedStanding,
        ) => halves(base),
        (Recommendation::Approve, RecognitionType::PartialCredit)
        | (
            Recommendation::Conditional,
            RecognitionType::FullCredit
            | RecognitionType::PartialCredit
            | RecognitionType::Equivalency
            | RecognitionType::AdvancedStanding,
        ) => share(base, compared.features.coverage),
    }
}

/// The most that could be given by coverage alone; for the sentence that says so.
pub(crate) fn at_most(source: &Offer, compared: &Compared) -> Decimal {
    let base = base(source.credits, compared.target.credits);
    share(base, compared.features.coverage)
}

/// Where the credits count.
pub(super) fn kind(compared: &Compared, advice: Recommendation) -> CreditType {
    let stands_in = matches!(
        advice,
        Recommendation::Approve | Recommendation::Conditional
    ) && compared.features.coverage >= EQUIVALENT_COVERAGE
        && compared.features.content >= EQUIVALENT_CONTENT;
    if stands_in {
        CreditType::ProgramRequired
    } else {
        CreditType::Elective
    }
}

fn base(source: Option<Decimal>, target: Option<Decimal>) -> Decimal {
    match (source, target) {
        (Some(source), Some(target)) => source.min(target),
        (Some(only), None) | (None, Some(only)) => only,
        (None, None) => Decimal::ZERO,
    }
}

fn share(base: Decimal, coverage: f64) -> Decimal {
    halves(base * Decimal::from_f64(coverage).unwrap_or_default())
}

/// Rounded down to half credits, never below 0.
fn halves(credits: Decimal) -> Decimal {
    ((credits * Decimal::TWO).floor() / Decimal::TWO)
        .max(Decimal::ZERO)
        .normalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credits_are_rounded_down_to_halves_and_never_negative() {
        let tenths = |tenths: i64| Decimal::new(tenths, 1);

        assert_eq!(halves(tenths(29)), tenths(25));
        assert_eq!(halves(tenths(30)), tenths(30));
        assert_eq!(halves(tenths(-7)), Decimal::ZERO);
        assert_eq!(share(tenths(30), 0.8), tenths(20));
    }

    #[test]
    fn a_stated_zero_is_a_statement_and_silence_is_none() {
        let three = Decimal::from(3);
        let cases = [
            (Some(three), Some(Decimal::TWO), Decimal::TWO),
            (Some(three), None, three),
            (None, Some(three), three),
            (Some(Decimal::ZERO), Some(three), Decimal::ZERO),
            (Some(three), Some(Decimal::ZERO), Decimal::ZERO),
            (Some(Decimal::ZERO), None, Decimal::ZERO),
            (None, None, Decimal::ZERO),
        ];

        for (source, target, expected) in cases {
            assert_eq!(base(source, target), expected, "{source:?} {target:?}");
        }
    }
}
