//! Vectors of those texts that the encoder can read. One that it cannot must not keep the others from theirs.

use futures::future::BoxFuture;
use inference::EmbedError;

use crate::store::embedding::Embedding;

/// Turns texts into vectors, in their order.
type Encode<'a> =
    dyn Fn(Vec<String>) -> BoxFuture<'a, Result<Vec<Embedding>, EmbedError>> + Sync + 'a;

/// What any encoder that works can read.
const HARMLESS: &str = "A course";

/// Makes vectors, and leaves out what the encoder refuses or fails on.
///
/// Where it fails on several texts, each is tried alone; where it fails on one, and not on [`HARMLESS`], the text is at fault.
///
/// # Errors
/// The encoder is busy, gone, or fails on anything.
pub(super) async fn vectors_of<'t>(
    texts: &[&'t str],
    encode: &Encode<'_>,
) -> Result<Vec<(&'t str, Embedding)>, EmbedError> {
    match together(texts, encode).await {
        Err(EmbedError::Inference { .. }) => {}
        done => return done,
    }
    let mut vectors = Vec::with_capacity(texts.len());
    for text in texts {
        match together(&[text], encode).await {
            Ok(vector) => vectors.extend(vector),
            Err(EmbedError::Inference { reason }) => {
                encode(vec![HARMLESS.to_owned()]).await?;
                tracing::error!(bytes = text.len(), reason, "the encoder fails on a text");
            }
            Err(error) => return Err(error),
        }
    }
    Ok(vectors)
}

async fn together<'t>(
    texts: &[&'t str],
    encode: &Encode<'_>,
) -> Result<Vec<(&'t str, Embedding)>, EmbedError> {
    let mut texts = texts.to_vec();
    while !texts.is_empty() {
        let owned = texts.iter().map(|text| (*text).to_owned()).collect();
        match encode(owned).await {
            Ok(vectors) => return Ok(texts.into_iter().zip(vectors).collect()),
            Err(EmbedError::EmptyText { index } | EmbedError::TextTooLong { index, .. })
                if index < texts.len() =>
            {
                let text = texts.remove(index);
                tracing::warn!(bytes = text.len(), "a text cannot be embedded");
            }
            Err(error) => return Err(error),
        }
    }
    Ok(Vec::new())
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    fn failed() -> EmbedError {
        EmbedError::Inference {
            reason: "planted".to_owned(),
        }
    }

    fn names(vectors: &[(&'static str, Embedding)]) -> Vec<&'static str> {
        vectors.iter().map(|(text, _vector)| *text).collect()
    }

    #[tokio::test]
    async fn a_text_that_the_encoder_fails_on_is_left_out_alone() {
        let encode = |texts: Vec<String>| {
            let answer = match texts.iter().position(String::is_empty) {
                Some(index) => Err(EmbedError::EmptyText { index }),
                None if texts.iter().any(|text| text == "poison") => Err(failed()),
                None => Ok(texts.iter().map(|_text| Embedding::from([1.0])).collect()),
            };
            std::future::ready(answer).boxed()
        };

        let several = vectors_of(&["one", "", "poison", "two"], &encode).await;
        let alone = vectors_of(&["poison"], &encode).await;

        assert_eq!(names(&several.unwrap()), ["one", "two"]);
        assert!(alone.unwrap().is_empty());
    }

    #[tokio::test]
    async fn an_encoder_that_fails_on_everything_refuses_no_text() {
        let encode = |_texts: Vec<String>| std::future::ready(Err(failed())).boxed();

        let failed = vectors_of(&["one", "two"], &encode).await;

        assert!(matches!(failed, Err(EmbedError::Inference { .. })));
    }
}
