//! Mail to people: a job in the transaction of the change that causes it.

use std::net::IpAddr;

use diesel_async::AsyncPgConnection;
use domain::Failure;
use domain::account::User;

pub(crate) use crate::job::mail::Template;
use crate::job::mail::{Mail, enqueue};

/// Queues a mail to a person at `to`, with the page to open.
pub(crate) async fn queue(
    conn: &mut AsyncPgConnection,
    template: Template,
    person: &User,
    to: &str,
    link: &str,
) -> Result<(), Failure> {
    let name = name_of(person);
    queue_to(conn, template, &name, to, link).await
}

/// Queues a mail to `to`, greeted by `name` (which may be empty), with the page to open.
pub(crate) async fn queue_to(
    conn: &mut AsyncPgConnection,
    template: Template,
    name: &str,
    to: &str,
    link: &str,
) -> Result<(), Failure> {
    let mail = Mail {
        link: Some(link.to_owned()),
        ..message(template, name.to_owned(), to)
    };
    enqueue(conn, &[mail]).await
}

/// Tells the address before that the account has another one.
pub(crate) async fn queue_email_changed(
    conn: &mut AsyncPgConnection,
    before: &User,
) -> Result<(), Failure> {
    let mail = message(Template::EmailChanged, name_of(before), &before.email);
    enqueue(conn, &[mail]).await
}

/// Tells a person that somebody has signed in from an address not seen before.
pub(crate) async fn queue_new_sign_in(
    conn: &mut AsyncPgConnection,
    owner: &User,
    public_url: &str,
    address: IpAddr,
) -> Result<(), Failure> {
    let mail = Mail {
        link: Some(page(public_url, "account")),
        detail: Some(address.to_string()),
        ..message(Template::NewSignIn, name_of(owner), &owner.email)
    };
    enqueue(conn, &[mail]).await
}

/// Tells a person that somebody asked for an account with their address, which has one.
pub(crate) async fn queue_already_registered(
    conn: &mut AsyncPgConnection,
    owner: &User,
    public_url: &str,
) -> Result<(), Failure> {
    let mail = Mail {
        link: Some(page(public_url, "sign-in")),
        detail: Some(page(public_url, "forgot-password")),
        ..message(Template::AlreadyRegistered, name_of(owner), &owner.email)
    };
    enqueue(conn, &[mail]).await
}

/// A message without what only some have.
fn message(template: Template, name: String, to: &str) -> Mail {
    Mail {
        template,
        to: to.to_owned(),
        name,
        link: None,
        subject: None,
        detail: None,
        items: Vec::new(),
        locale: None,
    }
}

/// The address of a page of the web app.
pub(crate) fn page(public_url: &str, name: &str) -> String {
    format!("{}/{name}", public_url.trim_end_matches('/'))
}

fn name_of(person: &User) -> String {
    format!("{} {}", person.first_name, person.last_name)
}
