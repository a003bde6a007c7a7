//! Long texts are pooled as documented, and read to their end.

use inference::Vector;
use inference::tokenize::Tokenize as _;

use crate::fixture::{BOTH, Bare, TEXTS, embed, engine};

/// More than a thousand words.
fn long_text() -> String {
    let mut text = String::new();
    while text.split_whitespace().count() < 1_000 {
        text.push_str(&TEXTS.join(" "));
        text.push(' ');
    }
    text
}

#[tokio::test]
async fn a_long_text_is_the_weighted_mean_of_its_windows() {
    let text = long_text();
    for precision in BOTH {
        let mut bare = Bare::load(precision);
        let pieces = bare.tokenizer.pieces(&text).unwrap();
        let mut sum = vec![0.0_f64; 384];
        for window in pieces.chunks(254) {
            let row = bare.frame(window);
            let weight = f64::from(u16::try_from(window.len()).unwrap());
            for (total, value) in sum.iter_mut().zip(&bare.run(&[row])[0]) {
                *total += weight * f64::from(*value);
            }
        }
        let norm = sum.iter().map(|value| value * value).sum::<f64>().sqrt();

        let vector = &embed(&engine(precision), &[&text]).await[0];

        assert!(pieces.len() > 4 * 254, "several windows are wanted");
        for (wanted, found) in sum.iter().zip(vector.iter()) {
            assert!(
                (wanted / norm - f64::from(*found)).abs() < 1e-3,
                "{precision}"
            );
        }
    }
}

#[tokio::test]
async fn a_word_at_the_very_end_changes_the_vector() {
    let text = long_text();
    let [first, second] = ["chemistry", "carpentry"].map(|word| format!("{text}{word}"));
    for precision in BOTH {
        let engine = engine(precision);

        let vectors: Vec<Vector> = embed(&engine, &[&first, &second]).await;

        assert_ne!(vectors[0], vectors[1], "{precision}");
    }
}
