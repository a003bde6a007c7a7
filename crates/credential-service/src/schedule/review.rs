//! Reminds the people of an institution of reviews that come or have passed: one mail a day at most, once for each date.
//!
//! The mail counts all that are due and is queued with the marks of the first; the others are marked after it, so that no
//! transaction is long. A run that breaks off in between leaves some to the next, which mails about these: nobody is forgotten.

use std::sync::Arc;

use domain::Failure;
use futures::future::BoxFuture;
use uuid::Uuid;

use super::{Pace, Task};
use crate::job::mail::{self, Mail, Template};
use crate::store::Mode;
use crate::store::pool::Database;
use crate::store::review_reminders::{self, DueInstitution, DueReview, Recipient};

/// Hour (UTC) of the reminders: before the working day of the west coast begins.
const AT: u64 = 13;
/// Institutions looked up at once; each is reminded in a transaction of its own.
const INSTITUTIONS: i64 = 100;
/// Reviews marked by one transaction.
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
    /// Each institution once, also when more of its reviews become due meanwhile.
    async fn remind(&self) -> Result<u64, Failure> {
        let mut reminded = 0;
        let mut after = Uuid::nil();
        loop {
            let mut transaction = self.database.begin_background(Mode::Read).await?;
            let due =
                review_reminders::institutions(&mut transaction, self.days, after, INSTITUTIONS)
                    .await?;
            transaction.commit().await?;
            let Some(last) = due.last() else {
                return Ok(reminded);
            };
            after = last.id;
            for institution in &due {
                reminded += self.remind_one(institution).await?;
            }
        }
    }

    async fn remind_one(&self, institution: &DueInstitution) -> Result<u64, Failure> {
        let mut marked = self.mail(institution).await?;
        let mut reminded = marked;
        while marked >= REVIEWS {
            let mut transaction = self.database.begin_background(Mode::Write).await?;
            let reviews =
                review_reminders::take(&mut transaction, institution.id, self.days, REVIEWS)
                    .await?;
            transaction.commit().await?;
            marked = number(&reviews);
            reminded += marked;
        }
        Ok(u64::try_from(reminded).unwrap_or(0))
    }

    /// Mails, and marks the first in the same transaction, so that nobody is forgotten; returns how many it marked.
    async fn mail(&self, institution: &DueInstitution) -> Result<i64, Failure> {
        let mut transaction = self.database.begin_background(Mode::Write).await?;
        let count = review_reminders::count(&mut transaction, institution.id, self.days).await?;
        let reviews =
            review_reminders::take(&mut transaction, institution.id, self.days, REVIEWS).await?;
        let people = review_reminders::recipients(&mut transaction, institution.id, PEOPLE).await?;
        let mails: Vec<Mail> = people
            .into_iter()
            .filter(|_| !reviews.is_empty())
            .map(|person| self.message(institution, count, &reviews, person))
            .collect();
        if mails.is_empty() {
            return Ok(0);
        }
        mail::enqueue(&mut transaction, &mails).await?;
        transaction.commit().await?;
        Ok(number(&reviews))
    }

    fn message(
        &self,
        institution: &DueInstitution,
        count: i64,
        reviews: &[DueReview],
        to: Recipient,
    ) -> Mail {
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
            detail: Some(count.to_string()),
            items: reviews.iter().take(NAMED).map(line).collect(),
            locale: None,
        }
    }
}

fn number(reviews: &[DueReview]) -> i64 {
    i64::try_from(reviews.len()).unwrap_or(i64::MAX)
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
