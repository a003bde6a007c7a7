//! Drafts that break no rule.

use protocol::pb::common;
use protocol::pb::credential as pb;

pub(crate) fn institution(code: &str) -> pb::InstitutionDraft {
    pb::InstitutionDraft {
        name: format!("Institution {code}"),
        r#type: pb::InstitutionType::College.into(),
        code: code.into(),
        ..Default::default()
    }
}

pub(crate) fn credential(code: &str) -> pb::MicroCredentialDraft {
    pb::MicroCredentialDraft {
        title: format!("Title of {code}"),
        program_code: code.into(),
        credential_type: common::CredentialType::MicroCredential.into(),
        credits: Some(decimal("1.5")),
        outcomes: vec![outcome_draft("Weld a fillet joint", true)],
        prerequisites: vec![pb::PrerequisiteDraft {
            description: "Own boots".into(),
            r#type: pb::PrerequisiteType::Other.into(),
            is_mandatory: true,
        }],
        ..Default::default()
    }
}

pub(crate) fn outcome_draft(text: &str, is_core: bool) -> pb::LearningOutcomeDraft {
    pb::LearningOutcomeDraft {
        outcome_text: text.into(),
        bloom_level: Some(common::BloomLevel::Apply.into()),
        category: Some(pb::OutcomeCategory::Skills.into()),
        is_core,
        keywords: vec!["welding".into()],
    }
}

pub(crate) fn decimal(text: &str) -> common::Decimal {
    common::Decimal { value: text.into() }
}
