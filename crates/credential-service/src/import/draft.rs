//! One row as a micro-credential, with everything that is wrong with it.

use chrono::NaiveDate;
use domain::Failure;
use domain::micro_credential::{LearningOutcomeDraft, MicroCredentialDraft, PrerequisiteDraft};
use domain::vocabulary::{
    BloomLevel, CredentialType, DeliveryMode, EducationLevel, OutcomeCategory, PrerequisiteType,
};
use rust_decimal::Decimal;

use super::mapping::{Mapping, Outcome};
use super::read::{GoodRow, Owner, problem};
use super::report::RowProblem;
use super::value::{Row, Value};

/// Longest keyword; a longer one is a sentence.
const KEYWORD: usize = 100;

/// Reads values of one row and remembers what is wrong.
struct RowReader<'row> {
    mapping: &'row Mapping,
    row: &'row Row<'row>,
    institution: String,
    line: u64,
    problems: Vec<RowProblem>,
}

/// Reads one row.
pub(super) fn draft_of(
    mapping: &Mapping,
    row: &Row<'_>,
    line: u64,
) -> Result<GoodRow, Vec<RowProblem>> {
    let mut reader = RowReader {
        mapping,
        row,
        institution: String::new(),
        line,
        problems: Vec::new(),
    };
    let owner = reader.owner();
    let outcome = reader.outcome();
    let prerequisite = reader.prerequisite();
    let goes_on = reader.goes_on() && (outcome.is_some() || prerequisite.is_some());
    let mut draft = if goes_on {
        let code = reader.required("programCode", &mapping.fields.program_code);
        MicroCredentialDraft::titled("described elsewhere", code, CredentialType::MicroCredential)
    } else {
        reader.fields()
    };
    draft.outcomes.extend(outcome.clone());
    draft.prerequisites.extend(prerequisite.clone());
    reader.validate(&mut draft);
    draft.outcomes.clear();
    draft.prerequisites.clear();
    if reader.problems.is_empty() {
        Ok(GoodRow {
            line,
            owner,
            program_code: draft.program_code.clone(),
            draft: (!goes_on).then_some(draft),
            outcome,
            prerequisite,
        })
    } else {
        Err(reader.problems)
    }
}

impl RowReader<'_> {
    fn fields(&mut self) -> MicroCredentialDraft {
        let fields = &self.mapping.fields;
        MicroCredentialDraft {
            title: self.required("title", &fields.title),
            short_title: self.text("shortTitle", fields.short_title.as_ref()),
            description: self.text("description", fields.description.as_ref()),
            program_code: self.required("programCode", &fields.program_code),
            credential_type: self
                .word(
                    "credentialType",
                    Some(&fields.credential_type),
                    CredentialType::parse,
                )
                .unwrap_or(CredentialType::MicroCredential),
            delivery_mode: self.word(
                "deliveryMode",
                fields.delivery_mode.as_ref(),
                DeliveryMode::parse,
            ),
            duration: self.number("duration", fields.duration.as_ref()),
            credits: self.number("credits", fields.credits.as_ref()),
            assessment_method: self.text("assessmentMethod", fields.assessment_method.as_ref()),
            cost: self.number("cost", fields.cost.as_ref()),
            language: self
                .text("language", fields.language.as_ref())
                .unwrap_or_else(|| "English".to_owned()),
            level: self.word("level", fields.level.as_ref(), EducationLevel::parse),
            campus: self.text("campus", fields.campus.as_ref()),
            department: self.text("department", fields.department.as_ref()),
            faculty: self.text("faculty", fields.faculty.as_ref()),
            effective_date: self.day("effectiveDate", fields.effective_date.as_ref()),
            expiry_date: self.day("expiryDate", fields.expiry_date.as_ref()),
            last_review_date: self.day("lastReviewDate", fields.last_review_date.as_ref()),
            next_review_date: self.day("nextReviewDate", fields.next_review_date.as_ref()),
            program_url: self.text("programUrl", fields.program_url.as_ref()),
            application_url: self.text("applicationUrl", fields.application_url.as_ref()),
            additional_info: self.text("additionalInfo", fields.additional_info.as_ref()),
            outcomes: Vec::new(),
            prerequisites: Vec::new(),
        }
    }

    fn owner(&mut self) -> Option<Owner> {
        let code = &self.mapping.institution.code;
        if self.mapping.own {
            return self.text("institution.code", Some(code)).map(Owner::coded);
        }
        self.institution = self.required("institution.code", code);
        Some(Owner::coded(self.institution.clone()))
    }

    /// Whether nothing but the program code is stated of the micro-credential itself.
    fn goes_on(&self) -> bool {
        let silent = |value: &Value| matches!(value.of(self.row, ""), Ok(None));
        let fields = self.mapping.fields.all();
        self.mapping.own
            && fields
                .iter()
                .all(|(name, value)| *name == "programCode" || silent(value))
    }

    /// Whether nothing is stated in any of these.
    fn is_silent(&self, values: &[Option<&Value>]) -> bool {
        let mut values = values.iter().flatten();
        values.all(|value| matches!(value.of(self.row, ""), Ok(None)))
    }

    fn outcome(&mut self) -> Option<LearningOutcomeDraft> {
        let outcome = self.mapping.outcome.as_ref()?;
        let cells = [
            Some(&outcome.text),
            outcome.bloom_level.as_ref(),
            outcome.category.as_ref(),
            outcome.core.as_ref(),
            outcome.keywords.as_ref(),
        ];
        if self.mapping.own && self.is_silent(&cells) {
            return None;
        }
        let keywords = self.keywords(outcome);
        let is_core = match &outcome.core {
            None => outcome.is_core,
            Some(value) => self.truth("outcome.isCore", value).unwrap_or(false),
        };
        Some(LearningOutcomeDraft {
            outcome_text: self.required("outcome.text", &outcome.text),
            bloom_level: self.word(
                "outcome.bloomLevel",
                outcome.bloom_level.as_ref(),
                BloomLevel::parse,
            ),
            category: self.word(
                "outcome.category",
                outcome.category.as_ref(),
                OutcomeCategory::parse,
            ),
            is_core,
            keywords,
        })
    }

    fn keywords(&mut self, outcome: &Outcome) -> Vec<String> {
        let Some(value) = &outcome.keywords else {
            return Vec::new();
        };
        let mut words = match value.list_of(self.row, &self.institution) {
            Ok(words) => words,
            Err(reason) => {
                self.note("outcome.keywords", reason);
                Vec::new()
            }
        };
        if value.bad_is_absent() {
            words.retain(|word| word.chars().count() <= KEYWORD && !word.contains('\0'));
        }
        words
    }

    fn prerequisite(&mut self) -> Option<PrerequisiteDraft> {
        let prerequisite = self.mapping.prerequisite.as_ref()?;
        let cells = [
            Some(&prerequisite.description),
            Some(&prerequisite.prerequisite_type),
            Some(&prerequisite.is_mandatory),
        ];
        if self.is_silent(&cells) {
            return None;
        }
        let description = self.required("prerequisite.description", &prerequisite.description);
        let kind = &prerequisite.prerequisite_type;
        if self.is_silent(&[Some(kind)]) {
            self.note("prerequisite.type", "must not be empty".to_owned());
        }
        let kind = self.word("prerequisite.type", Some(kind), PrerequisiteType::parse);
        let mandatory = self.truth("prerequisite.isMandatory", &prerequisite.is_mandatory);
        Some(PrerequisiteDraft {
            description,
            prerequisite_type: kind.unwrap_or(PrerequisiteType::Other),
            is_mandatory: mandatory.unwrap_or(true),
        })
    }

    fn truth(&mut self, field: &str, value: &Value) -> Option<bool> {
        let parse = |text: &str| text.to_ascii_lowercase().parse().ok();
        self.parsed(field, Some(value), parse, "true or false")
    }

    fn text(&mut self, field: &str, value: Option<&Value>) -> Option<String> {
        match value?.of(self.row, &self.institution) {
            Ok(text) => text,
            Err(reason) => {
                self.note(field, reason);
                None
            }
        }
    }

    fn required(&mut self, field: &str, value: &Value) -> String {
        let before = self.problems.len();
        let text = self.text(field, Some(value));
        if text.is_none() && self.problems.len() == before {
            self.note(field, "must not be empty".to_owned());
        }
        text.unwrap_or_default()
    }

    fn parsed<T>(
        &mut self,
        field: &str,
        value: Option<&Value>,
        parse: impl FnOnce(&str) -> Option<T>,
        what: &str,
    ) -> Option<T> {
        let text = self.text(field, value)?;
        let parsed = parse(text.trim());
        if parsed.is_none() && !value.is_some_and(Value::bad_is_absent) {
            self.note(field, format!("`{text}` is not {what}"));
        }
        parsed
    }

    fn word<T>(
        &mut self,
        field: &str,
        value: Option<&Value>,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        self.parsed(field, value, parse, "in the list")
    }

    fn number(&mut self, field: &str, value: Option<&Value>) -> Option<Decimal> {
        let parse = |text: &str| Decimal::from_str_exact(text).ok();
        let number = self.parsed(field, value, parse, "a decimal number");
        number.map(|number| number.normalize())
    }

    fn day(&mut self, field: &str, value: Option<&Value>) -> Option<NaiveDate> {
        let parse = |text: &str| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
        self.parsed(field, value, parse, "a day such as 2026-11-23")
    }

    /// Asks the domain, and leaves out what breaks a rule where the mapping says so.
    fn validate(&mut self, draft: &mut MicroCredentialDraft) {
        let Err(first) = draft.validate() else { return };
        let mapping = self.mapping;
        for violation in first.fields {
            let lenient = mapping
                .values()
                .iter()
                .any(|(name, value)| *name == violation.field && value.bad_is_absent());
            if lenient {
                clear(draft, &violation.field);
            }
        }
        if let Err(failure) = draft.validate() {
            self.blame(failure);
        }
    }

    fn blame(&mut self, failure: Failure) {
        for violation in failure.fields {
            let column = self.mapping.blame(&violation.field);
            let known = self.problems.iter().any(|problem| problem.column == column);
            if !known {
                self.problems
                    .push(problem(self.line, column, violation.message));
            }
        }
    }

    fn note(&mut self, field: &str, reason: String) {
        let column = self.mapping.blame(field);
        self.problems.push(problem(self.line, column, reason));
    }
}

/// Makes an optional field count as not stated.
fn clear(draft: &mut MicroCredentialDraft, field: &str) {
    match field {
        "shortTitle" => draft.short_title = None,
        "description" => draft.description = None,
        "duration" => draft.duration = None,
        "credits" => draft.credits = None,
        "assessmentMethod" => draft.assessment_method = None,
        "cost" => draft.cost = None,
        "campus" => draft.campus = None,
        "department" => draft.department = None,
        "faculty" => draft.faculty = None,
        "expiryDate" => draft.expiry_date = None,
        "programUrl" => draft.program_url = None,
        "applicationUrl" => draft.application_url = None,
        "additionalInfo" => draft.additional_info = None,
        _required => {}
    }
}
