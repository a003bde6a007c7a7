//! Words of a person as patterns of SQL.

use domain::Failure;
use domain::validate::Violations;

/// Most words of a search text: each is looked for by itself.
const MOST_WORDS: usize = 10;
/// Longest search text.
const LONGEST: usize = 200;

/// Patterns, one for each word; a row must match all of them. A `%` or `_` of the person stands for itself.
///
/// # Errors
/// `VALIDATION_ERROR` when the text is too long or has the NUL character.
pub(crate) fn patterns(search: Option<&str>) -> Result<Vec<String>, Failure> {
    let Some(search) = search else {
        return Ok(Vec::new());
    };
    let mut violations = Violations::new();
    violations.require(
        search.chars().count() <= LONGEST,
        "search",
        format!("must have at most {LONGEST} characters"),
    );
    violations.require(
        search.split_whitespace().count() <= MOST_WORDS,
        "search",
        format!("must have at most {MOST_WORDS} words"),
    );
    violations.require(
        !search.contains('\0'),
        "search",
        "must not contain the NUL character",
    );
    violations.finish()?;
    Ok(search.split_whitespace().map(pattern).collect())
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
