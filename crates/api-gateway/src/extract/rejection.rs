//! What serde says of an input, in words for the caller.

use domain::{ErrorCode, Failure, FieldViolation};

const LONGEST_NAME: usize = 200;

/// What is wrong with one field.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Flaw {
    /// Path of the field.
    pub(crate) field: String,
    /// What would be right.
    pub(crate) message: String,
    /// Name of the error.
    pub(crate) code: ErrorCode,
}

impl From<Flaw> for Failure {
    fn from(flaw: Flaw) -> Self {
        let sentence = format!("{}: {}", flaw.field, flaw.message);
        let violation = FieldViolation {
            field: flaw.field,
            message: flaw.message,
        };
        Self::new(flaw.code, sentence).with_fields(vec![violation])
    }
}

/// Reads serde's sentence. What the caller wrote is never repeated, beside names of fields.
pub(crate) fn describe(path: &str, sentence: &str) -> Flaw {
    let sentence = sentence
        .rsplit_once(" at line ")
        .map_or(sentence, |(sentence, _place)| sentence);
    let path = path.trim_end_matches('?').trim_end_matches('.');
    if let Some(rest) = sentence.strip_prefix("unknown field ") {
        let known = listed(rest).map_or_else(String::new, |known| format!("; known: {known}"));
        return Flaw {
            field: shortened(if path.is_empty() {
                quoted(rest)
            } else {
                path.into()
            }),
            message: format!("is not known here{known}"),
            code: ErrorCode::ValidationError,
        };
    }
    if let Some(rest) = sentence.strip_prefix("missing field ") {
        return Flaw {
            field: join(path, quoted(rest)),
            message: "is required".into(),
            code: ErrorCode::RequiredFieldMissing,
        };
    }
    if let Some(rest) = sentence.strip_prefix("duplicate field ") {
        return Flaw {
            field: join(path, quoted(rest)),
            message: "is given twice".into(),
            code: ErrorCode::ValidationError,
        };
    }
    let field = if path.is_empty() { "body" } else { path };
    if let Some(rest) = sentence.strip_prefix("unknown variant ") {
        let known = listed(rest).unwrap_or_default();
        return Flaw {
            field: field.into(),
            message: format!("must be one of {known}"),
            code: ErrorCode::InvalidEnumValue,
        };
    }
    Flaw {
        field: field.into(),
        message: format!("must be {}", wanted(sentence)),
        code: if is_number_out_of_range(sentence) {
            ErrorCode::ValueOutOfRange
        } else {
            ErrorCode::ValidationError
        },
    }
}

/// serde calls a number of another kind an invalid type, and one that does not fit an invalid value.
fn is_number_out_of_range(sentence: &str) -> bool {
    ["integer", "floating point"].iter().any(|kind| {
        sentence
            .strip_prefix("invalid value: ")
            .is_some_and(|rest| rest.starts_with(kind))
    })
}

/// The first name in back-ticks.
fn quoted(text: &str) -> String {
    text.split('`').nth(1).unwrap_or_default().to_owned()
}

/// Callers choose the names of unknown fields, and may choose long ones.
pub(crate) fn shortened(field: String) -> String {
    if field.len() > LONGEST_NAME {
        field.chars().take(LONGEST_NAME).collect()
    } else {
        field
    }
}

/// The names after "expected", without back-ticks.
fn listed(text: &str) -> Option<String> {
    let (_before, names) = text.rsplit_once("expected ")?;
    Some(names.trim_start_matches("one of ").replace('`', ""))
}

fn join(path: &str, name: String) -> String {
    if path.is_empty() {
        name
    } else {
        format!("{path}.{name}")
    }
}

/// What serde expected, in words of people.
fn wanted(sentence: &str) -> String {
    let Some((_before, expected)) = sentence.rsplit_once(", expected ") else {
        return by_parser(sentence).into();
    };
    match expected {
        "u32" => format!("a whole number from 0 to {}", u32::MAX),
        "u8" | "u16" | "u64" | "usize" => "a whole number, 0 or more".into(),
        "f32" | "f64" => "a number".into(),
        "a sequence" => "a list".into(),
        "a boolean" => "true or false".into(),
        "a formatted date string" => "a day such as 2026-11-23".into(),
        other if other.contains("Decimal") => "a number".into(),
        other if other.contains("UUID") => "a UUID".into(),
        other if other.starts_with("struct ") => "an object".into(),
        other if other.starts_with("string or map") => "one of its closed list".into(),
        other if other.contains("date") => "a time such as 2026-11-23T18:40:00Z".into(),
        other => other.into(),
    }
}

/// Sentences of the parsers below serde, which say what they met and not what they want.
fn by_parser(sentence: &str) -> &'static str {
    if sentence.contains("UUID") {
        "a UUID"
    } else if sentence.contains("digit") || sentence.contains("number too") {
        "a whole number, 0 or more"
    } else if sentence.contains("float") {
        "a number"
    } else if sentence.contains("bool") {
        "true or false"
    } else if sentence.contains("input") || sentence.contains("range") {
        "a day such as 2026-11-23, or a time such as 2026-11-23T18:40:00Z"
    } else {
        "well formed"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_sentence_is_understood() {
        let cases = [
            (
                (
                    "outcomes[0]",
                    "missing field `outcomeText` at line 1 column 9",
                ),
                (
                    "outcomes[0].outcomeText",
                    "is required",
                    ErrorCode::RequiredFieldMissing,
                ),
            ),
            (
                (
                    "colour",
                    "unknown field `colour`, expected `name` or `code` at line 1 column 9",
                ),
                (
                    "colour",
                    "is not known here; known: name or code",
                    ErrorCode::ValidationError,
                ),
            ),
            (
                ("type", "unknown variant `X`, expected one of `A`, `B`"),
                ("type", "must be one of A, B", ErrorCode::InvalidEnumValue),
            ),
            (
                (
                    "limit",
                    "invalid type: string \"secret, expected x\", expected u32 at line 1 column 2",
                ),
                (
                    "limit",
                    "must be a whole number from 0 to 4294967295",
                    ErrorCode::ValidationError,
                ),
            ),
            (
                (
                    "limit",
                    "invalid value: integer `-1`, expected u32 at line 1 column 2",
                ),
                (
                    "limit",
                    "must be a whole number from 0 to 4294967295",
                    ErrorCode::ValueOutOfRange,
                ),
            ),
            (
                (
                    "credits",
                    "invalid value: floating point `1e300`, expected a number of at most 28 digits",
                ),
                (
                    "credits",
                    "must be a number of at most 28 digits",
                    ErrorCode::ValueOutOfRange,
                ),
            ),
            (
                ("", "invalid type: sequence, expected struct SignIn"),
                ("body", "must be an object", ErrorCode::ValidationError),
            ),
        ];
        for ((path, sentence), (field, message, code)) in cases {
            let flaw = describe(path, sentence);
            assert_eq!(
                (flaw.field.as_str(), flaw.message.as_str(), flaw.code),
                (field, message, code)
            );
        }
    }
}
