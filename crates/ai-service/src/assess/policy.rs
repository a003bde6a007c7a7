//! Every weight and threshold of an assessment, with the reason for it. Change one, and change [`super::METHOD`] too.
//!
//! The similarities are cosines of `all-MiniLM-L6-v2` (int8), looked at over the 60 offers and 253 outcomes of the demonstration
//! catalogue on 2026-11-23: nine pairs of offers that paraphrase each other (written by hand, never tuned on), against all others.

/// An outcome is covered from here: 0.50 is the 99.9th percentile of outcome pairs of offers that are not paraphrases (median
/// 0.08), and about the 25th percentile of pairs assigned between paraphrased offers (median 0.58).
pub(crate) const COVERED: f64 = 0.50;
/// An outcome is covered in part from here: the 99th percentile of unrelated pairs is 0.37; paraphrases reach 0.39 at their
/// 10th percentile.
pub(crate) const PARTLY: f64 = 0.38;

/// What each status counts towards coverage.
pub(crate) const WORTH_COVERED: f64 = 1.0;
/// The subject is there, the depth is not.
pub(crate) const WORTH_LOWER_LEVEL: f64 = 0.75;
/// Half of it has to be learned still.
pub(crate) const WORTH_PARTLY: f64 = 0.5;

/// Content cosines are stretched between these before they enter the score: 0.20 is the median of offers of different fields,
/// 0.65 is reached by about a third of the paraphrases.
pub(crate) const CONTENT_FLOOR: f64 = 0.20;
/// See [`CONTENT_FLOOR`].
pub(crate) const CONTENT_CEILING: f64 = 0.65;
/// Two offers are about the same subject from here: the 99th percentile of offers of different fields is 0.435, paraphrases
/// begin at 0.456, an introduction to the same subject lies between 0.43 and 0.52.
pub(crate) const RELATED_CONTENT: f64 = 0.42;
/// Two offers share enough outcomes to be worth an expert's look from here, whatever their descriptions say.
pub(crate) const RELATED_COVERAGE: f64 = 0.25;

/// What a learner can do counts most.
pub(crate) const WEIGHT_COVERAGE: f64 = 0.45;
/// What the offers are about.
pub(crate) const WEIGHT_CONTENT: f64 = 0.20;
/// Hours of learning.
pub(crate) const WEIGHT_DURATION: f64 = 0.10;
/// How advanced they are.
pub(crate) const WEIGHT_LEVEL: f64 = 0.10;
/// Credits.
pub(crate) const WEIGHT_CREDIT: f64 = 0.10;
/// What the institution decided before; little, because the past may have been wrong.
pub(crate) const WEIGHT_HISTORY: f64 = 0.05;

/// Score and coverage from which the advice is to approve; below, the coverage leaves too much to a decision on the papers.
pub(crate) const APPROVE_SCORE: f64 = 0.70;
/// See [`APPROVE_SCORE`].
pub(crate) const APPROVE_COVERAGE: f64 = 0.75;
/// Score and coverage from which credit may be given on conditions. All nine paraphrases lie above, all near misses below.
pub(crate) const CONDITIONAL_SCORE: f64 = 0.50;
/// See [`CONDITIONAL_SCORE`].
pub(crate) const CONDITIONAL_COVERAGE: f64 = 0.45;
/// Below this confidence the advice is to let an expert look, whatever the score says.
pub(crate) const LEAST_CONFIDENCE: f64 = 0.45;

/// No comparison of texts is surer than this: what is taught shows in the classroom, not in its description.
pub(crate) const MOST_CONFIDENCE: f64 = 0.95;
/// A score this far from the nearest threshold is as clear as it gets.
pub(crate) const CLEAR_MARGIN: f64 = 0.25;
/// Evidence from topics instead of stated outcomes counts this much: evaluators refuse judgements from descriptions alone.
pub(crate) const EVIDENCE_TOPICS: f64 = 0.75;
/// Fewer target outcomes than this are thin evidence.
pub(crate) const ENOUGH_OUTCOMES: usize = 3;

/// Hours of the source below this share of the target's are a shortfall.
pub(crate) const ENOUGH_HOURS: f64 = 0.80;
/// Credit stands in for a named offer from here; below it counts as an elective.
pub(crate) const EQUIVALENT_COVERAGE: f64 = 0.75;
/// See [`EQUIVALENT_COVERAGE`].
pub(crate) const EQUIVALENT_CONTENT: f64 = 0.50;

/// Fewer decisions on record say nothing about a rate.
pub(crate) const ENOUGH_DECISIONS: usize = 3;
/// Most precedents that a report lists.
pub(crate) const MOST_PRECEDENTS: usize = 10;
/// Offers of the recognising institution that are compared outcome by outcome.
pub(crate) const CANDIDATES: usize = 10;
