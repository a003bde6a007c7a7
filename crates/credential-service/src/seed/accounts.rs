//! One demonstration account for each role.

use std::collections::HashMap;

use diesel_async::AsyncPgConnection;
use domain::Failure;
use domain::account::User;
use domain::id::{InstitutionId, UserId};
use domain::vocabulary::{AuditAction, EntityType, UserRole};
use serde_json::{Value, json};

use super::{DemoAccount, random_password};
use crate::secret::password::Passwords;
use crate::store::institutions;
use crate::store::sessions::EndReason;
use crate::store::users::{self, NewUser};
use crate::usecase::account::register::created;
use crate::usecase::account::revoke::{Which, end_sessions};
use crate::usecase::record::{Announced, Author, Change, record};

/// A person of the demonstration.
struct Person {
    role: UserRole,
    email: &'static str,
    first_name: &'static str,
    last_name: &'static str,
    institution: Option<&'static str>,
}

const PEOPLE: &[Person] = &[
    Person {
        role: UserRole::Admin,
        email: "admin@bccb.example",
        first_name: "Robin",
        last_name: "Platform",
        institution: None,
    },
    Person {
        role: UserRole::InstitutionAdmin,
        email: "admin@bcit.example",
        first_name: "Avery",
        last_name: "Registrar",
        institution: Some("BCIT"),
    },
    Person {
        role: UserRole::ProgramCoordinator,
        email: "coordinator@bcit.example",
        first_name: "Jordan",
        last_name: "Coordinator",
        institution: Some("BCIT"),
    },
    Person {
        role: UserRole::InstitutionAdmin,
        email: "admin@camosun.example",
        first_name: "Morgan",
        last_name: "Registrar",
        institution: Some("CAM"),
    },
    Person {
        role: UserRole::User,
        email: "learner@bccb.example",
        first_name: "Sam",
        last_name: "Learner",
        institution: None,
    },
];

/// A person with a new password, hashed before the transaction begins.
pub(super) struct Prepared {
    person: &'static Person,
    password: String,
    hash: String,
}

/// Chooses and hashes the passwords.
pub(super) async fn prepare(passwords: &Passwords) -> Result<Vec<Prepared>, Failure> {
    let mut prepared = Vec::with_capacity(PEOPLE.len());
    for person in PEOPLE {
        let password = random_password();
        let hash = passwords.hash(password.clone().into()).await?;
        prepared.push(Prepared {
            person,
            password,
            hash,
        });
    }
    Ok(prepared)
}

/// Writes the accounts; what is on record of each is on the audit log.
pub(super) async fn write(
    conn: &mut AsyncPgConnection,
    prepared: Vec<Prepared>,
) -> Result<Vec<DemoAccount>, Failure> {
    let author = Author::operator("seed");
    let codes: Vec<String> = PEOPLE
        .iter()
        .filter_map(|person| person.institution.map(ToOwned::to_owned))
        .collect();
    let institutions: HashMap<String, InstitutionId> = institutions::find_by_codes(conn, &codes)
        .await?
        .into_iter()
        .map(|institution| (institution.fields.code, institution.id))
        .collect();
    let now = crate::clock::now();
    let mut accounts = Vec::with_capacity(prepared.len());
    let mut changes = Vec::with_capacity(prepared.len());
    for Prepared {
        person,
        password,
        hash,
    } in prepared
    {
        let institution_id = match person.institution {
            None => None,
            Some(code) => Some(
                *institutions
                    .get(code)
                    .ok_or_else(|| Failure::not_found("institution of the demonstration"))?,
            ),
        };
        match users::find_by_email(conn, person.email).await? {
            Some((user, _)) => {
                users::set_password_hash(conn, user.id, &hash, now).await?;
                end_sessions(conn, user.id, Which::All, EndReason::PasswordReset, now).await?;
                changes.push(password_reset(&user));
            }
            None => {
                let new = NewUser {
                    id: UserId::generate(),
                    email: person.email,
                    password_hash: &hash,
                    first_name: person.first_name,
                    last_name: person.last_name,
                    role: person.role,
                    institution_id,
                };
                changes.push(created(&users::insert(conn, &new).await?));
            }
        }
        accounts.push(DemoAccount {
            role: person.role.as_str().to_owned(),
            email: person.email.to_owned(),
            password,
            institution_code: person.institution.map(ToOwned::to_owned),
        });
    }
    record(conn, &author, changes, now).await?;
    Ok(accounts)
}

fn password_reset(user: &User) -> Change {
    Change {
        entity_type: EntityType::User,
        entity_id: user.id.uuid(),
        action: AuditAction::PasswordReset,
        institution_id: user.institution_id,
        counterpart_institution_id: None,
        before: Value::Null,
        after: json!({ "password": "reset" }),
        announced: Announced::Nothing,
    }
}
