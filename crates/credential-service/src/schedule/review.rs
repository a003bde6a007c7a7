//! Reminds the people of an institution of reviews that come or have passed: one mail a day at most, once for each date.

use std::sync::Arc;

use domain::Failure;
use futures::future::BoxFuture;

use super::{Pace, Task};
use crate::job::mail::{self, Mail, Template};
use crate::store::Mode;
use crate::store::pool::Database;
use crate::store::review_reminders::{self, DueInstitution, DueReview, Recipient};

/// Hour (UTC) of the reminders: before the working day of the west coast begins.
const AT: u64 = 13;
/// Institutions looked up at once; each is reminded in a transaction of its own.
const INSTITUTIONS: i64 = 100;
/// Reviews of one message that count; more go into the next one.
const REVIEWS: i64 = 1_000;
/// Reviews that a message names; the others it counts.
const NAMED: usize = 20;
/// People of one institution that are reminded.
const PEOPLE: i64 = 200;

/// The task that reminds.
pub(crate) fn task(database: &Database, days: i32, public_url: &str) -> Arc<dyn Task> {
    Arc::new(Remind {
        database: database.clone(),
        days,
        public_url: public_url.to_owned(),
    })
}

struct Remind {
    database: Database,
    days: i32,
    public_url: String,
}

impl Remind {
    async fn remind(&self) -> Result<u64, Failure> {
        let mut reminded = 0;
        loop {
            let mut transaction = self.database.begin_background(Mode::Read).await?;
            let due =
                review_reminders::institutions(&mut transaction, self.days, INSTITUTIONS).await?;
            transaction.commit().await?;
            if due.is_empty() {
                return Ok(reminded);
            }
            for institution in &due {
                reminded += self.remind_one(institution).await?;
            }
        }
    }

    /// Marks and mails in one transaction, so that nobody is reminded twice nor forgotten.
    async fn remind_one(&self, institution: &DueInstitution) -> Result<u64, Failure> {
        let mut transaction = self.database.begin_background(Mode::Write).await?;
        let reviews =
            review_reminders::take(&mut transaction, institution.id, self.days, REVIEWS).await?;
        let people = review_reminders::recipients(&mut transaction, institution.id, PEOPLE).await?;
        let mails: Vec<Mail> = people
            .into_iter()
            .filter(|_| !reviews.is_empty())
            .map(|person| self.message(institution, &reviews, person))
            .collect();
        if mails.is_empty() {
            return Ok(0);
        }
        mail::enqueue(&mut transaction, &mails).await?;
        transaction.commit().await?;
        Ok(u64::try_from(reviews.len()).unwrap_or(u64::MAX))
    }

    fn message(&self, institution: &DueInstitution, reviews: &[DueReview], to: Recipient) -> Mail {
        let line = |review: &DueReview| {
            let DueReview {
                title,
                program_code,
                review_date,
            } = review;
            format!("{review_date}: {title} ({program_code})")
        };
        Mail {
            template: Template::ReviewDue,
            to: to.email,
            name: to.name,
            link: Some(self.public_url.clone()),
            subject: Some(institution.name.clone()),
            detail: Some(reviews.len().to_string()),
            items: reviews.iter().take(NAMED).map(line).collect(),
            locale: None,
        }
    }
}

impl Task for Remind {
    fn name(&self) -> &'static str {
        "remind_of_reviews"
    }

    fn pace(&self) -> Pace {
        Pace::daily_at(AT)
    }

    fn run(&self) -> BoxFuture<'_, Result<u64, Failure>> {
        Box::pin(self.remind())
    }
}
