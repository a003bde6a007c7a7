use std::collections::HashSet;

use domain::vocabulary::EducationLevel;

use super::*;

/// Directions in a small space stand for meanings.
const NORTH: [f32; 3] = [1.0, 0.0, 0.0];
const EAST: [f32; 3] = [0.0, 1.0, 0.0];
const NORTH_EAST: [f32; 3] = [0.8, 0.6, 0.0];

fn offer(title: &str, level: Option<EducationLevel>) -> Arc<Offer> {
    Arc::new(Offer {
        level,
        ..Offer::sample(title)
    })
}

fn filled(offers: &[(&Arc<Offer>, [f32; 3])]) -> Index {
    let index = Index::new(3, 1_000).unwrap();
    for (offer, vector) in offers {
        assert!(index.put(Arc::clone(offer), Holds::Newer).unwrap());
        index.put_vector(offer.id, &offer.content, vector);
    }
    index.commit().unwrap();
    index
}

fn ask<'a>(text: &'a str, vector: &'a [f32], filter: &'a Filter) -> Question<'a> {
    Question {
        text,
        vector,
        filter,
        limit: 1,
        min_similarity: 0.0,
    }
}

#[test]
fn a_filter_finds_what_the_nearest_would_have_hidden() {
    let near: Vec<_> = (0..50).map(|_| offer("Welding", None)).collect();
    let far = offer("Poetry", Some(EducationLevel::Graduate));
    let mut all: Vec<_> = near.iter().map(|offer| (offer, NORTH)).collect();
    all.push((&far, EAST));
    let index = filled(&all);
    let filter = Filter {
        level: Some(EducationLevel::Graduate),
        ..Filter::default()
    };

    let found = index.search(&ask("welding", &NORTH, &filter)).unwrap();

    assert_eq!(found.best[0].0.id, far.id);
    assert_eq!(found.total, 1);
}

#[test]
fn the_score_is_the_stated_mix() {
    let (word, meaning) = (offer("Welding", None), offer("Joining metal", None));
    let index = filled(&[(&word, NORTH_EAST), (&meaning, NORTH)]);
    let filter = Filter::default();
    let question = Question {
        limit: 10,
        ..ask("welding", &NORTH, &filter)
    };

    let found = index.search(&question).unwrap();

    let score = |id| {
        found
            .best
            .iter()
            .find(|(offer, _)| offer.id == id)
            .unwrap()
            .1
    };
    assert!((score(word.id) - (0.8 * 0.8 + 0.2)).abs() < 1e-6);
    assert!((score(meaning.id) - 0.8).abs() < 1e-6);
}

#[test]
fn ties_go_by_id_and_the_least_similarity_counts() {
    let mut alike: Vec<_> = (0..5).map(|_| offer("Welding", None)).collect();
    let other = offer("Poetry", None);
    let mut all: Vec<_> = alike.iter().rev().map(|offer| (offer, NORTH)).collect();
    all.push((&other, EAST));
    let index = filled(&all);
    let filter = Filter::default();
    let question = Question {
        limit: 3,
        min_similarity: 0.5,
        ..ask("welding", &NORTH, &filter)
    };

    let found = index.search(&question).unwrap();

    alike.sort_by_key(|offer| offer.id);
    let ids: Vec<_> = found.best.iter().map(|(offer, _)| offer.id).collect();
    assert_eq!(
        ids,
        alike
            .iter()
            .take(3)
            .map(|offer| offer.id)
            .collect::<Vec<_>>()
    );
    assert_eq!(found.total, 5);
}

#[test]
fn an_offer_without_a_vector_is_found_by_its_words() {
    let index = Index::new(3, 1_000).unwrap();
    let waiting = offer("Welding", None);
    index.put(Arc::clone(&waiting), Holds::Newer).unwrap();
    assert!(index.commit().unwrap());

    let filter = Filter::default();
    let found = index.search(&ask("welds", &NORTH, &filter)).unwrap();

    assert_eq!(found.best[0].0.id, waiting.id);
    assert!((found.best[0].1 - 0.2).abs() < 1e-6);
}

#[test]
fn a_vector_of_an_older_text_is_refused_and_putting_twice_changes_nothing() {
    let (old, other) = (offer("Welding", None), offer("Poetry", None));
    let index = filled(&[(&other, EAST)]);
    index.put(Arc::clone(&old), Holds::Newer).unwrap();
    let mut newer = Offer::clone(&old);
    newer.version = 2;
    newer.content = "Brazing".into();
    let newer = Arc::new(newer);
    assert!(index.put(Arc::clone(&newer), Holds::Newer).unwrap());
    assert!(
        !index.put(Arc::clone(&newer), Holds::Newer).unwrap(),
        "twice"
    );
    assert!(!index.put(Arc::clone(&old), Holds::Newer).unwrap(), "older");

    index.put_vector(old.id, &old.content, &NORTH);

    let near = index.nearest(&NORTH, 5, |_| true);
    assert_eq!(near.len(), 1, "only the other has a vector");
    index.put_vector(newer.id, &newer.content, &NORTH);
    assert_eq!(index.nearest(&NORTH, 5, |_| true)[0].0.id, newer.id);
}

#[test]
fn a_text_that_is_refused_loses_the_vector_of_the_older_text() {
    let old = offer("Welding", None);
    let index = filled(&[(&old, NORTH)]);
    let mut newer = Offer::clone(&old);
    newer.version = 2;
    newer.content = "\u{200b}".into();
    assert!(index.put(Arc::new(newer.clone()), Holds::Newer).unwrap());

    index.refuse_vector(old.id, &old.content);
    assert_eq!(index.nearest(&NORTH, 5, |_| true).len(), 1, "another text");
    index.refuse_vector(newer.id, &newer.content);

    assert!(index.nearest(&NORTH, 5, |_| true).is_empty());
}

#[test]
fn an_institution_waits_while_one_of_its_offers_has_no_vector_and_may_get_one() {
    let (one, other) = (offer("Welding", None), offer("Poetry", None));
    let index = filled(&[(&other, EAST)]);
    index.put(Arc::clone(&one), Holds::Newer).unwrap();
    let waits = || index.waits_for_vectors(one.institution.id);
    let next = |version, content: &str| {
        let mut newer = Offer::clone(&one);
        newer.version = version;
        newer.content = content.into();
        index.put(Arc::new(newer), Holds::Newer).unwrap();
    };
    assert!(waits());
    assert!(!index.waits_for_vectors(other.institution.id));

    index.refuse_vector(one.id, &one.content);
    assert!(!waits(), "refused for good");
    next(2, &one.content);
    assert!(!waits(), "says the same");
    next(3, "Brazing");
    assert!(waits(), "says something else");
    index.put_vector(one.id, "Brazing", &NORTH);
    assert!(!waits());
    next(4, "Soldering");
    assert!(!waits(), "the older vector serves");

    index.remove(one.id);
    index.put(Arc::clone(&one), Holds::Newer).unwrap();
    assert!(waits());
    index.remove(one.id);
    assert!(!waits());
}

#[test]
fn what_is_removed_is_gone_from_everywhere() {
    let (one, two) = (offer("Welding", None), offer("Welding again", None));
    let index = filled(&[(&one, NORTH), (&two, NORTH)]);

    let gone = index.retain(&HashSet::from([two.id]));

    assert_eq!(gone, [one.id]);
    let filter = Filter::default();
    let question = Question {
        limit: 10,
        ..ask("welding", &NORTH, &filter)
    };
    let before_commit = index.search(&question).unwrap();
    index.commit().unwrap();
    let after_commit = index.search(&question).unwrap();
    for found in [before_commit, after_commit] {
        assert_eq!(found.best.len(), 1);
        assert_eq!(found.best[0].0.id, two.id);
    }
    assert_eq!(index.len(), 1);
}

#[test]
fn a_snapshot_of_an_older_state_holds() {
    let old = offer("Welding", None);
    let mut newer = Offer::clone(&old);
    newer.version = 7;
    newer.content = "Brazing".into();
    let index = filled(&[(&Arc::new(newer), NORTH)]);

    assert!(index.put(Arc::clone(&old), Holds::Given).unwrap());

    assert_eq!(index.offer(old.id).unwrap().content, old.content);
}
