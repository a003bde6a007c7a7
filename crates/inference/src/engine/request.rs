//! What travels from a caller through tokenizer and queue to the model, and back.

use std::time::Instant;

use tokio::sync::mpsc::UnboundedSender;
use tracing::Span;

use super::EmbedOptions;
use super::admission::Permit;
use crate::batch::Entry;
use crate::tokenize::Window;
use crate::{EmbedError, Priority};

/// One call of [`Engine::embed`](super::Engine::embed), shared by all of its rows.
///
/// The permit goes back when the last row is done or dropped, not when the caller gives up: what is
/// in memory is what counts. The channel is unbounded in type only: at most one event per row.
pub(crate) struct Request {
    options: EmbedOptions,
    events: UnboundedSender<Event>,
    span: Span,
    _permit: Permit,
}

/// News for the caller.
pub(crate) enum Event {
    /// A window of a text has its vector.
    Embedded(EmbeddedWindow),
    /// The request has failed.
    Failed(EmbedError),
}

/// The vector of one window and where it belongs.
pub(crate) struct EmbeddedWindow {
    pub(crate) text: usize,
    pub(crate) window: usize,
    pub(crate) windows: usize,
    pub(crate) content: usize,
    pub(crate) vector: Vec<f32>,
}

impl Request {
    pub(crate) fn new(
        options: EmbedOptions,
        events: UnboundedSender<Event>,
        permit: Permit,
    ) -> Self {
        Self {
            options,
            events,
            span: Span::current(),
            _permit: permit,
        }
    }

    pub(crate) const fn priority(&self) -> Priority {
        self.options.priority
    }

    pub(crate) const fn span(&self) -> &Span {
        &self.span
    }

    /// Whether the caller has gone.
    pub(crate) fn is_abandoned(&self) -> bool {
        self.events.is_closed()
    }

    pub(crate) fn is_expired(&self, now: Instant) -> bool {
        self.options
            .deadline
            .is_some_and(|deadline| deadline <= now)
    }

    pub(crate) fn fail(&self, error: EmbedError) {
        self.tell(Event::Failed(error));
    }

    fn tell(&self, event: Event) {
        if self.events.send(event).is_err() {
            tracing::trace!("the caller has gone");
        }
    }
}

/// One window of one text, on its way to the model.
pub(crate) struct Row {
    pub(crate) request: std::sync::Arc<Request>,
    /// Position of the text in the request.
    pub(crate) text: usize,
    /// Position of the window in the text.
    pub(crate) window: usize,
    /// Windows of the text.
    pub(crate) windows: usize,
    pub(crate) content: Window,
}

impl Row {
    pub(crate) fn into_entry(self) -> Entry<Self> {
        Entry {
            tokens: self.content.ids.len(),
            priority: self.request.options.priority,
            deadline: self.request.options.deadline,
            enqueued: Instant::now(),
            payload: self,
        }
    }

    pub(crate) fn answer(self, vector: Vec<f32>) {
        self.request.tell(Event::Embedded(EmbeddedWindow {
            text: self.text,
            window: self.window,
            windows: self.windows,
            content: self.content.content(),
            vector,
        }));
    }
}
