use chrono::NaiveDate;
use domain::id::InstitutionId;
use domain::vocabulary::{
    CreditType, EducationLevel, RecognitionType, RuleSeverity, TranscriptMethod,
};
use rust_decimal::Decimal;

use super::*;

fn day(year: i32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, 1, 1).unwrap()
}

fn offer() -> Offer {
    Offer {
        hours: Some(Decimal::from(45)),
        credits: Some(Decimal::from(3)),
        level: Some(EducationLevel::Intermediate),
        ..Offer::sample("Welding")
    }
}

fn draft(offer: &Offer) -> RecognitionDraft {
    RecognitionDraft {
        micro_credential_id: offer.id,
        recognizing_institution_id: InstitutionId::generate(),
        recognition_type: RecognitionType::FullCredit,
        credit_value: Decimal::from(3),
        credit_type: CreditType::Elective,
        transcript_method: TranscriptMethod::ListedOnTranscript,
        conditions: None,
        effective_date: day(2026),
        expiry_date: None,
        approval_reference: None,
        notes: None,
        badge_url: None,
        certificate_template_id: None,
    }
}

/// The broken rules beside the one about the institution, which no test here puts in service.
fn broken(offer: &Offer, draft: &RecognitionDraft, nearest: Option<(&Offer, f64)>) -> Vec<String> {
    let findings = check(&Proposal {
        draft,
        changes: None,
        offer: Some(offer),
        institution: None,
        standing: &[],
        nearest,
    });
    findings
        .broken
        .iter()
        .filter(|broken| broken.id != "INSTITUTION_IN_SERVICE")
        .map(|broken| format!("{} {}", broken.id, broken.severity))
        .collect()
}

#[test]
fn a_sound_proposal_breaks_nothing() {
    let offer = offer();

    let broken = broken(&offer, &draft(&offer), Some((&offer, 0.9)));

    assert_eq!(broken, Vec::<String>::new());
}

type Change = fn(&mut Offer, &mut RecognitionDraft);

/// What is done to a sound proposal, and the rules that it then breaks.
const CASES: [(Change, &[&str]); 16] = [
    (
        |_, it| it.credit_value = Decimal::NEGATIVE_ONE,
        &[
            "CREDITS_IN_RANGE ERROR",
            "CREDITS_FOR_CREDIT ERROR",
            "FULL_CREDIT_IS_FULL ERROR",
        ],
    ),
    (
        |_, it| it.credit_value = Decimal::from(4),
        &["CREDITS_WITHIN_OFFER ERROR"],
    ),
    (
        |_, it| it.credit_value = Decimal::TWO,
        &["FULL_CREDIT_IS_FULL ERROR"],
    ),
    (
        |of, _| of.credits = Some(Decimal::ZERO),
        &["CREDITS_WITHIN_OFFER ERROR"],
    ),
    (
        |of, it| {
            of.credits = Some(Decimal::ZERO);
            it.recognition_type = RecognitionType::PartialCredit;
            it.credit_value = Decimal::ZERO;
            it.conditions = Some("A portfolio".into());
        },
        &["CREDITS_FOR_CREDIT ERROR"],
    ),
    (
        |_, it| it.recognition_type = RecognitionType::Exemption,
        &["EXEMPTION_WITHOUT_CREDITS ERROR"],
    ),
    (
        |_, it| {
            it.recognition_type = RecognitionType::Equivalency;
            it.credit_value = Decimal::ZERO;
        },
        &["CREDITS_FOR_CREDIT ERROR"],
    ),
    (
        |_, it| {
            it.recognition_type = RecognitionType::PartialCredit;
            it.conditions = Some("A portfolio".into());
        },
        &["PARTIAL_CREDIT_IS_PARTIAL WARNING"],
    ),
    (
        |_, it| {
            it.recognition_type = RecognitionType::PartialCredit;
            it.credit_value = Decimal::TWO;
        },
        &["PARTIAL_CREDIT_HAS_CONDITIONS ERROR"],
    ),
    (
        |of, _| of.hours = Some(Decimal::from(20)),
        &["HOURS_PER_CREDIT ERROR"],
    ),
    (
        |of, _| of.hours = Some(Decimal::from(200)),
        &["HOURS_PER_CREDIT WARNING"],
    ),
    (
        |_, it| it.expiry_date = Some(day(2025)),
        &["DATES_IN_ORDER ERROR"],
    ),
    (
        |of, _| of.expiry_date = Some(day(2025)),
        &["OFFER_IN_FORCE ERROR", "ENDS_WITH_OFFER WARNING"],
    ),
    (
        |of, _| of.effective_date = Some(day(2027)),
        &["OFFER_IN_FORCE WARNING"],
    ),
    (
        |of, it| it.recognizing_institution_id = of.institution.id,
        &["INSTITUTIONS_DIFFER ERROR"],
    ),
    (
        |of, it| {
            it.credit_type = CreditType::MajorRequired;
            of.level = Some(EducationLevel::Introductory);
        },
        &["LEVEL_SUFFICES ERROR"],
    ),
];

#[test]
fn every_change_for_the_worse_is_named_and_nothing_else() {
    let nearest = offer();
    for (index, (change, expected)) in CASES.iter().enumerate() {
        let mut offer = offer();
        let mut draft = draft(&offer);
        change(&mut offer, &mut draft);

        let broken = broken(&offer, &draft, Some((&nearest, 0.9)));

        assert_eq!(broken, *expected, "case {index}");
    }
}

#[test]
fn what_is_not_on_record_is_said_and_not_guessed() {
    let draft = draft(&offer());
    let findings = check(&Proposal {
        draft: &draft,
        changes: None,
        offer: None,
        institution: None,
        standing: &[],
        nearest: None,
    });

    let broken: Vec<&str> = findings.broken.iter().map(|broken| broken.id).collect();
    assert_eq!(broken, ["OFFER_PUBLISHED", "INSTITUTION_IN_SERVICE"]);
    assert!(!findings.is_valid());
    let unchecked: Vec<&str> = findings.unchecked.iter().map(|(id, _)| *id).collect();
    for id in ["HOURS_PER_CREDIT", "CREDITS_WITHIN_OFFER", "LEVEL_SUFFICES"] {
        assert!(unchecked.contains(&id), "{unchecked:?}");
    }
    assert_eq!(findings.checked.len() + unchecked.len(), RULES.len());
}

#[test]
fn an_equivalency_without_an_equivalent_is_pointed_out() {
    let (offer, other) = (offer(), Offer::sample("Poetry"));
    let draft = RecognitionDraft {
        recognition_type: RecognitionType::Equivalency,
        ..draft(&offer)
    };

    let broken = broken(&offer, &draft, Some((&other, 0.1)));

    assert_eq!(broken, ["EQUIVALENT_OFFER_EXISTS WARNING"]);
}

#[test]
fn a_recognition_is_no_duplicate_of_itself_nor_of_an_earlier_one() {
    let offer = offer();
    let draft = draft(&offer);
    let recognition = |fields: RecognitionDraft| {
        Arc::new(Recognition {
            id: RecognitionId::generate(),
            micro_credential_title: offer.title.clone(),
            offering_institution: offer.institution.clone(),
            recognizing_institution: offer.institution.clone(),
            fields,
            is_active: true,
            withdrawn_at: None,
            created_at: chrono::DateTime::UNIX_EPOCH,
            updated_at: chrono::DateTime::UNIX_EPOCH,
            version: 1,
        })
    };
    let same = recognition(draft.clone());
    let earlier = recognition(RecognitionDraft {
        effective_date: day(2020),
        expiry_date: Some(day(2021)),
        ..draft.clone()
    });
    let severity = |standing: &[Arc<Recognition>], changes| {
        let proposal = Proposal {
            draft: &draft,
            changes,
            offer: Some(&offer),
            institution: None,
            standing,
            nearest: None,
        };
        let mut broken = check(&proposal).broken.into_iter();
        let duplicate = broken.find(|broken| broken.id == "NO_DUPLICATE");
        duplicate.map(|broken| broken.severity)
    };

    assert_eq!(severity(&[earlier], None), None);
    assert_eq!(severity(&[Arc::clone(&same)], Some(same.id)), None);
    assert_eq!(severity(&[same], None), Some(RuleSeverity::Error));
}
