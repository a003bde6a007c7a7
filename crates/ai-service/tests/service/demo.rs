//! The demonstration catalogue as the feed would carry it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use chrono::{DateTime, NaiveDate, Utc};
use domain::id::{InstitutionId, LearningOutcomeId, MicroCredentialId, RecognitionId};
use domain::institution::{Institution, InstitutionDraft, InstitutionSummary};
use domain::micro_credential::{
    LearningOutcome, LearningOutcomeDraft, MicroCredential, MicroCredentialDraft,
};
use domain::recognition::{Recognition, RecognitionDraft};
use domain::vocabulary::{
    CredentialType, CreditType, DeliveryMode, EducationLevel, InstitutionType, RecognitionType,
    TranscriptMethod,
};
use domain::workflow::CredentialStatus;
use protocol::convert::feed::Entity;
use rust_decimal::Decimal;
use serde_json::Value;

/// Institutions by code, offers by program code.
#[derive(Clone)]
pub(crate) struct Demo {
    pub(crate) institutions: BTreeMap<String, Institution>,
    pub(crate) offers: BTreeMap<String, MicroCredential>,
    pub(crate) recognitions: Vec<Recognition>,
}

impl Demo {
    pub(crate) fn load() -> Self {
        let institutions: BTreeMap<String, Institution> = read("institutions.json")
            .iter()
            .map(|value| (text(value, "code"), institution(value)))
            .collect();
        let offers: BTreeMap<String, MicroCredential> =
            std::fs::read_dir(folder().join("credentials"))
                .unwrap()
                .map(|entry| {
                    format!(
                        "credentials/{}",
                        entry.unwrap().file_name().to_str().unwrap()
                    )
                })
                .flat_map(|file| read(&file))
                .map(|value| {
                    let institution = &institutions[&text(&value, "institutionCode")];
                    (text(&value, "programCode"), offer(&value, institution))
                })
                .collect();
        let recognitions = read("recognitions.json")
            .iter()
            .map(|value| recognition(value, &institutions, &offers))
            .collect();
        Self {
            institutions,
            offers,
            recognitions,
        }
    }

    /// Everything, as a snapshot sends it.
    pub(crate) fn entities(&self) -> Vec<Entity> {
        let institutions = self.institutions.values().cloned();
        let offers = self.offers.values().cloned();
        let recognitions = self.recognitions.iter().cloned();
        institutions
            .map(|institution| Entity::Institution(Box::new(institution)))
            .chain(offers.map(|offer| Entity::MicroCredential(Box::new(offer))))
            .chain(recognitions.map(|recognition| Entity::Recognition(Box::new(recognition))))
            .collect()
    }

    pub(crate) fn id(&self, code: &str) -> String {
        self.offers[code].id.to_string()
    }

    pub(crate) fn institution_id(&self, code: &str) -> String {
        self.institutions[code].id.to_string()
    }

    /// Offers that can be found.
    pub(crate) fn published(&self) -> usize {
        self.offers
            .values()
            .filter(|offer| offer.status == CredentialStatus::Published && offer.is_active)
            .count()
    }
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../credential-service/src/seed/demo")
}

fn read(file: &str) -> Vec<Value> {
    let bytes = std::fs::read(folder().join(file)).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap().to_owned()
}

fn optional(value: &Value, key: &str) -> Option<String> {
    value[key].as_str().map(ToOwned::to_owned)
}

fn number(value: &Value, key: &str) -> Option<Decimal> {
    value[key]
        .is_number()
        .then(|| value[key].to_string().parse().unwrap())
}

fn moment() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

pub(crate) fn summary(institution: &Institution) -> InstitutionSummary {
    InstitutionSummary {
        id: institution.id,
        name: institution.fields.name.clone(),
        code: institution.fields.code.clone(),
    }
}

fn institution(value: &Value) -> Institution {
    Institution {
        id: InstitutionId::generate(),
        fields: InstitutionDraft {
            name: text(value, "name"),
            institution_type: InstitutionType::parse(&text(value, "type")).unwrap(),
            code: text(value, "code"),
            address: None,
            city: optional(value, "city"),
            province: None,
            postal_code: None,
            country: "Canada".into(),
            website: None,
            contact_email: None,
            contact_phone: None,
        },
        is_active: true,
        created_at: moment(),
        updated_at: moment(),
        version: 1,
    }
}

fn offer(value: &Value, institution: &Institution) -> MicroCredential {
    let credential_type = CredentialType::parse(&text(value, "credentialType")).unwrap();
    let mut fields = MicroCredentialDraft::titled(
        text(value, "title"),
        text(value, "programCode"),
        credential_type,
    );
    fields.description = optional(value, "description");
    fields.delivery_mode =
        optional(value, "deliveryMode").map(|mode| DeliveryMode::parse(&mode).unwrap());
    fields.level = optional(value, "level").map(|level| EducationLevel::parse(&level).unwrap());
    fields.duration = number(value, "duration");
    fields.credits = number(value, "credits");
    let outcomes: Vec<LearningOutcomeDraft> =
        serde_json::from_value(value["outcomes"].clone()).unwrap();
    MicroCredential {
        id: MicroCredentialId::generate(),
        institution: summary(institution),
        fields,
        status: CredentialStatus::parse(&text(value, "status")).unwrap(),
        is_active: true,
        published_at: Some(moment()),
        created_at: moment(),
        updated_at: moment(),
        version: 1,
        outcomes: outcomes
            .into_iter()
            .zip(0_u32..)
            .map(|(fields, order_index)| LearningOutcome {
                id: LearningOutcomeId::generate(),
                fields,
                order_index,
                created_at: moment(),
                updated_at: moment(),
            })
            .collect(),
        prerequisites: Vec::new(),
    }
}

fn recognition(
    value: &Value,
    institutions: &BTreeMap<String, Institution>,
    offers: &BTreeMap<String, MicroCredential>,
) -> Recognition {
    let offer = &offers[&text(value, "programCode")];
    let by = &institutions[&text(value, "recognizingInstitutionCode")];
    Recognition {
        id: RecognitionId::generate(),
        fields: RecognitionDraft {
            micro_credential_id: offer.id,
            recognizing_institution_id: by.id,
            recognition_type: RecognitionType::parse(&text(value, "recognitionType")).unwrap(),
            credit_value: number(value, "creditValue").unwrap(),
            credit_type: CreditType::parse(&text(value, "creditType")).unwrap(),
            transcript_method: TranscriptMethod::ListedOnTranscript,
            conditions: None,
            effective_date: NaiveDate::from_ymd_opt(2025, 9, 1).unwrap(),
            expiry_date: None,
            approval_reference: None,
            notes: None,
            badge_url: None,
            certificate_template_id: None,
        },
        micro_credential_title: offer.fields.title.clone(),
        offering_institution: offer.institution.clone(),
        recognizing_institution: summary(by),
        is_active: true,
        withdrawn_at: None,
        created_at: moment(),
        updated_at: moment(),
        version: 1,
    }
}
