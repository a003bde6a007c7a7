//! The largest answers that the rules for the fields allow, every character of four bytes.

use chrono::NaiveDate;
use domain::Failure;
use domain::id::{InstitutionId, MicroCredentialId};
use domain::micro_credential::{
    LearningOutcomeDraft, MAX_OUTCOMES, MAX_PREREQUISITES, MicroCredentialDraft, PrerequisiteDraft,
};
use domain::page::MAX_LIMIT;
use domain::pathway::{MAX_REVIEW_NOTES, PathwayDraft};
use domain::recognition::RecognitionDraft;
use domain::vocabulary::{
    CredentialType, CreditType, PathwayType, PrerequisiteType, RecognitionType, TranscriptMethod,
};
use prost::Message as _;
use rust_decimal::Decimal;

use super::*;
use crate::pb::common;
use crate::pb::credential as pb;

/// Characters of the reasons of a method: seven sentences with a title and a few names.
const LONGEST_REASONING: usize = 5_000;
/// Bytes of identifiers, figures, dates and lengths of one object, with room to spare.
const REST: usize = 1_000;

fn text(characters: usize) -> String {
    "\u{1d11e}".repeat(characters)
}

fn address(characters: usize) -> String {
    format!("https://a{}", text(characters - 9))
}

/// The longest texts that are allowed; `extra` characters more, and keywords, break every rule about length.
fn micro_credential(extra: usize) -> MicroCredentialDraft {
    let some = |characters| Some(text(characters + extra));
    let outcome = LearningOutcomeDraft {
        outcome_text: text(5_000 + extra),
        bloom_level: None,
        category: None,
        is_core: true,
        keywords: vec![text(100 + extra); 30 + extra],
    };
    let prerequisite = PrerequisiteDraft {
        description: text(1_000 + extra),
        prerequisite_type: PrerequisiteType::Academic,
        is_mandatory: true,
    };
    MicroCredentialDraft {
        short_title: some(100),
        description: some(10_000),
        assessment_method: some(1_000),
        language: text(60 + extra),
        campus: some(200),
        department: some(200),
        faculty: some(200),
        program_url: Some(address(2_000 + extra)),
        application_url: Some(address(2_000 + extra)),
        additional_info: some(10_000),
        outcomes: vec![outcome; MAX_OUTCOMES],
        prerequisites: vec![prerequisite; MAX_PREREQUISITES],
        ..MicroCredentialDraft::titled(text(300 + extra), text(60 + extra), CredentialType::Badge)
    }
}

fn recognition(extra: usize) -> RecognitionDraft {
    let some = |characters| Some(text(characters + extra));
    RecognitionDraft {
        micro_credential_id: MicroCredentialId::generate(),
        recognizing_institution_id: InstitutionId::generate(),
        recognition_type: RecognitionType::FullCredit,
        credit_value: Decimal::ONE,
        credit_type: CreditType::Elective,
        transcript_method: TranscriptMethod::ListedOnTranscript,
        conditions: some(5_000),
        effective_date: NaiveDate::default(),
        expiry_date: None,
        approval_reference: some(200),
        notes: some(5_000),
        badge_url: Some(address(2_000 + extra)),
        certificate_template_id: some(100),
    }
}

fn pathway(extra: usize) -> PathwayDraft {
    let some = |characters| Some(text(characters + extra));
    PathwayDraft {
        name: text(300 + extra),
        description: some(10_000),
        source_institution_id: InstitutionId::generate(),
        target_institution_id: InstitutionId::generate(),
        micro_credential_id: MicroCredentialId::generate(),
        pathway_type: PathwayType::Articulation,
        transfer_credits: None,
        equivalency_notes: some(5_000),
        additional_requirements: some(5_000),
    }
}

fn institution() -> Option<pb::InstitutionSummary> {
    Some(pb::InstitutionSummary {
        id: InstitutionId::generate().to_string(),
        name: text(200),
        code: text(20),
    })
}

/// The end of the year 9999.
const fn latest() -> Option<prost_types::Timestamp> {
    Some(prost_types::Timestamp {
        seconds: 253_402_300_799,
        nanos: 999_999_999,
    })
}

/// As a list shows it, without its parts.
fn listed() -> pb::MicroCredential {
    let mut fields = micro_credential(0);
    fields.outcomes.clear();
    fields.prerequisites.clear();
    pb::MicroCredential {
        institution: institution(),
        fields: Some(fields.into()),
        ..Default::default()
    }
}

fn whole() -> pb::MicroCredential {
    let fields = pb::MicroCredentialDraft::from(micro_credential(0));
    pb::MicroCredential {
        outcomes: fields
            .outcomes
            .into_iter()
            .map(|outcome| pb::LearningOutcome {
                id: MicroCredentialId::generate().to_string(),
                fields: Some(outcome),
                order_index: u32::MAX,
                created_at: latest(),
                updated_at: latest(),
            })
            .collect(),
        prerequisites: fields
            .prerequisites
            .into_iter()
            .map(|prerequisite| pb::Prerequisite {
                id: MicroCredentialId::generate().to_string(),
                fields: Some(prerequisite),
                order_index: u32::MAX,
                created_at: latest(),
                updated_at: latest(),
            })
            .collect(),
        ..listed()
    }
}

fn recorded_recognition() -> pb::Recognition {
    pb::Recognition {
        fields: Some(recognition(0).into()),
        micro_credential_title: text(300),
        offering_institution: institution(),
        recognizing_institution: institution(),
        ..Default::default()
    }
}

fn recorded_pathway() -> pb::Pathway {
    pb::Pathway {
        fields: Some(pathway(0).into()),
        micro_credential_title: text(300),
        source_institution: institution(),
        target_institution: institution(),
        ai_reasoning: Some(text(LONGEST_REASONING)),
        review_notes: Some(text(MAX_REVIEW_NOTES)),
        ..Default::default()
    }
}

fn rows() -> usize {
    usize::try_from(MAX_LIMIT).unwrap()
}

fn page<T: Clone>(row: T) -> Vec<T> {
    vec![row; rows()]
}

fn broken(validated: Result<(), Failure>) -> usize {
    validated.unwrap_err().fields.len()
}

#[test]
fn the_texts_are_the_longest_that_are_allowed() {
    micro_credential(0).validate().unwrap();
    recognition(0).validate().unwrap();
    pathway(0).validate().unwrap();

    // Whoever allows more is sent here, to do the sum of `MAX_ANSWER_BYTES` again.
    let outcomes = MAX_OUTCOMES * (1 + 1 + 30);
    let all = 12 + outcomes + MAX_PREREQUISITES;
    assert_eq!(broken(micro_credential(1).validate()), all);
    assert_eq!(broken(recognition(1).validate()), 5);
    assert_eq!(broken(pathway(1).validate()), 4);
}

#[test]
fn the_largest_answers_fit() {
    let page_info = Some(common::PageInfo::default());
    let answers = [
        pb::ListMicroCredentialsResponse {
            micro_credentials: page(listed()),
            page: page_info.clone(),
        }
        .encoded_len(),
        pb::ListRecognitionsResponse {
            recognitions: page(recorded_recognition()),
            page: page_info.clone(),
        }
        .encoded_len(),
        pb::ListPathwaysResponse {
            pathways: page(recorded_pathway()),
            page: page_info,
        }
        .encoded_len(),
        // As many recognitions and pathways are shown with one micro-credential as on a page.
        pb::GetMicroCredentialResponse {
            micro_credential: Some(whole()),
            recognitions: page(recorded_recognition()),
            pathways: page(recorded_pathway()),
        }
        .encoded_len(),
    ];

    let rest = REST * (2 * rows() + 1);
    for bytes in answers {
        assert!(bytes > MAX_REQUEST_BYTES, "{bytes} is no large answer");
        assert!(bytes + rest <= MAX_ANSWER_BYTES, "{bytes}");
    }
}
