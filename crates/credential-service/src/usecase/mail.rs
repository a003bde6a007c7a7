//! Mail that the worker sends: a job in the transaction of the change that causes it.

use diesel_async::AsyncPgConnection;
use domain::account::User;
use serde_json::json;

use crate::store::{StoreError, mail_jobs};

/// Which text is sent.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Template {
    /// A link to choose another password.
    PasswordReset,
    /// A link to choose the first password.
    Invitation,
    /// A link to confirm another address.
    EmailChange,
    /// The password is another one now.
    PasswordChanged,
    /// Somebody has signed in from an address not seen before.
    NewSignIn,
}

impl Template {
    const fn as_str(self) -> &'static str {
        match self {
            Self::PasswordReset => "password_reset",
            Self::Invitation => "invitation",
            Self::EmailChange => "email_change",
            Self::PasswordChanged => "password_changed",
            Self::NewSignIn => "new_sign_in",
        }
    }
}

/// Queues a mail to a person at `to`, with the page to open.
pub(crate) async fn queue(
    conn: &mut AsyncPgConnection,
    template: Template,
    person: &User,
    to: &str,
    link: &str,
) -> Result<(), StoreError> {
    let payload = json!({
        "template": template.as_str(),
        "to": to,
        "name": format!("{} {}", person.first_name, person.last_name),
        "link": link,
        "locale": "en",
    });
    mail_jobs::insert(conn, &payload).await
}
