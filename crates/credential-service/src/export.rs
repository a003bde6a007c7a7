//! Micro-credentials as files that an import reads back: our own CSV, and JSON lines.

use chrono::NaiveDate;
use domain::Failure;
use domain::id::InstitutionId;
use domain::micro_credential::{
    LearningOutcome, MicroCredential, MicroCredentialDraft, Prerequisite,
};
use domain::vocabulary::{
    BloomLevel, DeliveryMode, EducationLevel, ExchangeFormat, OutcomeCategory,
};
use rust_decimal::Decimal;
use serde::Serialize;

use crate::import::cell::{guarded, joined};
use crate::import::own::COLUMNS;
use crate::usecase::view;

/// One line of JSON.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    institution_id: InstitutionId,
    institution_code: &'a str,
    status: &'static str,
    #[serde(flatten)]
    fields: MicroCredentialDraft,
}

/// What a file begins with.
///
/// # Errors
/// `INTERNAL_ERROR` when it cannot be written.
pub(crate) fn header(format: ExchangeFormat) -> Result<Vec<u8>, Failure> {
    match format {
        ExchangeFormat::JsonLines => Ok(Vec::new()),
        ExchangeFormat::Csv => {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(COLUMNS).map_err(Failure::internal)?;
            finished(writer)
        }
    }
}

/// Some micro-credentials, as a piece of a file.
///
/// # Errors
/// `INTERNAL_ERROR` when they cannot be written.
pub(crate) fn encode(
    format: ExchangeFormat,
    credentials: &[MicroCredential],
) -> Result<Vec<u8>, Failure> {
    match format {
        ExchangeFormat::JsonLines => {
            let mut text = Vec::new();
            for credential in credentials {
                let line = Line {
                    institution_id: credential.institution.id,
                    institution_code: &credential.institution.code,
                    status: credential.status.as_str(),
                    fields: view::whole(credential),
                };
                serde_json::to_writer(&mut text, &line).map_err(Failure::internal)?;
                text.push(b'\n');
            }
            Ok(text)
        }
        ExchangeFormat::Csv => {
            let mut writer = csv::Writer::from_writer(Vec::new());
            for credential in credentials {
                let rows = credential
                    .outcomes
                    .len()
                    .max(credential.prerequisites.len())
                    .max(1);
                for place in 0..rows {
                    let cells = row(credential, place);
                    writer.write_record(cells).map_err(Failure::internal)?;
                }
            }
            finished(writer)
        }
    }
}

fn finished(writer: csv::Writer<Vec<u8>>) -> Result<Vec<u8>, Failure> {
    writer
        .into_inner()
        .map_err(|error| Failure::internal(error.to_string()))
}

/// One row: the first describes the micro-credential, all of them hold an outcome and a prerequisite while there are any.
fn row(credential: &MicroCredential, place: usize) -> Vec<String> {
    let mut cells = vec![
        guarded(&credential.institution.code),
        guarded(&credential.fields.program_code),
    ];
    if place == 0 {
        cells.push(credential.status.as_str().to_owned());
        cells.extend(described(&credential.fields));
    } else {
        cells.extend(std::iter::repeat_n(String::new(), 22));
    }
    cells.extend(outcome(credential.outcomes.get(place)));
    cells.extend(prerequisite(credential.prerequisites.get(place)));
    cells
}

fn described(fields: &MicroCredentialDraft) -> [String; 21] {
    let text = |text: &Option<String>| text.as_deref().map(guarded).unwrap_or_default();
    let word = |word: Option<&'static str>| word.unwrap_or_default().to_owned();
    let number = |number: Option<Decimal>| number.map(|it| it.to_string()).unwrap_or_default();
    let day = |day: Option<NaiveDate>| day.map(|it| it.to_string()).unwrap_or_default();
    [
        guarded(&fields.title),
        text(&fields.short_title),
        text(&fields.description),
        fields.credential_type.as_str().to_owned(),
        word(fields.delivery_mode.map(DeliveryMode::as_str)),
        number(fields.duration),
        number(fields.credits),
        text(&fields.assessment_method),
        number(fields.cost),
        guarded(&fields.language),
        word(fields.level.map(EducationLevel::as_str)),
        text(&fields.campus),
        text(&fields.department),
        text(&fields.faculty),
        day(fields.effective_date),
        day(fields.expiry_date),
        day(fields.last_review_date),
        day(fields.next_review_date),
        text(&fields.program_url),
        text(&fields.application_url),
        text(&fields.additional_info),
    ]
}

fn outcome(outcome: Option<&LearningOutcome>) -> [String; 5] {
    let Some(LearningOutcome { fields, .. }) = outcome else {
        return Default::default();
    };
    [
        guarded(&fields.outcome_text),
        fields
            .bloom_level
            .map(BloomLevel::as_str)
            .unwrap_or_default()
            .to_owned(),
        fields
            .category
            .map(OutcomeCategory::as_str)
            .unwrap_or_default()
            .to_owned(),
        fields.is_core.to_string(),
        guarded(&joined(&fields.keywords)),
    ]
}

fn prerequisite(prerequisite: Option<&Prerequisite>) -> [String; 3] {
    let Some(Prerequisite { fields, .. }) = prerequisite else {
        return Default::default();
    };
    [
        guarded(&fields.description),
        fields.prerequisite_type.as_str().to_owned(),
        fields.is_mandatory.to_string(),
    ]
}
