//! The rules.

use chrono::NaiveDate;
use domain::vocabulary::{CreditType, RecognitionType, RuleSeverity};
use rust_decimal::Decimal;

use super::{Outcome, Proposal};
use crate::assess::policy::RELATED_CONTENT;

/// Most credits of one recognition.
const MAX_CREDITS: Decimal = domain::micro_credential::MAX_CREDITS;
/// Fewer hours of learning do not make a credit: the province's institutions count 12 to 15 taught hours for one.
const LEAST_HOURS: Decimal = Decimal::TEN;
/// More hours for each credit than the 45 of a credit that counts all of a learner's work deserve a second look.
const MOST_HOURS: Decimal = Decimal::from_parts(45, 0, 0, false, 0);

const NOT_PUBLISHED: &str = "the offer is not published";
const NO_CREDITS: &str = "the offer is not published, or states no credits";
const NO_OFFERS: &str =
    "the offer is not published, or the recognising institution has no published offers";

fn error(explanation: impl Into<String>) -> Outcome {
    Outcome::Broken(RuleSeverity::Error, explanation.into())
}

fn warning(explanation: impl Into<String>) -> Outcome {
    Outcome::Broken(RuleSeverity::Warning, explanation.into())
}

fn unchecked(reason: &str) -> Outcome {
    Outcome::Unchecked(reason.to_owned())
}

/// The credits that the offer states; 0 is a statement too: it gives none.
fn offered(proposal: &Proposal<'_>) -> Option<Decimal> {
    proposal.offer?.credits
}

pub(super) fn offer_published(proposal: &Proposal<'_>) -> Outcome {
    match proposal.offer {
        Some(_) => Outcome::Holds,
        None => error("The micro-credential is not published, or does not exist."),
    }
}

pub(super) fn offer_in_force(proposal: &Proposal<'_>) -> Outcome {
    let Some(offer) = proposal.offer else {
        return unchecked(NOT_PUBLISHED);
    };
    let begin = proposal.draft.effective_date;
    match (offer.effective_date, offer.expiry_date) {
        (_, Some(expiry)) if expiry < begin => error(format!(
            "The offer ended on {expiry}, before the recognition would begin on {begin}."
        )),
        (Some(effective), _) if effective > begin => warning(format!(
            "The offer begins on {effective}, after the recognition would begin on {begin}."
        )),
        (None | Some(_), None | Some(_)) => Outcome::Holds,
    }
}

pub(super) fn institution_in_service(proposal: &Proposal<'_>) -> Outcome {
    match proposal.institution {
        Some(_) => Outcome::Holds,
        None => error("The recognising institution is not in service, or does not exist."),
    }
}

pub(super) fn institutions_differ(proposal: &Proposal<'_>) -> Outcome {
    match proposal.offer {
        None => unchecked(NOT_PUBLISHED),
        Some(offer) if offer.institution.id == proposal.draft.recognizing_institution_id => {
            error("An institution does not recognise its own offer; that needs no recognition.")
        }
        Some(_) => Outcome::Holds,
    }
}

pub(super) fn credits_in_range(proposal: &Proposal<'_>) -> Outcome {
    let credits = proposal.draft.credit_value;
    if credits < Decimal::ZERO || credits > MAX_CREDITS {
        error(format!(
            "{credits} credits are not between 0 and {MAX_CREDITS}."
        ))
    } else if credits.normalize().scale() > 2 {
        error(format!("{credits} has more than two decimal places."))
    } else {
        Outcome::Holds
    }
}

pub(super) fn credits_within_offer(proposal: &Proposal<'_>) -> Outcome {
    let credits = proposal.draft.credit_value;
    match offered(proposal) {
        None => unchecked(NO_CREDITS),
        Some(offered) if credits > offered => error(format!(
            "{credits} credits are more than the {} that the offer states.",
            offered.normalize()
        )),
        Some(_) => Outcome::Holds,
    }
}

pub(super) fn exemption_without_credits(proposal: &Proposal<'_>) -> Outcome {
    let draft = proposal.draft;
    if draft.recognition_type == RecognitionType::Exemption && !draft.credit_value.is_zero() {
        error(format!(
            "An exemption frees from a requirement and gives no credits; {} were proposed.",
            draft.credit_value
        ))
    } else {
        Outcome::Holds
    }
}

pub(super) fn credits_for_credit(proposal: &Proposal<'_>) -> Outcome {
    let draft = proposal.draft;
    let gives = match draft.recognition_type {
        RecognitionType::FullCredit
        | RecognitionType::PartialCredit
        | RecognitionType::Equivalency => true,
        RecognitionType::Exemption | RecognitionType::AdvancedStanding => false,
    };
    if gives && draft.credit_value <= Decimal::ZERO {
        error(format!(
            "{} gives credits; with none it is an EXEMPTION.",
            draft.recognition_type
        ))
    } else {
        Outcome::Holds
    }
}

pub(super) fn full_credit_is_full(proposal: &Proposal<'_>) -> Outcome {
    let draft = proposal.draft;
    if draft.recognition_type != RecognitionType::FullCredit {
        return Outcome::Holds;
    }
    match offered(proposal) {
        None => unchecked(NO_CREDITS),
        Some(offered) if draft.credit_value < offered => error(format!(
            "FULL_CREDIT gives all {} credits of the offer; {} are PARTIAL_CREDIT.",
            offered.normalize(),
            draft.credit_value
        )),
        Some(_) => Outcome::Holds,
    }
}

pub(super) fn partial_credit_is_partial(proposal: &Proposal<'_>) -> Outcome {
    let draft = proposal.draft;
    if draft.recognition_type != RecognitionType::PartialCredit {
        return Outcome::Holds;
    }
    match offered(proposal) {
        None => unchecked(NO_CREDITS),
        // Of no credits there is no part; that none are given is another rule's to say.
        Some(offered) if draft.credit_value == offered && !offered.is_zero() => warning(format!(
            "PARTIAL_CREDIT of all {} credits of the offer is FULL_CREDIT.",
            offered.normalize()
        )),
        Some(_) => Outcome::Holds,
    }
}

pub(super) fn partial_credit_has_conditions(proposal: &Proposal<'_>) -> Outcome {
    let draft = proposal.draft;
    let stated = draft
        .conditions
        .as_ref()
        .is_some_and(|conditions| !conditions.trim().is_empty());
    if draft.recognition_type == RecognitionType::PartialCredit && !stated {
        error(
            "PARTIAL_CREDIT must state as its conditions what is not covered, or what the learner still has to do.",
        )
    } else {
        Outcome::Holds
    }
}

pub(super) fn hours_per_credit(proposal: &Proposal<'_>) -> Outcome {
    let credits = proposal.draft.credit_value;
    if credits <= Decimal::ZERO {
        return Outcome::Holds;
    }
    let hours = proposal
        .offer
        .and_then(|offer| offer.hours)
        .filter(|hours| *hours > Decimal::ZERO);
    let Some(hours) = hours else {
        return unchecked("the offer is not published, or states no hours");
    };
    let each = (hours / credits).round_dp(1).normalize();
    let hours = hours.normalize();
    if each < LEAST_HOURS {
        error(format!(
            "{hours} hours for {credits} credits are {each} hours for each; fewer than {LEAST_HOURS} do not make a credit."
        ))
    } else if each > MOST_HOURS {
        warning(format!(
            "{hours} hours for {credits} credits are {each} hours for each, more than {MOST_HOURS}: is this enough credit?"
        ))
    } else {
        Outcome::Holds
    }
}

pub(super) fn dates_in_order(proposal: &Proposal<'_>) -> Outcome {
    let begin = proposal.draft.effective_date;
    match proposal.draft.expiry_date {
        Some(expiry) if expiry < begin => error(format!(
            "The recognition would end on {expiry}, before it begins on {begin}."
        )),
        None | Some(_) => Outcome::Holds,
    }
}

pub(super) fn ends_with_offer(proposal: &Proposal<'_>) -> Outcome {
    let Some(offer) = proposal.offer else {
        return unchecked(NOT_PUBLISHED);
    };
    match (offer.expiry_date, proposal.draft.expiry_date) {
        (Some(offer), Some(own)) if own > offer => warning(format!(
            "The recognition would end on {own}, after the offer itself on {offer}."
        )),
        (Some(offer), None) => warning(format!(
            "The recognition has no last day, and the offer ends on {offer}."
        )),
        (None | Some(_), None | Some(_)) => Outcome::Holds,
    }
}

pub(super) fn no_duplicate(proposal: &Proposal<'_>) -> Outcome {
    let draft = proposal.draft;
    let begins_in_time =
        |begin: NaiveDate, end: Option<NaiveDate>| end.is_none_or(|end| begin <= end);
    let overlapping = proposal.standing.iter().find(|other| {
        Some(other.id) != proposal.changes
            && begins_in_time(draft.effective_date, other.fields.expiry_date)
            && begins_in_time(other.fields.effective_date, draft.expiry_date)
    });
    let Some(other) = overlapping else {
        return Outcome::Holds;
    };
    let known = format!(
        "Recognition {} gives {} for the same offer from {}",
        other.id, other.fields.recognition_type, other.fields.effective_date
    );
    if other.fields.recognition_type == draft.recognition_type {
        error(format!("{known}; end it first, or change it."))
    } else {
        warning(format!("{known}: two at once leave open which one counts."))
    }
}

pub(super) fn equivalent_offer_exists(proposal: &Proposal<'_>) -> Outcome {
    if proposal.draft.recognition_type != RecognitionType::Equivalency {
        return Outcome::Holds;
    }
    match proposal.nearest {
        None => unchecked(NO_OFFERS),
        Some((nearest, cosine)) if cosine < RELATED_CONTENT => warning(format!(
            "EQUIVALENCY stands for an offer of the recognising institution; its nearest, \"{}\", has a similarity of {cosine:.2}, below {RELATED_CONTENT:.2}.",
            nearest.title
        )),
        Some(_) => Outcome::Holds,
    }
}

pub(super) fn level_suffices(proposal: &Proposal<'_>) -> Outcome {
    let (Some(offer), Some((nearest, cosine))) = (proposal.offer, proposal.nearest) else {
        return unchecked(NO_OFFERS);
    };
    if cosine < RELATED_CONTENT {
        return unchecked("the recognising institution publishes no offer on the same subject");
    }
    let (Some(level), Some(target)) = (offer.level, nearest.level) else {
        return unchecked("one of the two offers does not state its level");
    };
    if level.rank() >= target.rank() {
        return Outcome::Holds;
    }
    let explanation = format!(
        "The offer is stated as {level}, and \"{}\", the nearest offer of the recognising institution, as {target}.",
        nearest.title
    );
    match proposal.draft.credit_type {
        CreditType::ProgramRequired | CreditType::MajorRequired => error(explanation),
        CreditType::Elective | CreditType::GeneralEducation => warning(explanation),
    }
}
