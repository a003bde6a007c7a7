//! Everything that is wrong with the structure of a body: serde stops at the first flaw, the document knows the others.

use std::sync::LazyLock;

use domain::ErrorCode;
use serde_json::Value;
use uuid::Uuid;

use super::rejection::{Flaw, shortened};
use crate::openapi;

/// Most flaws that are named.
const MOST: usize = 100;

/// The document, read once and only when somebody has sent something wrong.
static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::to_value(openapi::document()).unwrap_or_default());

/// What is wrong with the body of an operation, such as `POST /api/v1/credentials`; nothing where the document has none.
pub(super) fn flaws_of(method: &str, route: &str, body: &Value) -> Vec<Flaw> {
    let method = method.to_ascii_lowercase();
    let within = [
        "paths",
        route,
        &method,
        "requestBody",
        "content",
        "application/json",
        "schema",
    ];
    let schema = within.into_iter().fold(&*DOCUMENT, part);
    let mut found = Vec::new();
    look(schema, body, "", &mut found);
    found
}

/// A member of an object; null where there is none.
fn part<'a>(of: &'a Value, name: &str) -> &'a Value {
    of.get(name).unwrap_or(&Value::Null)
}

fn look(schema: &Value, value: &Value, path: &str, found: &mut Vec<Flaw>) {
    if found.len() >= MOST {
        return;
    }
    if let Some(reference) = part(schema, "$ref").as_str() {
        let target = DOCUMENT.pointer(reference.trim_start_matches('#'));
        return look(target.unwrap_or(&Value::Null), value, path, found);
    }
    if let Some(options) = part(schema, "oneOf").as_array() {
        return choose(options, value, path, found);
    }
    if let Some(kinds) = unlike(schema, value) {
        found.push(flaw(path, format!("must be {kinds}")));
        return;
    }
    match value {
        Value::Object(_) => look_into(schema, value, path, found),
        Value::Array(items) => {
            if over(items.len(), part(schema, "maxItems")) {
                found.push(flaw(
                    path,
                    format!("must have at most {} entries", part(schema, "maxItems")),
                ));
            }
            for (index, item) in items.iter().enumerate() {
                look(
                    part(schema, "items"),
                    item,
                    &format!("{path}[{index}]"),
                    found,
                );
            }
        }
        Value::String(text) => found.extend(wrong_text(schema, text, path)),
        Value::Number(number) => {
            let number = number.as_f64().unwrap_or_default();
            found.extend(wrong_number(schema, number, path));
        }
        Value::Null | Value::Bool(_) => {}
    }
}

/// Of several schemas: nothing may stand for `null`; between two that are left only serde can choose.
fn choose(options: &[Value], value: &Value, path: &str, found: &mut Vec<Flaw>) {
    let mut others = options
        .iter()
        .filter(|option| part(option, "type") != "null");
    let may_be_null = options.iter().any(|option| part(option, "type") == "null");
    if value.is_null() && may_be_null {
        return;
    }
    if let (Some(only), None) = (others.next(), others.next()) {
        look(only, value, path, found);
    }
}

fn look_into(schema: &Value, value: &Value, path: &str, found: &mut Vec<Flaw>) {
    let within = |name: &str| match path {
        "" => name.to_owned(),
        path => format!("{path}.{name}"),
    };
    for name in part(schema, "required").as_array().into_iter().flatten() {
        let name = name.as_str().unwrap_or_default();
        if value.get(name).is_none() {
            found.push(Flaw {
                code: ErrorCode::RequiredFieldMissing,
                ..flaw(&within(name), "is required".to_owned())
            });
        }
    }
    for (name, field) in value.as_object().into_iter().flatten() {
        match part(schema, "properties").get(name) {
            Some(known) => look(known, field, &within(name), found),
            None if part(schema, "additionalProperties") == false => {
                found.push(flaw(&within(name), "is not known here".to_owned()));
            }
            None => {}
        }
    }
}

/// What a value should be, where it is something else.
fn unlike(schema: &Value, value: &Value) -> Option<String> {
    let kinds: Vec<&str> = match part(schema, "type") {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => return None,
    };
    let fits = |kind: &&str| match *kind {
        "null" => value.is_null(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => true,
    };
    if kinds.iter().any(fits) {
        return None;
    }
    let words = kinds.iter().filter_map(|kind| match *kind {
        "string" => Some("a string"),
        "boolean" => Some("true or false"),
        "number" => Some("a number"),
        "integer" => Some("a whole number"),
        "array" => Some("a list"),
        "object" => Some("an object"),
        _null => None,
    });
    Some(words.collect::<Vec<_>>().join(" or "))
}

fn wrong_text(schema: &Value, text: &str, path: &str) -> Option<Flaw> {
    if let Some(known) = part(schema, "enum").as_array()
        && !known.iter().any(|one| one == text)
    {
        let known: Vec<&str> = known.iter().filter_map(Value::as_str).collect();
        return Some(Flaw {
            code: ErrorCode::InvalidEnumValue,
            ..flaw(path, format!("must be one of {}", known.join(", ")))
        });
    }
    if part(schema, "format") == "uuid" && Uuid::try_parse(text).is_err() {
        return Some(flaw(path, "must be a UUID".to_owned()));
    }
    let length = text.chars().count();
    let least = part(schema, "minLength").as_u64().unwrap_or(0);
    if u64::try_from(length).is_ok_and(|length| length < least) {
        let rule = match least {
            1 => "must not be empty".to_owned(),
            least => format!("must have at least {least} characters"),
        };
        return Some(flaw(path, rule));
    }
    over(length, part(schema, "maxLength")).then(|| {
        flaw(
            path,
            format!("must have at most {} characters", part(schema, "maxLength")),
        )
    })
}

fn wrong_number(schema: &Value, number: f64, path: &str) -> Option<Flaw> {
    let limit = |name: &str| part(schema, name).as_f64();
    let rule = if limit("minimum").is_some_and(|least| number < least) {
        format!("must be at least {}", part(schema, "minimum"))
    } else if limit("exclusiveMinimum").is_some_and(|least| number <= least) {
        format!("must be more than {}", part(schema, "exclusiveMinimum"))
    } else if limit("maximum").is_some_and(|most| number > most) {
        format!("must be at most {}", part(schema, "maximum"))
    } else {
        return None;
    };
    Some(Flaw {
        code: ErrorCode::ValueOutOfRange,
        ..flaw(path, rule)
    })
}

fn over(length: usize, most: &Value) -> bool {
    let length = u64::try_from(length).unwrap_or(u64::MAX);
    most.as_u64().is_some_and(|most| length > most)
}

fn flaw(path: &str, message: String) -> Flaw {
    let field = if path.is_empty() { "body" } else { path };
    Flaw {
        field: shortened(field.to_owned()),
        message,
        code: ErrorCode::ValidationError,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_flaw_is_named_at_once() {
        let body = json!({
            "institutionId": "nowhere", "title": "", "credentialType": "SCHOOL", "level": null, "deliveryMode": "BY_MAIL",
            "credits": 61, "cost": -1, "colour": "red", "language": 7,
            "outcomes": [{"outcomeText": "Weld", "isCore": "yes"}, {"isCore": true}, 7]
        });

        let found = flaws_of("POST", "/api/v1/credentials", &body);

        let mut said: Vec<(&str, &str)> = found
            .iter()
            .map(|flaw| (flaw.field.as_str(), flaw.code.as_str()))
            .collect();
        said.sort_unstable();
        let (rule, absent) = ("VALIDATION_ERROR", "REQUIRED_FIELD_MISSING");
        let (range, word) = ("VALUE_OUT_OF_RANGE", "INVALID_ENUM_VALUE");
        let expected = [
            ("colour", rule),
            ("cost", range),
            ("credentialType", word),
            ("credits", range),
            ("deliveryMode", word),
            ("institutionId", rule),
            ("language", rule),
            ("outcomes[0].isCore", rule),
            ("outcomes[1].outcomeText", absent),
            ("outcomes[2]", rule),
            ("programCode", absent),
            ("title", rule),
        ];
        assert_eq!(said, expected);
    }

    #[test]
    fn a_good_body_has_no_flaw_and_an_unknown_operation_none_either() {
        let good = json!({
            "institutionId": Uuid::nil(), "title": "Welding", "programCode": "W-1", "credentialType": "BADGE", "level": null,
            "outcomes": [{"outcomeText": "Weld"}]
        });

        assert_eq!(flaws_of("POST", "/api/v1/credentials", &good), []);
        assert_eq!(flaws_of("POST", "/api/v1/nowhere", &json!({})), []);
    }
}
