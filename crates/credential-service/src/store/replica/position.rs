//! How far the primary is, asked once for all who want to know at the same time.

use tokio::sync::{mpsc, oneshot};

use crate::store::pool::Database;

/// Reads that wait for one answer; whoever finds no place goes to the primary.
const WAITING: usize = 1_024;

/// Asks the primary.
#[derive(Clone, Debug)]
pub(super) struct Position(mpsc::Sender<oneshot::Sender<i64>>);

impl Position {
    /// Begins to ask when somebody wants to know; ends with the last who could.
    pub(super) fn start(primary: Database) -> Self {
        let (asking, mut asked) = mpsc::channel::<oneshot::Sender<i64>>(WAITING);
        tokio::spawn(async move {
            let mut waiting = Vec::new();
            // Whoever comes while the primary is being asked is answered by the next question: the answer is never
            // older than the arrival.
            while asked.recv_many(&mut waiting, WAITING).await > 0 {
                let answer = primary.position().await;
                for reader in waiting.drain(..) {
                    if let Ok(place) = &answer {
                        // A reader that has hung up wants no answer.
                        let _heard = reader.send(*place);
                    }
                }
            }
        });
        Self(asking)
    }

    /// How far the primary is, asked now; `None` when it does not say.
    pub(super) async fn now(&self) -> Option<i64> {
        let (answer, answered) = oneshot::channel();
        self.0.try_send(answer).ok()?;
        answered.await.ok()
    }
}
