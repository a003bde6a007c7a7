//! An offer as the index knows it: what can be searched, compared and shown.

use chrono::NaiveDate;
use domain::id::{LearningOutcomeId, MicroCredentialId};
use domain::institution::InstitutionSummary;
use domain::micro_credential::MicroCredential;
use domain::vocabulary::{
    BloomLevel, ComparisonBasis, CredentialType, DeliveryMode, EducationLevel,
};
use domain::workflow::CredentialStatus;
use rust_decimal::Decimal;

use super::topics;

/// A published micro-credential; never changed, only replaced.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Offer {
    pub(crate) id: MicroCredentialId,
    pub(crate) version: i64,
    pub(crate) title: String,
    pub(crate) institution: InstitutionSummary,
    pub(crate) credential_type: CredentialType,
    pub(crate) level: Option<EducationLevel>,
    pub(crate) delivery_mode: Option<DeliveryMode>,
    pub(crate) description: String,
    pub(crate) hours: Option<Decimal>,
    pub(crate) credits: Option<Decimal>,
    /// The text behind the content vector.
    pub(crate) content: String,
    /// Outcomes, or topics of the description when no outcome is stated; never empty.
    pub(crate) passages: Vec<Passage>,
    /// Which of the two the passages are.
    pub(crate) basis: ComparisonBasis,
    /// Key words of all outcomes.
    pub(crate) keywords: String,
    /// First day on which it is offered.
    pub(crate) effective_date: Option<NaiveDate>,
    /// Last day on which it is offered.
    pub(crate) expiry_date: Option<NaiveDate>,
}

/// An outcome, or a topic.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Passage {
    /// The outcome; `None` for a topic.
    pub(crate) id: Option<LearningOutcomeId>,
    pub(crate) text: String,
    pub(crate) bloom_level: Option<BloomLevel>,
    /// Topics all count as core: nobody has said which matter less.
    pub(crate) is_core: bool,
}

impl Offer {
    /// The offer of a micro-credential; `None` unless it is published and in service.
    pub(crate) fn of(credential: MicroCredential) -> Option<Self> {
        if credential.status != CredentialStatus::Published || !credential.is_active {
            return None;
        }
        let fields = credential.fields;
        let description = fields.description.unwrap_or_default();
        let outcomes: Vec<Passage> = credential
            .outcomes
            .iter()
            .filter(|outcome| !outcome.fields.outcome_text.trim().is_empty())
            .map(|outcome| Passage {
                id: Some(outcome.id),
                text: outcome.fields.outcome_text.clone(),
                bloom_level: outcome.fields.bloom_level,
                is_core: outcome.fields.is_core,
            })
            .collect();
        let keywords = credential
            .outcomes
            .iter()
            .flat_map(|outcome| outcome.fields.keywords.iter().map(String::as_str))
            .collect::<Vec<_>>()
            .join("; ");
        let basis = if outcomes.is_empty() {
            ComparisonBasis::Topics
        } else {
            ComparisonBasis::Outcomes
        };
        let content = content_of(&fields.title, &description, &outcomes);
        let passages = if outcomes.is_empty() {
            topics::of(&fields.title, &description)
        } else {
            outcomes
        };
        Some(Self {
            id: credential.id,
            version: credential.version,
            title: fields.title,
            institution: credential.institution,
            credential_type: fields.credential_type,
            level: fields.level,
            delivery_mode: fields.delivery_mode,
            description,
            hours: fields.duration,
            credits: fields.credits,
            content,
            passages,
            basis,
            keywords,
            effective_date: fields.effective_date,
            expiry_date: fields.expiry_date,
        })
    }

    /// Texts of the passages, in their order.
    pub(crate) fn passage_texts(&self) -> impl Iterator<Item = &str> {
        self.passages.iter().map(|passage| passage.text.as_str())
    }
}

/// Title and description; without a description, title and outcomes.
fn content_of(title: &str, description: &str, outcomes: &[Passage]) -> String {
    let rest = if description.trim().is_empty() {
        outcomes
            .iter()
            .map(|outcome| outcome.text.as_str())
            .collect::<Vec<_>>()
            .join(". ")
    } else {
        description.to_owned()
    };
    if rest.is_empty() {
        title.to_owned()
    } else {
        format!("{title}. {rest}")
    }
}

#[cfg(test)]
impl Offer {
    /// An offer with nothing but a title, for tests.
    pub(crate) fn sample(title: &str) -> Self {
        Self {
            id: MicroCredentialId::generate(),
            version: 1,
            title: title.into(),
            institution: InstitutionSummary {
                id: domain::id::InstitutionId::generate(),
                name: "A College".into(),
                code: "AC".into(),
            },
            credential_type: CredentialType::MicroCredential,
            level: None,
            delivery_mode: None,
            description: String::new(),
            hours: None,
            credits: None,
            content: title.into(),
            passages: topics::of(title, ""),
            basis: ComparisonBasis::Topics,
            keywords: String::new(),
            effective_date: None,
            expiry_date: None,
        }
    }
}
