//! Cells of our own CSV files: what a spreadsheet would run is written so that it does not, and read back as it was.

/// Between keywords; `\;` and `\\` stand for the characters themselves.
const SEPARATOR: char = ';';
const ESCAPE: char = '\\';
/// What makes the text after it a text for spreadsheets.
const QUOTE: char = '\'';

/// Whether a spreadsheet takes what begins so for a formula.
const fn is_dangerous(first: char) -> bool {
    matches!(
        first,
        '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠'
    )
}

/// Whether what follows the apostrophes at the beginning is dangerous.
fn is_formula(text: &str) -> bool {
    text.trim_start_matches(QUOTE).starts_with(is_dangerous)
}

/// A text as a cell: with an apostrophe in front where a spreadsheet would run it.
pub(crate) fn guarded(text: &str) -> String {
    if is_formula(text) {
        format!("{QUOTE}{text}")
    } else {
        text.to_owned()
    }
}

/// The text of a cell that [`guarded`] has written.
pub(crate) fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix(QUOTE) {
        Some(text) if is_formula(text) => text,
        Some(_) | None => cell,
    }
}

/// Keywords as one text.
pub(crate) fn joined(keywords: &[String]) -> String {
    let mut text = String::new();
    for (place, keyword) in keywords.iter().enumerate() {
        if place > 0 {
            text.push(SEPARATOR);
        }
        for character in keyword.chars() {
            if matches!(character, SEPARATOR | ESCAPE) {
                text.push(ESCAPE);
            }
            text.push(character);
        }
    }
    text
}

/// The keywords of a text that [`joined`] has written, or a person.
pub(crate) fn separated(text: &str) -> Vec<String> {
    let mut keywords = vec![String::new()];
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character == SEPARATOR {
            keywords.push(String::new());
            continue;
        }
        let character = if character == ESCAPE {
            characters.next().unwrap_or(ESCAPE)
        } else {
            character
        };
        if let Some(last) = keywords.last_mut() {
            last.push(character);
        }
    }
    keywords.retain(|keyword| !keyword.is_empty());
    keywords
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_begins_like_a_formula_and_every_text_comes_back() {
        let starts = [
            "", "'", "''", "=", "+", "-", "@", "\t", "\r", "\n", "＝", "a", "'a",
        ];
        for start in starts {
            for rest in ["", "1+1", "=1", "'=1", "cmd|' /C calc'!A0"] {
                let text = format!("{start}{rest}");
                let cell = guarded(&text);

                assert!(!cell.starts_with(is_dangerous), "{cell:?}");
                assert_eq!(unguarded(&cell), text, "{cell:?}");
            }
        }
    }

    #[test]
    fn keywords_come_back_with_whatever_is_in_them() {
        for keywords in [
            vec![],
            vec!["one"],
            vec!["a;b", "c\\", "\\;", " d "],
            vec!["=x", "'"],
        ] {
            let keywords: Vec<String> = keywords.into_iter().map(Into::into).collect();
            assert_eq!(separated(&joined(&keywords)), keywords);
        }
        assert_eq!(separated("a;;b;"), ["a", "b"]);
    }
}
