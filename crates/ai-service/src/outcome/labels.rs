//! Outcomes labelled by hand, the neighbours that a new outcome is compared with.

use std::sync::LazyLock;

use domain::vocabulary::{BloomLevel, OutcomeCategory};

const TABLE: &str = include_str!("labels.tsv");

/// An outcome labelled by hand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Labelled {
    pub(crate) level: BloomLevel,
    pub(crate) category: OutcomeCategory,
    pub(crate) text: &'static str,
}

static LABELLED: LazyLock<Vec<Labelled>> = LazyLock::new(|| {
    TABLE
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let mut cells = line.split('\t');
            Some(Labelled {
                level: BloomLevel::parse(cells.next()?)?,
                category: OutcomeCategory::parse(cells.next()?)?,
                text: cells.next()?,
            })
        })
        .collect()
});

/// All of them, in a fixed order.
pub(crate) fn all() -> &'static [Labelled] {
    &LABELLED
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_line_is_read_once_and_every_class_is_there() {
        let lines = TABLE.lines().filter(|line| !line.starts_with('#')).count();
        let texts: HashSet<&str> = all().iter().map(|labelled| labelled.text).collect();

        assert_eq!((all().len(), texts.len()), (lines, lines));
        assert!(lines >= 120, "{lines}");
        for level in BloomLevel::ALL {
            let count = all().iter().filter(|it| it.level == *level).count();
            assert!(count >= 15, "{level}: {count}");
        }
        for category in OutcomeCategory::ALL {
            let count = all().iter().filter(|it| it.category == *category).count();
            assert!(count >= 10, "{category}: {count}");
        }
    }
}
