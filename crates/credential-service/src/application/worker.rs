//! The worker from its settings to its last job.

use std::sync::Arc;
use std::time::Duration;

use service_runtime::Context;
use service_runtime::background::broken;
use service_runtime::errors::BoxError;

use super::{BuildError, health};
use crate::job::mail::MailKind;
use crate::job::report::MakeReport;
use crate::job::webhook::{self, WebhookKind};
use crate::job::{Kind, Worker, WorkerOptions};
use crate::schedule::{self, Scheduler};
use crate::settings::WorkerSettings;
use crate::storage::Storage;
use crate::store::pool::Database;

/// The worker, ready to take jobs. It listens on the admin port only.
#[derive(Debug)]
pub struct WorkerApplication {
    worker: Worker,
    scheduler: Scheduler,
    database: Database,
    context: Context,
}

impl WorkerApplication {
    /// Joins the parts. `patience` is the time that running jobs get once the shutdown begins. The database need not be
    /// there yet: readiness waits for it.
    ///
    /// # Errors
    /// The pool cannot be made, or the announcement cannot be written.
    pub fn build(
        settings: &WorkerSettings,
        patience: Duration,
        context: Context,
    ) -> Result<Self, BuildError> {
        let database = Database::new(
            &settings.database.url,
            settings.database.pool_size,
            settings.database.logging,
        )?;
        let options = WorkerOptions {
            concurrency: settings.concurrency,
            lease: settings.lease,
            patience,
        };
        // Without mail the other jobs go on.
        let mail_server = context.health().optional_dependency("mail server", 3);
        let mut kinds: Vec<Arc<dyn Kind>> = vec![
            Arc::new(MailKind::new(&settings.mail, mail_server)?),
            Arc::new(WebhookKind::new(database.clone(), settings.allow_private)?),
        ];
        let mut tasks = schedule::prune::tasks(&database, settings.upkeep.keep_events);
        tasks.extend(schedule::audit::tasks(&database, &settings.audit)?);
        let upkeep = &settings.upkeep;
        tasks.push(schedule::review::task(
            &database,
            upkeep.review_days,
            &upkeep.public_url,
        ));
        if let Some(storage) = &settings.storage {
            let storage = Storage::new(storage)?;
            let answers = context.health().optional_dependency("storage", 3);
            tasks.extend(schedule::report::tasks(
                &database,
                &storage,
                upkeep.keep_reports,
            ));
            kinds.push(Arc::new(MakeReport::new(
                database.clone(),
                storage,
                answers,
            )));
        }
        let worker = Worker::new(database.clone(), kinds, options);
        let scheduler = Scheduler::new(database.clone(), tasks);
        health::wait_for_schema(&context, database.clone());
        context.started()?;
        Ok(Self {
            worker,
            scheduler,
            database,
            context,
        })
    }

    /// Works until the shutdown begins and running jobs have ended or been given back.
    ///
    /// # Errors
    /// Following or scheduling breaks down. What fails is tried again and no error.
    pub async fn serve(self) -> Result<(), BoxError> {
        let shutdown = self.context.shutdown().clone();
        let mut following = tokio::spawn(webhook::follow::run(self.database, shutdown.clone()));
        let mut scheduling = tokio::spawn(self.scheduler.run(shutdown.clone()));
        let worked = tokio::select! {
            () = self.worker.run(shutdown.clone()) => Ok(()),
            error = broken(&mut following) => Err(error),
            error = broken(&mut scheduling) => Err(error),
        };
        if worked.is_ok() && !scheduling.is_finished() {
            // It has given back what it held while the jobs ended.
            drop(scheduling.await);
        }
        following.abort();
        worked
    }
}
