//! Tasks that run beside what a service serves, and without which it must not go on.

use tokio::task::{JoinHandle, JoinSet};

use crate::errors::BoxError;

/// Waits until a task breaks down, and says why; waits for ever where it ends as it should.
///
/// To be waited for beside the serving: a service that lives on without its background work is well to nobody but the one who
/// asks whether its process is alive. Dropping it leaves the task as it is.
pub async fn broken(task: &mut JoinHandle<()>) -> BoxError {
    match task.await {
        Err(error) if error.is_panic() => error.into(),
        Ok(()) | Err(_) => std::future::pending().await,
    }
}

/// The same for several tasks: those that end as they should are taken out.
pub async fn any_broken(tasks: &mut JoinSet<()>) -> BoxError {
    while let Some(ended) = tasks.join_next().await {
        if let Err(error) = ended
            && error.is_panic()
        {
            return error.into();
        }
    }
    std::future::pending().await
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    #[tokio::test]
    async fn a_task_that_breaks_down_is_told() {
        let mut task = tokio::spawn(async { panic!("planted") });

        assert!(broken(&mut task).await.to_string().contains("panic"));
    }

    #[tokio::test]
    async fn a_task_that_ends_is_none_of_them() {
        let mut tasks = JoinSet::new();
        tasks.spawn(async {});
        tasks.spawn(async { panic!("planted") });

        assert!(any_broken(&mut tasks).await.to_string().contains("panic"));
        let waiting = timeout(Duration::ZERO, any_broken(&mut tasks)).await;
        assert!(waiting.is_err(), "nothing is left to break down");
    }
}
