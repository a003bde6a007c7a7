use domain::id::{InstitutionId, MicroCredentialId};
use proptest::prelude::*;

use super::*;

const WEIGHTS: Weights = Weights {
    content: 0.4,
    collaborative: 0.3,
    institution: 0.2,
    history: 0.1,
};

struct World {
    source: Offer,
    target: Arc<Offer>,
    alike: BTreeMap<MicroCredentialId, f64>,
    decisions: Vec<Decision>,
}

impl World {
    fn new() -> Self {
        Self {
            source: Offer::sample("Welding of pipes"),
            target: Arc::new(Offer::sample("Pipe welding")),
            alike: BTreeMap::new(),
            decisions: Vec::new(),
        }
    }

    fn decide(&mut self, offer: MicroCredentialId, offering: InstitutionId, stands: bool) {
        self.decisions.push(Decision {
            id: uuid::Uuid::now_v7(),
            version: 1,
            offer,
            offering,
            by: self.target.institution.id,
            stands,
        });
    }

    fn recommend(&self, least: f64) -> Recommended {
        let situation = Situation {
            source: &self.source,
            offers: &[(Arc::clone(&self.target), 0.65)],
            pathways: &[],
            alike: &self.alike,
            decisions: &self.decisions,
            weights: WEIGHTS,
            vectors: &Resolved::default(),
        };
        recommend(&situation, least, 5)
    }
}

#[test]
fn without_a_record_only_the_content_counts_and_the_answer_says_so() {
    let recommended = World::new().recommend(0.0);

    let [only] = recommended.recommendations.as_slice() else {
        panic!("{recommended:?}")
    };
    assert_eq!(only.factors.collaborative, None);
    assert_eq!(only.factors.institution, None);
    assert_eq!(only.factors.history, None);
    assert!((only.confidence_score - only.factors.content).abs() < 1e-9);
    let said = only.reasoning.join(" ");
    for part in [
        "collaborative is left out",
        "history is left out",
        "shared out",
    ] {
        assert!(said.contains(part), "{said}");
    }
}

#[test]
fn the_record_is_read_as_the_table_says() {
    let mut world = World::new();
    let (own, institution) = (world.source.id, world.source.institution.id);
    world.decide(own, institution, true);
    world.decide(MicroCredentialId::generate(), institution, true);
    world.decide(MicroCredentialId::generate(), institution, false);

    let recommended = world.recommend(0.0);

    let factors = recommended.recommendations[0].factors;
    assert_eq!(
        factors.collaborative,
        Some(1.0),
        "the offer itself is recognised"
    );
    assert_eq!(factors.institution, Some(0.4), "two of two plus three");
    assert_eq!(factors.history, Some(0.666_667));
}

#[test]
fn a_withdrawn_decision_about_a_like_offer_counts_for_nothing() {
    let mut world = World::new();
    let like = MicroCredentialId::generate();
    world.alike.insert(like, 0.65);
    world.decide(like, InstitutionId::generate(), false);

    let factors = world.recommend(0.0).recommendations[0].factors;

    assert_eq!(factors.collaborative, Some(0.0));
    assert_eq!(
        factors.institution, None,
        "none about the source's institution"
    );
}

#[test]
fn what_is_of_another_subject_or_below_the_least_is_not_recommended() {
    let world = World::new();
    let situation = Situation {
        source: &world.source,
        offers: &[(Arc::clone(&world.target), 0.1)],
        pathways: &[],
        alike: &world.alike,
        decisions: &[],
        weights: WEIGHTS,
        vectors: &Resolved::default(),
    };

    let other = recommend(&situation, 0.0, 5);
    let unsure = world.recommend(0.99);

    assert_eq!((other.total, other.filtered), (1, 0));
    assert!(unsure.recommendations.is_empty());
}

proptest! {
    #[test]
    fn the_score_lies_between_the_weakest_and_the_strongest_factor(
        content in 0.0_f64..=1.0,
        collaborative in prop::option::of(0.0_f64..=1.0),
        institution in prop::option::of(0.0_f64..=1.0),
        history in prop::option::of(0.0_f64..=1.0),
    ) {
        let factors = Factors { content, collaborative, institution, history };
        let known: Vec<f64> = [Some(content), collaborative, institution, history].into_iter().flatten().collect();
        let least = known.iter().copied().fold(1.0, f64::min);
        let most = known.iter().copied().fold(0.0, f64::max);

        let score = factors.score(&WEIGHTS);

        prop_assert!(score >= least - 1e-6 && score <= most + 1e-6);
    }
}
