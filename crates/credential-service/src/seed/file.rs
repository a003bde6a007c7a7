//! The files of the demonstration, as they are written.

use chrono::NaiveDate;
use domain::Failure;
use domain::id::{InstitutionId, MicroCredentialId};
use domain::institution::InstitutionDraft;
use domain::micro_credential::{LearningOutcomeDraft, MicroCredentialDraft, PrerequisiteDraft};
use domain::pathway::PathwayDraft;
use domain::recognition::RecognitionDraft;
use domain::vocabulary::{
    CredentialType, CreditType, DeliveryMode, EducationLevel, PathwayType, RecognitionType,
    TranscriptMethod,
};
use domain::workflow::{CredentialStatus, PathwayStatus};
use rust_decimal::Decimal;
use serde::Deserialize;
use serde::de::DeserializeOwned;

const INSTITUTIONS: &str = include_str!("demo/institutions.json");
const RECOGNITIONS: &str = include_str!("demo/recognitions.json");
const PATHWAYS: &str = include_str!("demo/pathways.json");
const CREDENTIALS: &[&str] = &[
    include_str!("demo/credentials/business-project-management.json"),
    include_str!("demo/credentials/construction-trades.json"),
    include_str!("demo/credentials/creative-media-design.json"),
    include_str!("demo/credentials/cybersecurity-networking.json"),
    include_str!("demo/credentials/data-analytics-ai.json"),
    include_str!("demo/credentials/education-early-childhood.json"),
    include_str!("demo/credentials/environment-climate.json"),
    include_str!("demo/credentials/health-care-lab-skills.json"),
    include_str!("demo/credentials/hospitality-tourism.json"),
    include_str!("demo/credentials/indigenous-community-language.json"),
];

/// A micro-credential of the demonstration.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct DemoCredential {
    pub(super) program_code: String,
    pub(super) institution_code: String,
    title: String,
    short_title: Option<String>,
    description: Option<String>,
    credential_type: CredentialType,
    delivery_mode: Option<DeliveryMode>,
    duration: Option<Decimal>,
    credits: Option<Decimal>,
    assessment_method: Option<String>,
    cost: Option<Decimal>,
    language: String,
    level: Option<EducationLevel>,
    campus: Option<String>,
    department: Option<String>,
    faculty: Option<String>,
    pub(super) status: CredentialStatus,
    effective_date: Option<NaiveDate>,
    next_review_date: Option<NaiveDate>,
    program_url: Option<String>,
    outcomes: Vec<LearningOutcomeDraft>,
    #[serde(default)]
    prerequisites: Vec<PrerequisiteDraft>,
}

impl DemoCredential {
    /// The draft that writes it.
    pub(super) fn draft(&self) -> MicroCredentialDraft {
        let this = self.clone();
        MicroCredentialDraft {
            short_title: this.short_title,
            description: this.description,
            delivery_mode: this.delivery_mode,
            duration: this.duration,
            credits: this.credits,
            assessment_method: this.assessment_method,
            cost: this.cost,
            language: this.language,
            level: this.level,
            campus: this.campus,
            department: this.department,
            faculty: this.faculty,
            effective_date: this.effective_date,
            next_review_date: this.next_review_date,
            program_url: this.program_url,
            outcomes: this.outcomes,
            prerequisites: this.prerequisites,
            ..MicroCredentialDraft::titled(this.title, this.program_code, this.credential_type)
        }
    }
}

/// A recognition of the demonstration.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct DemoRecognition {
    pub(super) program_code: String,
    pub(super) recognizing_institution_code: String,
    recognition_type: RecognitionType,
    credit_value: Decimal,
    credit_type: CreditType,
    transcript_method: TranscriptMethod,
    conditions: Option<String>,
    effective_date: NaiveDate,
    expiry_date: Option<NaiveDate>,
    approval_reference: Option<String>,
    notes: Option<String>,
}

impl DemoRecognition {
    /// The draft that writes it.
    pub(super) fn draft(
        self,
        credential: MicroCredentialId,
        recognizing: InstitutionId,
    ) -> RecognitionDraft {
        RecognitionDraft {
            micro_credential_id: credential,
            recognizing_institution_id: recognizing,
            recognition_type: self.recognition_type,
            credit_value: self.credit_value,
            credit_type: self.credit_type,
            transcript_method: self.transcript_method,
            conditions: self.conditions,
            effective_date: self.effective_date,
            expiry_date: self.expiry_date,
            approval_reference: self.approval_reference,
            notes: self.notes,
            badge_url: None,
            certificate_template_id: None,
        }
    }
}

/// A pathway of the demonstration.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct DemoPathway {
    name: String,
    description: Option<String>,
    pub(super) program_code: String,
    pub(super) source_institution_code: String,
    pub(super) target_institution_code: String,
    pathway_type: PathwayType,
    transfer_credits: Option<Decimal>,
    equivalency_notes: Option<String>,
    additional_requirements: Option<String>,
    pub(super) status: PathwayStatus,
}

impl DemoPathway {
    /// The draft that writes it.
    pub(super) fn draft(
        self,
        credential: MicroCredentialId,
        source: InstitutionId,
        target: InstitutionId,
    ) -> PathwayDraft {
        PathwayDraft {
            name: self.name,
            description: self.description,
            source_institution_id: source,
            target_institution_id: target,
            micro_credential_id: credential,
            pathway_type: self.pathway_type,
            transfer_credits: self.transfer_credits,
            equivalency_notes: self.equivalency_notes,
            additional_requirements: self.additional_requirements,
        }
    }
}

fn parse<T: DeserializeOwned>(text: &str) -> Result<Vec<T>, Failure> {
    serde_json::from_str(text).map_err(Failure::internal)
}

/// The institutions.
pub(super) fn institutions() -> Result<Vec<InstitutionDraft>, Failure> {
    parse(INSTITUTIONS)
}

/// The micro-credentials.
pub(super) fn credentials() -> Result<Vec<DemoCredential>, Failure> {
    let mut all = Vec::new();
    for text in CREDENTIALS {
        all.extend(parse::<DemoCredential>(text)?);
    }
    Ok(all)
}

/// The recognitions.
pub(super) fn recognitions() -> Result<Vec<DemoRecognition>, Failure> {
    parse(RECOGNITIONS)
}

/// The pathways.
pub(super) fn pathways() -> Result<Vec<DemoPathway>, Failure> {
    parse(PATHWAYS)
}
