//! Takes out of a report what may be personal or secret: e-mail addresses, IP addresses, tokens, keys.

use std::net::{IpAddr, SocketAddr};

use sentry::protocol::{Event as Report, Value, Values};

/// What stands for what was taken out.
const REMOVED: &str = "[removed]";
/// Characters from which on a word of letters and digits is taken for a token or a key.
const TOKEN_LENGTH: usize = 20;

/// Takes out of a report what may be personal or secret.
pub(super) fn scrub(mut report: Report<'static>) -> Report<'static> {
    report.user = None;
    report.request = None;
    report.server_name = None;
    report.breadcrumbs = Values::default();
    report.message = report.message.as_deref().map(text);
    for exception in &mut report.exception.values {
        exception.value = exception.value.as_deref().map(text);
    }
    for value in report.extra.values_mut() {
        if let Value::String(words) = value {
            *words = text(words);
        }
    }
    for words in report.tags.values_mut() {
        *words = text(words);
    }
    report
}

/// A text with its words judged one by one; what stands between them is kept.
fn text(words: &str) -> String {
    let mut clean = String::with_capacity(words.len());
    for spaced in words.split_inclusive(char::is_whitespace) {
        let word = spaced.trim_end();
        let rest = spaced.strip_prefix(word).unwrap_or_default();
        if is_address(word.trim_matches(is_border)) {
            clean.push_str(REMOVED);
        } else {
            for part in word.split_inclusive(is_border) {
                let core = part.trim_end_matches(is_border);
                let border = part.strip_prefix(core).unwrap_or_default();
                clean.push_str(if is_private(core) { REMOVED } else { core });
                clean.push_str(border);
            }
        }
        clean.push_str(rest);
    }
    clean
}

fn is_border(letter: char) -> bool {
    matches!(
        letter,
        '"' | '\''
            | '`'
            | '('
            | ')'
            | '['
            | ']'
            | '{'
            | '}'
            | '<'
            | '>'
            | ','
            | ';'
            | '='
            | '/'
            | '\\'
            | ':'
            | '&'
            | '?'
            | '|'
    )
}

fn is_address(word: &str) -> bool {
    word.parse::<IpAddr>().is_ok() || word.parse::<SocketAddr>().is_ok()
}

fn is_private(word: &str) -> bool {
    let long = word.chars().count() >= TOKEN_LENGTH;
    let mixed = word.contains(|letter: char| letter.is_ascii_digit())
        && word.contains(|letter: char| letter.is_ascii_alphabetic());
    word.contains('@') || is_address(word) || (long && mixed && !is_uuid(word))
}

/// Identifiers say nothing by themselves, and lead to the log.
fn is_uuid(word: &str) -> bool {
    let groups: Vec<usize> = word.split('-').map(str::len).collect();
    groups == [8, 4, 4, 4, 12]
        && word
            .chars()
            .all(|letter| letter.is_ascii_hexdigit() || letter == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_personal_or_secret_goes_and_the_rest_stays() {
        let cases = [
            (
                "no account ada@example.org here",
                "no account [removed] here",
            ),
            (
                "Key (email)=(ada+x@example.org) exists",
                "Key (email)=([removed]) exists",
            ),
            (
                "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
                "Bearer [removed]",
            ),
            (
                "https://app:hunter2@db.example.org/x?token=abcdefghij0123456789",
                "https://app:[removed]/x?token=[removed]",
            ),
            (
                "from 192.0.2.7:5432, 2001:db8::1",
                "from [removed] [removed]",
            ),
            (
                "request 0193f3c8-8d7a-7c51-9a5e-0f3b5a1c2d3e failed",
                "request 0193f3c8-8d7a-7c51-9a5e-0f3b5a1c2d3e failed",
            ),
            (
                "crates/credential-service/src/job/run.rs:120:5 panicked",
                "crates/credential-service/src/job/run.rs:120:5 panicked",
            ),
            (
                "relation \"jobs\" does not exist",
                "relation \"jobs\" does not exist",
            ),
            ("", ""),
        ];

        for (before, after) in cases {
            assert_eq!(text(before), after);
        }
    }

    #[test]
    fn every_part_of_a_report_is_looked_at() {
        let secret = "ada@example.org";
        let mut report = Report {
            message: Some(secret.to_owned()),
            server_name: Some(secret.into()),
            user: Some(sentry::User {
                email: Some(secret.to_owned()),
                ..Default::default()
            }),
            ..Report::default()
        };
        report.extra.insert("cause".to_owned(), secret.into());
        report
            .tags
            .insert("requestId".to_owned(), secret.to_owned());
        report.exception.values.push(sentry::protocol::Exception {
            value: Some(secret.to_owned()),
            ..Default::default()
        });

        let sent = serde_json::to_string(&scrub(report)).unwrap();

        assert!(!sent.contains("ada"), "{sent}");
        assert_eq!(sent.matches(REMOVED).count(), 4);
    }
}
