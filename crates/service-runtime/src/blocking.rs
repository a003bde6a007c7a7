//! Work that would block the async threads: hashing passwords, reading models.

use std::sync::Arc;

use tokio::{
    sync::Semaphore,
    task::{self, JoinError},
};
use tracing::Span;

/// Blocking work has no result: it panicked, or the runtime stopped before it began.
#[derive(Debug, thiserror::Error)]
#[error("blocking work failed")]
pub struct BlockingError(#[source] JoinError);

/// Runs blocking work on other threads, a bounded number at a time.
#[derive(Clone, Debug)]
pub struct BlockingPool {
    permits: Arc<Semaphore>,
}

impl BlockingPool {
    /// Bounds the work that runs at the same time; at least one.
    ///
    /// For work that only computes, the number of processor cores is right: more makes all of them slower.
    #[must_use]
    pub fn new(permits: usize) -> Self {
        Self {
            permits: Arc::new(Semaphore::new(permits.max(1))),
        }
    }

    /// Runs the work as soon as there is room, within the caller's span.
    ///
    /// # Errors
    /// The work panics, or the runtime stops before it begins.
    ///
    /// # Cancel safety
    /// Dropping the future while it waits gives the place up; work that has begun runs to its end and keeps its
    /// permit until then.
    pub async fn run<T, F>(&self, work: F) -> Result<T, BlockingError>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        // Nobody closes the semaphore, so there is always one.
        let permit = Arc::clone(&self.permits).acquire_owned().await.ok();
        let span = Span::current();
        task::spawn_blocking(move || {
            let outcome = span.in_scope(work);
            drop(permit);
            outcome
        })
        .await
        .map_err(BlockingError)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::BlockingPool;

    #[tokio::test]
    async fn work_returns_its_value() {
        let pool = BlockingPool::new(1);

        assert_eq!(pool.run(|| 6 * 7).await.unwrap(), 42);
    }

    #[tokio::test]
    async fn a_panic_is_an_error_and_gives_the_permit_back() {
        let pool = BlockingPool::new(1);

        let outcome = pool.run(|| panic!("on purpose")).await;

        assert!(outcome.is_err());
        assert_eq!(pool.run(|| 1).await.unwrap(), 1);
    }

    #[tokio::test]
    async fn no_more_than_the_permits_run_at_once() {
        let pool = BlockingPool::new(1);
        let (finish, wait) = mpsc::channel::<()>();
        let (begun, has_begun) = tokio::sync::oneshot::channel();

        let first = tokio::spawn({
            let pool = pool.clone();
            async move {
                pool.run(move || {
                    begun.send(()).unwrap();
                    wait.recv().unwrap();
                })
                .await
            }
        });
        has_begun.await.unwrap();
        assert_eq!(pool.permits.available_permits(), 0);
        finish.send(()).unwrap();

        first.await.unwrap().unwrap();
        assert_eq!(pool.permits.available_permits(), 1);
    }
}
