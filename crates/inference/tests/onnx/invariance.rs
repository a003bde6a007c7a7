//! A text's vector depends on the text alone.

use inference::tokenize::Tokenize as _;

use crate::fixture::{BOTH, Bare, TEXTS, cosine, embed, engine};

/// Smallest cosine that counts as the same vector.
const SAME: f32 = 0.9999;

#[test]
fn a_row_gives_the_same_vector_alone_in_a_full_batch_and_at_another_place() {
    for precision in BOTH {
        let mut bare = Bare::load(precision);
        let rows: Vec<Vec<i32>> = TEXTS.iter().map(|text| bare.row(text)).collect();
        let reversed: Vec<Vec<i32>> = rows.iter().rev().cloned().collect();

        let together = bare.run(&rows);
        let elsewhere = bare.run(&reversed);

        for (place, row) in rows.iter().enumerate() {
            let alone = &bare.run(std::slice::from_ref(row))[0];
            let mirrored = &elsewhere[rows.len() - 1 - place];
            for other in [&together[place], mirrored] {
                let found = cosine(alone, other);
                assert!(found >= SAME, "{precision} `{}`: {found}", TEXTS[place]);
            }
        }
    }
}

#[test]
fn the_longest_row_does_not_change_the_shortest() {
    for precision in BOTH {
        let mut bare = Bare::load(precision);
        let short = bare.row(TEXTS[0]);
        let content = bare.tokenizer.pieces(&TEXTS.join(" ")).unwrap();
        let long = bare.frame(&content[..254.min(content.len())]);

        let alone = bare.run(std::slice::from_ref(&short));
        let beside = bare.run(&[long, short]);

        let found = cosine(&alone[0], &beside[1]);
        assert!(found >= SAME, "{precision}: {found}");
    }
}

#[tokio::test]
async fn the_engine_gives_the_same_vector_alone_and_under_load() {
    for precision in BOTH {
        let engine = engine(precision);
        let alone = embed(&engine, &TEXTS[..1]).await;
        let many: Vec<String> = (0..200)
            .map(|i| format!("{} {i}", TEXTS[i % TEXTS.len()]))
            .collect();
        let mut crowd: Vec<&str> = many.iter().map(String::as_str).collect();
        crowd.insert(137, TEXTS[0]);

        let together = embed(&engine, &crowd).await;

        let found = alone[0].cosine(&together[137]);
        assert!(found >= SAME, "{precision}: {found}");
    }
}

#[tokio::test]
async fn every_vector_has_the_stated_dimension_and_length_one() {
    for precision in BOTH {
        let engine = engine(precision);

        for vector in embed(&engine, TEXTS).await {
            assert_eq!(vector.len(), engine.model().dimension);
            assert!((vector.cosine(&vector) - 1.0).abs() < 1e-4);
        }
    }
}
