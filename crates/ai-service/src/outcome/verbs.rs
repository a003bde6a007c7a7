//! The verbs that outcomes begin with, and the level that each names.

use std::collections::HashMap;
use std::sync::LazyLock;

use domain::vocabulary::BloomLevel;

const TABLE: &str = include_str!("verbs.tsv");

/// The levels that a verb names: the first most often, the second at times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Levels {
    pub(crate) first: BloomLevel,
    pub(crate) second: Option<BloomLevel>,
}

static VERBS: LazyLock<HashMap<&'static str, Levels>> = LazyLock::new(|| {
    TABLE
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let mut cells = line.split('\t');
            let verb = cells.next()?;
            let first = BloomLevel::parse(cells.next()?)?;
            let second = cells.next().and_then(BloomLevel::parse);
            Some((verb, Levels { first, second }))
        })
        .collect()
});

/// The base form of a verb in the table and its levels: `Analyzing`, `analyzes` and `analyze` are one.
pub(crate) fn find(word: &str) -> Option<(&'static str, Levels)> {
    let word = word.to_lowercase();
    candidates(&word)
        .into_iter()
        .flatten()
        .find_map(|form| VERBS.get_key_value(form.as_str()))
        .map(|(verb, levels)| (*verb, *levels))
}

/// The forms that a word may be built from, likeliest first.
fn candidates(word: &str) -> [Option<String>; 8] {
    let cut = |ending: &str| word.strip_suffix(ending);
    let with = |stem: Option<&str>, more: &str| stem.map(|stem| format!("{stem}{more}"));
    [
        Some(word.to_owned()),
        with(cut("s"), ""),
        with(cut("es"), ""),
        with(cut("ies"), "y"),
        with(cut("ing"), ""),
        with(cut("ing"), "e"),
        cut("ing").and_then(undoubled),
        with(cut("ying"), "ie"),
    ]
}

/// `plann` → `plan`.
fn undoubled(stem: &str) -> Option<String> {
    let mut characters = stem.chars().rev();
    let (last, before) = (characters.next()?, characters.next()?);
    (last == before).then(|| stem.chars().take(stem.chars().count() - 1).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_read() {
        let lines = TABLE.lines().filter(|line| !line.starts_with('#')).count();

        assert_eq!(VERBS.len(), lines);
        assert!(lines > 200);
    }

    #[test]
    fn forms_of_a_verb_are_one() {
        for form in ["plan", "Plans", "PLANNING"] {
            assert_eq!(find(form).map(|(verb, _)| verb), Some("plan"), "{form}");
        }
        assert_eq!(find("applies").map(|(verb, _)| verb), Some("apply"));
        assert_eq!(find("describing").map(|(verb, _)| verb), Some("describe"));
        assert_eq!(find("table"), None);
    }
}
