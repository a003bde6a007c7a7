//! Mail to people: a job in the transaction of the change that causes it.

use diesel_async::AsyncPgConnection;
use domain::Failure;
use domain::account::User;

pub(crate) use crate::job::mail::Template;
use crate::job::mail::{Locale, Mail, enqueue};

/// Queues a mail to a person at `to`, with the page to open.
pub(crate) async fn queue(
    conn: &mut AsyncPgConnection,
    template: Template,
    person: &User,
    to: &str,
    link: &str,
) -> Result<(), Failure> {
    let mail = Mail {
        template,
        to: to.to_owned(),
        name: format!("{} {}", person.first_name, person.last_name),
        link: Some(link.to_owned()),
        subject: None,
        detail: None,
        items: Vec::new(),
        locale: Locale::default(),
    };
    enqueue(conn, &[mail]).await
}
