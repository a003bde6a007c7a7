//! What each parameter means, as a question about a row.

use serde_json::Value;

use super::lists::instant;

/// Parameters of lists as such, which are tried on every list.
pub(super) const GENERIC: [&str; 5] = ["page", "limit", "sort", "cursor", "fields"];

/// Most values that are tried where the document does not list them.
const MOST: usize = 3;

/// One parameter of one list.
pub(super) struct Line {
    pub(super) path: &'static str,
    pub(super) parameter: &'static str,
    meaning: Meaning,
}

enum Meaning {
    /// The member is the value.
    Is(&'static str),
    /// The member is the value or more.
    AtLeast(&'static str),
    /// The member is the value or less.
    AtMost(&'static str),
    /// The member is this moment or a later one.
    Since(&'static str),
    /// The member is an earlier moment.
    Before(&'static str),
    /// One of the members contains the word.
    Has(&'static [&'static str]),
    /// It was in force on this day, whatever came of it afterwards.
    InForce,
    /// The shape of a file says nothing about its rows.
    Shape,
}

use Meaning::{AtLeast, AtMost, Before, Has, InForce, Is, Shape, Since};

const fn line(path: &'static str, parameter: &'static str, meaning: Meaning) -> Line {
    Line {
        path,
        parameter,
        meaning,
    }
}

const OFFERS: &str = "/credentials";
const FILE: &str = "/credentials/export";
const OF_OFFERS: &[&str] = &["/title", "/description", "/programCode"];
const RECOGNITIONS: &str = "/recognitions";
const PATHWAYS: &str = "/pathways";
const INSTITUTIONS: &str = "/institutions";
const USERS: &str = "/users";
const AUDIT: &str = "/audit";
const REPORTS: &str = "/reports";

pub(super) const LINES: &[Line] = &[
    line(OFFERS, "status", Is("/status")),
    line(OFFERS, "institutionId", Is("/institutionId")),
    line(OFFERS, "credentialType", Is("/credentialType")),
    line(OFFERS, "level", Is("/level")),
    line(OFFERS, "deliveryMode", Is("/deliveryMode")),
    line(OFFERS, "search", Has(OF_OFFERS)),
    line(OFFERS, "minCredits", AtLeast("/credits")),
    line(OFFERS, "maxCredits", AtMost("/credits")),
    line(FILE, "format", Shape),
    line(FILE, "status", Is("/status")),
    line(FILE, "institutionId", Is("/institutionId")),
    line(FILE, "credentialType", Is("/credentialType")),
    line(FILE, "level", Is("/level")),
    line(FILE, "deliveryMode", Is("/deliveryMode")),
    line(FILE, "search", Has(OF_OFFERS)),
    line(FILE, "minCredits", AtLeast("/credits")),
    line(FILE, "maxCredits", AtMost("/credits")),
    line(RECOGNITIONS, "microCredentialId", Is("/microCredentialId")),
    line(
        RECOGNITIONS,
        "recognizingInstitutionId",
        Is("/recognizingInstitutionId"),
    ),
    line(RECOGNITIONS, "recognitionType", Is("/recognitionType")),
    line(RECOGNITIONS, "isActive", Is("/isActive")),
    line(RECOGNITIONS, "onDate", InForce),
    line(PATHWAYS, "sourceInstitutionId", Is("/sourceInstitutionId")),
    line(PATHWAYS, "targetInstitutionId", Is("/targetInstitutionId")),
    line(PATHWAYS, "microCredentialId", Is("/microCredentialId")),
    line(PATHWAYS, "pathwayType", Is("/pathwayType")),
    line(PATHWAYS, "status", Is("/status")),
    line(PATHWAYS, "isAiSuggested", Is("/isAiSuggested")),
    line(INSTITUTIONS, "type", Is("/type")),
    line(INSTITUTIONS, "isActive", Is("/isActive")),
    line(INSTITUTIONS, "search", Has(&["/name", "/code", "/city"])),
    line(USERS, "role", Is("/role")),
    line(USERS, "institutionId", Is("/institutionId")),
    line(USERS, "isActive", Is("/isActive")),
    line(USERS, "search", Has(&["/firstName", "/lastName", "/email"])),
    line(AUDIT, "entityType", Is("/entityType")),
    line(AUDIT, "entityId", Is("/entityId")),
    line(AUDIT, "userId", Is("/userId")),
    line(AUDIT, "action", Is("/action")),
    line(AUDIT, "startDate", Since("/createdAt")),
    line(AUDIT, "endDate", Before("/createdAt")),
    line(REPORTS, "kind", Is("/kind")),
    line(REPORTS, "status", Is("/status")),
    line(REPORTS, "institutionId", Is("/institutionId")),
    line("/webhooks/{id}/deliveries", "status", Is("/status")),
];

impl Line {
    /// Values worth trying: all that the document lists, else some that rows have.
    pub(super) fn values(&self, schema: &Value, rows: &[Value]) -> Vec<String> {
        if let Some(listed) = schema["enum"].as_array() {
            return listed.iter().map(plain).collect();
        }
        let (mut found, middle) = match &self.meaning {
            Is(member) => (of_rows(rows, member), false),
            AtLeast(member) | AtMost(member) | Since(member) | Before(member) => {
                (of_rows(rows, member), true)
            }
            Has(members) => {
                let texts = members.iter().flat_map(|member| of_rows(rows, member));
                (texts.filter_map(|text| word(&text)).collect(), false)
            }
            InForce => (of_rows(rows, "/effectiveDate"), true),
            Shape => (Vec::new(), false),
        };
        if middle {
            // In order of their size, for numbers and for times.
            found.sort_by(|one, two| match (one.parse::<f64>(), two.parse::<f64>()) {
                (Ok(one), Ok(two)) => one.total_cmp(&two),
                _others => instant(one).cmp(&instant(two)),
            });
            found.dedup();
            let last = found.len().saturating_sub(1);
            return [0, found.len() / 2, last]
                .map(|at| found[at].clone())
                .into();
        }
        found.sort();
        found.dedup();
        let step = (found.len() / MOST).max(1);
        found.into_iter().step_by(step).take(MOST + 1).collect()
    }

    /// Whether a row belongs to what the value leaves.
    pub(super) fn fits(&self, row: &Value, value: &str) -> bool {
        let at = |member: &str| row.pointer(member).filter(|it| !it.is_null());
        let number = |member: &str| at(member).and_then(Value::as_f64);
        let moment = |member: &str| instant(at(member).and_then(Value::as_str).unwrap());
        match &self.meaning {
            Is(member) => at(member).is_some_and(|it| plain(it) == value),
            AtLeast(member) => number(member).is_some_and(|it| it >= value.parse().unwrap()),
            AtMost(member) => number(member).is_some_and(|it| it <= value.parse().unwrap()),
            Since(member) => moment(member) >= instant(value),
            Before(member) => moment(member) < instant(value),
            Has(members) => members
                .iter()
                .filter_map(|member| at(member))
                .any(|it| plain(it).to_lowercase().contains(&value.to_lowercase())),
            InForce => {
                let day = |member: &str| {
                    at(member).map(|it| plain(it).chars().take(10).collect::<String>())
                };
                day("/effectiveDate").is_some_and(|begin| begin.as_str() <= value)
                    && day("/expiryDate").is_none_or(|end| end.as_str() >= value)
                    && day("/withdrawnAt").is_none_or(|end| end.as_str() > value)
            }
            Shape => true,
        }
    }
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn of_rows(rows: &[Value], member: &str) -> Vec<String> {
    let found = rows.iter().filter_map(|row| row.pointer(member));
    found.filter(|it| !it.is_null()).map(plain).collect()
}

/// A word that can stand in an address as it is.
fn word(text: &str) -> Option<String> {
    text.split_whitespace()
        .find(|word| word.len() > 3 && word.bytes().all(|byte| byte.is_ascii_alphanumeric()))
        .map(str::to_owned)
}
