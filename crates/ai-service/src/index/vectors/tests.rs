use proptest::prelude::*;

use super::*;

const DIMENSION: usize = 48;

/// Pseudo-random unit vectors around a few centres, as texts of a few fields are.
fn vector(seed: u64) -> Vec<f32> {
    let noise = direction(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let centre = direction(seed % 23 + 1_000);
    normalised(noise.iter().zip(&centre).map(|(a, b)| a + b).collect())
}

fn direction(seed: u64) -> Vec<f32> {
    let mut state = seed;
    let numbers = (0..DIMENSION)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let [a, b, ..] = state.to_be_bytes();
            f32::from(i16::from_be_bytes([a, b])) / 32_768.0
        })
        .collect();
    normalised(numbers)
}

fn normalised(numbers: Vec<f32>) -> Vec<f32> {
    let norm = numbers.iter().map(|it| it * it).sum::<f32>().sqrt();
    numbers.into_iter().map(|it| it / norm).collect()
}

fn filled(count: u64, exact_limit: usize) -> VectorIndex {
    let mut index = VectorIndex::new(DIMENSION, exact_limit);
    for key in 0..count {
        index.put(key, &vector(key));
    }
    index
}

fn nearest(
    index: &VectorIndex,
    query: &[f32],
    count: usize,
    accept: &dyn Fn(u64) -> bool,
) -> Vec<u64> {
    let keys = || (0..100_000).filter(|key| accept(*key)).collect();
    let mut hits = index.search(query, Reach::Nearest(count), accept, Some(&keys));
    hits.sort_by(|left, right| right.1.total_cmp(&left.1).then(left.0.cmp(&right.0)));
    hits.truncate(count);
    hits.into_iter().map(|(key, _)| key).collect()
}

/// Share of the exact answers that the graph finds too.
fn recall(accept: &dyn Fn(u64) -> bool) -> f64 {
    let (exact, graph) = (filled(12_000, 100_000), filled(12_000, 500));
    assert!(exact.is_exact() && !graph.is_exact());
    assert_eq!(exact.len(), graph.len());
    let mut found = 0_u32;
    for seed in 0..50_u64 {
        let query = vector(1_000_000 + seed);
        let expected = nearest(&exact, &query, 10, accept);
        let answer = nearest(&graph, &query, 10, accept);
        found += u32::try_from(expected.iter().filter(|key| answer.contains(key)).count()).unwrap();
    }
    f64::from(found) / 500.0
}

#[test]
fn the_graph_finds_what_the_exact_search_finds() {
    let recall = recall(&|_| true);

    assert!(recall >= 0.95, "recall@10 {recall}");
}

#[test]
fn the_graph_finds_it_within_a_filter_too() {
    let wide = recall(&|key| key % 2 == 0);
    let narrow = recall(&|key| key % 100 == 3);

    assert!(
        wide >= 0.95 && narrow >= 0.95,
        "recall@10 {wide} and {narrow}"
    );
}

#[test]
fn a_vector_is_replaced_and_removed_in_both_parts() {
    for exact_limit in [100_000, 10] {
        let mut index = filled(200, exact_limit);
        let target = vector(7_777);

        index.put(13, &target);
        assert_eq!(
            nearest(&index, &target, 1, &|_| true),
            [13],
            "{exact_limit}"
        );
        index.remove(13);
        assert_ne!(
            nearest(&index, &target, 1, &|_| true),
            [13],
            "{exact_limit}"
        );
        assert_eq!(index.len(), 199, "{exact_limit}");
    }
}

proptest! {
    #[test]
    fn the_exact_part_keeps_every_vector_in_its_place(
        steps in prop::collection::vec((0_u64..20, any::<bool>()), 1..80),
    ) {
        let mut index = VectorIndex::new(DIMENSION, 100_000);
        let mut expected = std::collections::BTreeMap::new();
        for (step, (key, put)) in steps.into_iter().enumerate() {
            let number = u64::try_from(step).unwrap();
            if put {
                index.put(key, &vector(number));
                expected.insert(key, number);
            } else {
                index.remove(key);
                expected.remove(&key);
            }
        }
        prop_assert_eq!(index.len(), expected.len());
        for (key, number) in expected {
            let query = vector(number);
            let hits = index.search(&query, Reach::Every(1), &|other| other == key, None);
            prop_assert_eq!(hits.len(), 1);
            prop_assert!((hits[0].1 - 1.0).abs() < 1e-5);
        }
    }
}
