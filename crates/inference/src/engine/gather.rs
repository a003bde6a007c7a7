//! Puts the windows of a request together again.

use std::collections::HashMap;
use std::time::Instant;

use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::timeout_at;

use super::request::{EmbeddedWindow, Event};
use crate::vector::pool;
use crate::{EmbedError, Vector};

/// Waits for all texts of a request, at most until the deadline.
pub(super) async fn until(
    deadline: Option<Instant>,
    events: UnboundedReceiver<Event>,
    texts: usize,
) -> Result<Vec<(usize, Vector)>, EmbedError> {
    let gathering = all(events, texts);
    match deadline {
        None => gathering.await,
        Some(deadline) => timeout_at(deadline.into(), gathering)
            .await
            .unwrap_or(Err(EmbedError::DeadlineExceeded)),
    }
}

async fn all(
    mut events: UnboundedReceiver<Event>,
    texts: usize,
) -> Result<Vec<(usize, Vector)>, EmbedError> {
    let mut open: HashMap<usize, Vec<EmbeddedWindow>> = HashMap::new();
    let mut done = Vec::with_capacity(texts);
    while done.len() < texts {
        // The channel ends early only if the work was dropped: the model thread has gone.
        let window = match events.recv().await {
            Some(Event::Embedded(window)) => window,
            Some(Event::Failed(error)) => return Err(error),
            None => return Err(EmbedError::Unavailable),
        };
        let (text, windows) = (window.text, window.windows);
        let parts = open.entry(text).or_default();
        parts.push(window);
        if parts.len() == windows
            && let Some(parts) = open.remove(&text)
        {
            done.push((text, join(parts)));
        }
    }
    Ok(done)
}

/// Pools in the order of the windows, so that the sum does not depend on the order of arrival.
fn join(mut parts: Vec<EmbeddedWindow>) -> Vector {
    parts.sort_unstable_by_key(|part| part.window);
    pool(
        parts
            .into_iter()
            .map(|part| (part.content, part.vector))
            .collect(),
    )
}
