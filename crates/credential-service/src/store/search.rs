//! Words of a person as patterns of SQL.

use domain::{Failure, FieldViolation};

/// Most words of a search text: each is looked for by itself.
const MOST_WORDS: usize = 10;
/// Longest search text.
const LONGEST: usize = 200;

/// Patterns, one for each word; a row must match all of them. A `%` or `_` of the person stands for itself.
///
/// # Errors
/// `INVALID_FORMAT` when the text is too long or has the NUL character: it is a parameter, no field of an object.
pub(crate) fn patterns(search: Option<&str>) -> Result<Vec<String>, Failure> {
    let Some(search) = search else {
        return Ok(Vec::new());
    };
    if search.chars().count() > LONGEST {
        return Err(bad(format!("must have at most {LONGEST} characters")));
    }
    if search.split_whitespace().count() > MOST_WORDS {
        return Err(bad(format!("must have at most {MOST_WORDS} words")));
    }
    if search.contains('\0') {
        return Err(bad("must not contain the NUL character".to_owned()));
    }
    Ok(search.split_whitespace().map(pattern).collect())
}

fn bad(message: String) -> Failure {
    let violation = FieldViolation {
        field: "search".to_owned(),
        message,
    };
    Failure::malformed(format!("query parameter `search` {}", violation.message))
        .with_fields(vec![violation])
}

fn pattern(word: &str) -> String {
    let mut pattern = String::with_capacity(word.len() + 2);
    pattern.push('%');
    for character in word.to_lowercase().chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_writes_stands_for_itself() {
        assert_eq!(
            patterns(Some("100% A_b \\")).unwrap(),
            ["%100\\%%", "%a\\_b%", "%\\\\%"]
        );
        assert!(patterns(Some("   ")).unwrap().is_empty());
    }

    #[test]
    fn nul_and_over_long_texts_are_refused() {
        assert!(patterns(Some("a\0b")).is_err());
        assert!(patterns(Some(&"x".repeat(201))).is_err());
        assert!(patterns(Some(&"x ".repeat(11))).is_err());
    }
}
