//! Whether a service answers at all.
//!
//! A process that hangs takes connections and answers nothing: every request would wait its whole time, and hold what it needs
//! meanwhile. So each service is asked about its health every second, and after two silences in a row it counts as hung: reads
//! that wait for it are let go, and nothing is sent to it until it answers again. A refused connection is an answer.

use std::sync::Arc;

use tokio::sync::watch;
use tonic::Status;

/// Silences in a row after which a service counts as hung. One may be a busy moment.
const SILENCES: u32 = 2;

/// What is known of one service. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Presence {
    service: &'static str,
    silences: Arc<watch::Sender<u32>>,
}

impl Presence {
    /// A service that counts as there until it is silent; `service` names it in metrics.
    pub(crate) fn of(service: &'static str) -> Self {
        let (silences, _) = watch::channel(0);
        Self {
            service,
            silences: Arc::new(silences),
        }
    }

    /// Takes in whether a question about its health was answered in time.
    pub(crate) fn report(&self, answered: bool) {
        self.silences.send_if_modified(|silences| {
            let before = *silences;
            *silences = if answered {
                0
            } else {
                before.saturating_add(1)
            };
            before != *silences
        });
        let hung = self.is_hung();
        metrics::gauge!("upstream_hung", "service" => self.service).set(f64::from(u8::from(hung)));
    }

    /// Whether it takes questions and answers none.
    pub(crate) fn is_hung(&self) -> bool {
        *self.silences.borrow() >= SILENCES
    }

    /// Refuses to send something to a service that hangs.
    ///
    /// # Errors
    /// `UNAVAILABLE`, at once.
    pub(crate) fn insist(&self) -> Result<(), Status> {
        if self.is_hung() { Err(hung()) } else { Ok(()) }
    }

    /// Waits until it counts as hung.
    pub(crate) async fn hanging(&self) -> Status {
        let mut silences = self.silences.subscribe();
        // The sender lives as long as we do, so there is always an end to this wait but that of the caller.
        drop(silences.wait_for(|silences| *silences >= SILENCES).await);
        hung()
    }
}

fn hung() -> Status {
    Status::unavailable("the service takes connections and answers nothing")
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    #[test]
    fn two_silences_in_a_row_are_a_hang_and_an_answer_ends_it() {
        let service = Presence::of("some-service");
        let mut letting_go = Box::pin(service.hanging());

        service.report(false);
        service.report(true);
        service.report(false);
        assert!(service.insist().is_ok());
        assert!(letting_go.as_mut().now_or_never().is_none());

        service.report(false);
        assert_eq!(
            service.insist().unwrap_err().code(),
            tonic::Code::Unavailable
        );
        let let_go = letting_go.now_or_never().unwrap();
        assert_eq!(let_go.code(), tonic::Code::Unavailable);

        service.report(true);
        assert!(service.insist().is_ok());
    }
}
