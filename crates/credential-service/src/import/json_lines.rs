//! JSON lines: on each line the body of `POST /credentials`.

use std::io::{BufRead, BufReader, Read};

use chrono::NaiveDate;
use domain::id::InstitutionId;
use domain::micro_credential::{LearningOutcomeDraft, MicroCredentialDraft, PrerequisiteDraft};
use domain::vocabulary::{
    BloomLevel, CredentialType, DeliveryMode, EducationLevel, OutcomeCategory, PrerequisiteType,
};
use domain::workflow::CredentialStatus;
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer};

use super::read::{GoodRow, JudgedRows, MOST_ROWS, Owner, problem, too_many};
use super::report::RowProblem;

/// Longest line in bytes: that of the body of `POST /credentials`.
const LONGEST: usize = 1024 * 1024;

/// One line.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Line {
    institution_id: Option<InstitutionId>,
    institution_code: Option<String>,
    /// Written by an export; an import changes no status.
    #[serde(rename = "status")]
    _status: Option<CredentialStatus>,
    title: String,
    short_title: Option<String>,
    description: Option<String>,
    program_code: String,
    credential_type: CredentialType,
    delivery_mode: Option<DeliveryMode>,
    #[serde(default, deserialize_with = "decimal")]
    duration: Option<Decimal>,
    #[serde(default, deserialize_with = "decimal")]
    credits: Option<Decimal>,
    assessment_method: Option<String>,
    #[serde(default, deserialize_with = "decimal")]
    cost: Option<Decimal>,
    language: Option<String>,
    level: Option<EducationLevel>,
    campus: Option<String>,
    department: Option<String>,
    faculty: Option<String>,
    effective_date: Option<NaiveDate>,
    expiry_date: Option<NaiveDate>,
    last_review_date: Option<NaiveDate>,
    next_review_date: Option<NaiveDate>,
    program_url: Option<String>,
    application_url: Option<String>,
    additional_info: Option<String>,
    #[serde(default)]
    outcomes: Vec<OutcomeLine>,
    #[serde(default)]
    prerequisites: Vec<PrerequisiteLine>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct OutcomeLine {
    outcome_text: String,
    bloom_level: Option<BloomLevel>,
    category: Option<OutcomeCategory>,
    #[serde(default)]
    is_core: bool,
    #[serde(default)]
    keywords: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PrerequisiteLine {
    description: String,
    #[serde(rename = "type")]
    prerequisite_type: PrerequisiteType,
    #[serde(default = "yes")]
    is_mandatory: bool,
}

const fn yes() -> bool {
    true
}

/// The shortest text of a floating-point number is the number that was written.
fn decimal<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Decimal>, D::Error> {
    let Some(number) = Option::<f64>::deserialize(deserializer)? else {
        return Ok(None);
    };
    Decimal::from_str_exact(&number.to_string())
        .map(|number| Some(number.normalize()))
        .map_err(|_error| serde::de::Error::custom("is no number that can be recorded"))
}

/// Reads and judges a whole file.
///
/// # Errors
/// The file cannot be read to its end.
pub(super) fn read(file: impl Read, rows: &mut JudgedRows) -> std::io::Result<()> {
    let mut reader = BufReader::with_capacity(64 * 1024, file);
    let mut text = Vec::new();
    let (mut line, mut count) = (0_u64, 0_usize);
    loop {
        text.clear();
        let most = u64::try_from(LONGEST).unwrap_or(u64::MAX);
        let length = (&mut reader).take(most).read_until(b'\n', &mut text)?;
        if length == 0 {
            return Ok(());
        }
        line += 1;
        let is_whole = text.last() == Some(&b'\n') || length < LONGEST;
        if !is_whole {
            skip_line(&mut reader)?;
        }
        let text = text
            .strip_prefix(b"\xEF\xBB\xBF")
            .filter(|_| line == 1)
            .unwrap_or(&text);
        let text = text.trim_ascii();
        if text.is_empty() {
            continue;
        }
        count += 1;
        if count > MOST_ROWS {
            rows.problems.add(too_many(line));
            return Ok(());
        }
        rows.add(if is_whole {
            judge(text, line)
        } else {
            let reason = format!("the line is longer than {LONGEST} bytes");
            Err(vec![problem(line, "", reason)])
        });
    }
}

fn skip_line(reader: &mut impl BufRead) -> std::io::Result<()> {
    loop {
        let (used, ended) = {
            let bytes = reader.fill_buf()?;
            match bytes.iter().position(|byte| *byte == b'\n') {
                Some(place) => (place + 1, true),
                None => (bytes.len(), bytes.is_empty()),
            }
        };
        reader.consume(used);
        if ended {
            return Ok(());
        }
    }
}

fn judge(text: &[u8], line: u64) -> Result<GoodRow, Vec<RowProblem>> {
    let mut reader = serde_json::Deserializer::from_slice(text);
    let read: Result<Line, _> = serde_path_to_error::deserialize(&mut reader);
    let read = read.map_err(|error| {
        let path = error.path().to_string();
        vec![unread(line, path.trim_start_matches('.'), error.inner())]
    })?;
    reader
        .end()
        .map_err(|_error| vec![problem(line, "", "has more than one object".to_owned())])?;
    let owner = Owner {
        id: read.institution_id,
        code: read.institution_code.clone(),
    };
    let draft = read.into_draft();
    draft.validate().map_err(|failure| {
        let violations = failure.fields.into_iter();
        violations
            .map(|violation| problem(line, violation.field, violation.message))
            .collect::<Vec<_>>()
    })?;
    Ok(GoodRow {
        line,
        owner: (owner.id.is_some() || owner.code.is_some()).then_some(owner),
        program_code: draft.program_code.clone(),
        draft: Some(draft),
        outcome: None,
        prerequisite: None,
    })
}

/// What serde says, without the place on the line.
fn unread(line: u64, path: &str, error: &serde_json::Error) -> RowProblem {
    let sentence = error.to_string();
    let sentence = sentence
        .rsplit_once(" at line ")
        .map_or(sentence.as_str(), |(sentence, _place)| sentence);
    let named = |beginning: &str| {
        let rest = sentence.strip_prefix(beginning)?;
        rest.split('`').nth(1)
    };
    if let Some(field) = named("missing field ") {
        return problem(line, field, "is required".to_owned());
    }
    let field = named("unknown field ").unwrap_or(path);
    problem(
        line,
        field.chars().take(200).collect::<String>(),
        sentence.chars().take(500).collect(),
    )
}

impl Line {
    fn into_draft(self) -> MicroCredentialDraft {
        let outcomes = self
            .outcomes
            .into_iter()
            .map(|outcome| LearningOutcomeDraft {
                outcome_text: outcome.outcome_text,
                bloom_level: outcome.bloom_level,
                category: outcome.category,
                is_core: outcome.is_core,
                keywords: outcome.keywords,
            });
        let prerequisites = self.prerequisites.into_iter();
        let prerequisites = prerequisites.map(|prerequisite| PrerequisiteDraft {
            description: prerequisite.description,
            prerequisite_type: prerequisite.prerequisite_type,
            is_mandatory: prerequisite.is_mandatory,
        });
        MicroCredentialDraft {
            title: self.title,
            short_title: self.short_title,
            description: self.description,
            program_code: self.program_code,
            credential_type: self.credential_type,
            delivery_mode: self.delivery_mode,
            duration: self.duration,
            credits: self.credits,
            assessment_method: self.assessment_method,
            cost: self.cost,
            language: self.language.unwrap_or_else(|| "English".to_owned()),
            level: self.level,
            campus: self.campus,
            department: self.department,
            faculty: self.faculty,
            effective_date: self.effective_date,
            expiry_date: self.expiry_date,
            last_review_date: self.last_review_date,
            next_review_date: self.next_review_date,
            program_url: self.program_url,
            application_url: self.application_url,
            additional_info: self.additional_info,
            outcomes: outcomes.collect(),
            prerequisites: prerequisites.collect(),
        }
    }
}
