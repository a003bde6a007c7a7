//! Figures of the methods, as `scripts/evaluate` printed them. A method that changes its name is measured anew.

/// A measured figure.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Figure {
    /// What was measured.
    pub(crate) name: &'static str,
    pub(crate) value: f64,
    /// On which data.
    pub(crate) data: &'static str,
}

/// The day of all figures.
pub(crate) const MEASURED_ON: &str = "2026-11-23";

const CATALOGUES: &str = "fl-scns, development part, 327 pairs in both directions, int8 encoder";
const LEVELS: &str = "edm2022-clo, published split, 4,276 outcomes of the test part";
const STATEMENTS: &str = "ksa-categories, 918 statements";
const PROSE: &str = "byu-course-outcomes, 400 courses with fl-scns descriptions as distractors";

const fn figure(name: &'static str, value: f64, data: &'static str) -> Figure {
    Figure { name, value, data }
}

const ENCODER: &[Figure] = &[
    figure("R@1", 0.595, CATALOGUES),
    figure("R@5", 0.850, CATALOGUES),
    figure("MRR", 0.702, CATALOGUES),
    figure("AUC against hard negatives", 0.901, CATALOGUES),
];

const CLASSIFICATION: &[Figure] = &[
    figure("F1 REMEMBER", 0.625, LEVELS),
    figure("F1 UNDERSTAND", 0.704, LEVELS),
    figure("F1 APPLY", 0.686, LEVELS),
    figure("F1 ANALYZE", 0.613, LEVELS),
    figure("F1 EVALUATE", 0.517, LEVELS),
    figure("F1 CREATE", 0.588, LEVELS),
    figure("accuracy of the category", 0.438, STATEMENTS),
];

const EXTRACTION: &[Figure] = &[
    figure("precision in prose", 0.943, PROSE),
    figure("recall in prose", 0.586, PROSE),
    figure("precision in a list under a lead-in", 0.962, PROSE),
    figure("recall in a list under a lead-in", 0.891, PROSE),
];

/// What was measured of a method; nothing where there is no data to measure it on.
pub(crate) fn of(kind: &str) -> &'static [Figure] {
    match kind {
        "encoder" => ENCODER,
        "outcome_classification" => CLASSIFICATION,
        "outcome_extraction" => EXTRACTION,
        _not_measured => &[],
    }
}
