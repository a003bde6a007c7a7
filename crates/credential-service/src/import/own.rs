//! Our own CSV files: columns with fixed names, in any order, an outcome and a prerequisite on each row.

use std::collections::BTreeMap;
use std::io::Read;

use csv::{ReaderBuilder, StringRecord};

use super::mapping::{Fields, ImportStatus, Institution, Mapping, Outcome, Prerequisite, Rows};
use super::read::{JudgedRows, problem, read_rows};
use super::report::RowProblem;
use super::value::Value;

/// Every column, in the order in which they are written.
pub(crate) const COLUMNS: [&str; 32] = [
    "institutionCode",
    "programCode",
    "status",
    "title",
    "shortTitle",
    "description",
    "credentialType",
    "deliveryMode",
    "duration",
    "credits",
    "assessmentMethod",
    "cost",
    "language",
    "level",
    "campus",
    "department",
    "faculty",
    "effectiveDate",
    "expiryDate",
    "lastReviewDate",
    "nextReviewDate",
    "programUrl",
    "applicationUrl",
    "additionalInfo",
    "outcomeText",
    "outcomeBloomLevel",
    "outcomeCategory",
    "outcomeIsCore",
    "outcomeKeywords",
    "prerequisiteDescription",
    "prerequisiteType",
    "prerequisiteIsMandatory",
];
/// Columns that every file has.
const REQUIRED: [&str; 3] = ["programCode", "title", "credentialType"];

/// Reads and judges a whole file; says what its columns mean when the header can be used.
///
/// # Errors
/// The file cannot be read to its end.
pub(super) fn read(file: impl Read, rows: &mut JudgedRows) -> Result<Option<Mapping>, csv::Error> {
    let mut reader = ReaderBuilder::new().flexible(true).from_reader(file);
    let header = reader.byte_headers()?.clone();
    let Ok(headers) = StringRecord::from_byte_record(header) else {
        let reason = "the header is not UTF-8".to_owned();
        rows.problems.add(problem(1, "", reason));
        return Ok(None);
    };
    let flaws = flaws(&headers);
    if !flaws.is_empty() {
        rows.problems.extend(flaws);
        return Ok(None);
    }
    let mapping = mapping(&headers);
    read_rows(&mapping, &headers, &mut reader, rows)?;
    Ok(Some(mapping))
}

/// What is wrong with a header.
fn flaws(headers: &StringRecord) -> Vec<RowProblem> {
    let has = |name: &str| headers.iter().any(|header| header == name);
    let mut flaws = Vec::new();
    let mut required = REQUIRED.to_vec();
    if headers.iter().any(|name| name.starts_with("outcome")) {
        required.push("outcomeText");
    }
    if headers.iter().any(|name| name.starts_with("prerequisite")) {
        required.extend(["prerequisiteDescription", "prerequisiteType"]);
    }
    for name in required {
        if !has(name) {
            flaws.push(problem(1, name, "the header has no such column".to_owned()));
        }
    }
    for (place, name) in headers.iter().enumerate() {
        if !COLUMNS.contains(&name) {
            let known = COLUMNS.join(", ");
            let shown: String = name.chars().take(100).collect();
            let reason = format!("is not known here; known: {known}");
            flaws.push(problem(1, shown, reason));
        } else if headers.iter().take(place).any(|before| before == name) {
            flaws.push(problem(1, name, "stands in the header twice".to_owned()));
        }
        if flaws.len() > COLUMNS.len() {
            break;
        }
    }
    flaws
}

/// What the columns of a header mean.
fn mapping(headers: &StringRecord) -> Mapping {
    let column = |name: &str| {
        let there = headers.iter().any(|header| header == name);
        there.then(|| Value::own(name))
    };
    let always = Value::own;
    Mapping {
        rows: Rows::Outcomes,
        status: ImportStatus::Draft,
        institution: Institution {
            code: always("institutionCode"),
            new: BTreeMap::new(),
        },
        fields: Fields {
            title: always("title"),
            program_code: always("programCode"),
            credential_type: always("credentialType"),
            short_title: column("shortTitle"),
            description: column("description"),
            delivery_mode: column("deliveryMode"),
            duration: column("duration"),
            credits: column("credits"),
            assessment_method: column("assessmentMethod"),
            cost: column("cost"),
            language: column("language"),
            level: column("level"),
            campus: column("campus"),
            department: column("department"),
            faculty: column("faculty"),
            effective_date: column("effectiveDate"),
            expiry_date: column("expiryDate"),
            last_review_date: column("lastReviewDate"),
            next_review_date: column("nextReviewDate"),
            program_url: column("programUrl"),
            application_url: column("applicationUrl"),
            additional_info: column("additionalInfo"),
        },
        outcome: column("outcomeText").map(|text| Outcome {
            text,
            bloom_level: column("outcomeBloomLevel"),
            category: column("outcomeCategory"),
            keywords: column("outcomeKeywords"),
            is_core: false,
            core: column("outcomeIsCore"),
        }),
        prerequisite: column("prerequisiteDescription").map(|description| Prerequisite {
            description,
            prerequisite_type: always("prerequisiteType"),
            is_mandatory: always("prerequisiteIsMandatory"),
        }),
        own: true,
    }
}
