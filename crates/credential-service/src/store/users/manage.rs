//! What administrators and their owners do with accounts.

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::account::{Assignment, User};
use domain::id::{InstitutionId, UserId};
use domain::page::{Page, PageRequest, Sort};
use domain::vocabulary::UserRole;
use uuid::Uuid;

use super::super::error::StoreError;
use super::super::measure::{Operation, measured};
use super::super::schema::users;
use super::{CLOCK, TABLE, UserRow, lower};

/// Keys that a list can be sorted by.
pub(crate) const SORTABLE: &[&str] = &[
    "email",
    "firstName",
    "lastName",
    "role",
    "lastLoginAt",
    "createdAt",
    "updatedAt",
];
/// Order when nobody asks for one.
pub(crate) const DEFAULT_SORT: Sort = Sort {
    key: "createdAt",
    descending: true,
};

/// Filters of a list.
#[derive(Debug, Default)]
pub(crate) struct UserFilter {
    /// Only with this role.
    pub(crate) role: Option<UserRole>,
    /// Only of this institution.
    pub(crate) institution_id: Option<InstitutionId>,
    /// Only enabled, or only disabled accounts.
    pub(crate) is_active: Option<bool>,
    /// Patterns that name or e-mail must match, all of them.
    pub(crate) patterns: Vec<String>,
}

/// Reads one page.
pub(crate) async fn list(
    conn: &mut AsyncPgConnection,
    filter: &UserFilter,
    page: &PageRequest,
) -> Result<Page<User>, StoreError> {
    let statement = filtered(filter).count().get_result::<i64>(conn);
    let total = measured(Operation::Select, TABLE, statement).await?;
    let down = page.sort.descending;
    let query = filtered(filter);
    let query = match page.sort.key {
        "email" => ordered!(query, lower(users::email), down),
        "firstName" => ordered!(query, lower(users::first_name), down),
        "lastName" => ordered!(query, lower(users::last_name), down),
        "role" => ordered!(query, users::role, down),
        "lastLoginAt" => ordered!(query, users::last_login_at, down),
        "updatedAt" => ordered!(query, users::updated_at, down),
        _created_at => ordered!(query, users::created_at, down),
    };
    let statement = ordered_next!(query, users::id, down)
        .offset(page.offset())
        .limit(i64::from(page.limit))
        .select(UserRow::as_select())
        .load(conn);
    let rows = measured(Operation::Select, TABLE, statement).await?;
    let items = rows
        .into_iter()
        .map(TryInto::try_into)
        .collect::<Result<_, _>>()?;
    Ok(Page::new(items, page, u64::try_from(total).unwrap_or(0)))
}

fn filtered(filter: &UserFilter) -> users::BoxedQuery<'_, diesel::pg::Pg> {
    let mut query = users::table.into_boxed();
    if let Some(role) = filter.role {
        query = query.filter(users::role.eq(role.as_str()));
    }
    if let Some(institution) = filter.institution_id {
        query = query.filter(users::institution_id.eq(institution.uuid()));
    }
    if let Some(active) = filter.is_active {
        query = query.filter(users::is_active.eq(active));
    }
    for pattern in &filter.patterns {
        query = query.filter(
            lower(users::email)
                .like(pattern)
                .or(lower(users::first_name).like(pattern))
                .or(lower(users::last_name).like(pattern)),
        );
    }
    query
}

/// Reads one row with its password hash and keeps others from changing it until the transaction ends.
pub(crate) async fn lock_with_hash(
    conn: &mut AsyncPgConnection,
    id: UserId,
) -> Result<Option<(User, String)>, StoreError> {
    let statement = users::table
        .find(id.uuid())
        .select((UserRow::as_select(), users::password_hash))
        .for_no_key_update()
        .first::<(UserRow, String)>(conn);
    let row = measured(Operation::Select, TABLE, async {
        statement.await.optional()
    })
    .await?;
    row.map(|(user, hash)| Ok((user.try_into()?, hash)))
        .transpose()
}

/// Reads one row and keeps others from changing it until the transaction ends.
pub(crate) async fn lock(
    conn: &mut AsyncPgConnection,
    id: UserId,
) -> Result<Option<User>, StoreError> {
    let statement = users::table
        .find(id.uuid())
        .select(UserRow::as_select())
        .for_update()
        .first(conn);
    let row = measured(Operation::Select, TABLE, async {
        statement.await.optional()
    })
    .await?;
    row.map(TryInto::try_into).transpose()
}

/// Reads who runs the platform, and keeps others from changing them until the transaction ends.
pub(crate) async fn lock_administrators(
    conn: &mut AsyncPgConnection,
) -> Result<Vec<UserId>, StoreError> {
    let statement = users::table
        .filter(users::role.eq(UserRole::Admin.as_str()))
        .filter(users::is_active)
        // Always in the same order, so that two of these do not wait for each other.
        .order(users::id)
        .select(users::id)
        .for_update()
        .load::<Uuid>(conn);
    let ids = measured(Operation::Select, TABLE, statement).await?;
    Ok(ids.into_iter().map(Into::into).collect())
}

/// What may change in a row; what is `None` stays.
#[derive(Debug, Default, AsChangeset)]
#[diesel(table_name = users)]
struct Changes<'person> {
    email: Option<&'person str>,
    first_name: Option<&'person str>,
    last_name: Option<&'person str>,
    role: Option<&'person str>,
    /// `Some(None)`: of no institution.
    institution_id: Option<Option<Uuid>>,
    is_active: Option<bool>,
}

/// Changes a row, counts the change, and reads the row.
async fn change(
    conn: &mut AsyncPgConnection,
    id: UserId,
    changes: Changes<'_>,
    now: DateTime<Utc>,
) -> Result<User, StoreError> {
    let statement = diesel::update(users::table.find(id.uuid()))
        .set((
            changes,
            users::updated_at.eq(now),
            users::version.eq(users::version + 1),
        ))
        .returning(UserRow::as_returning())
        .get_result(conn);
    measured(Operation::Update, TABLE, statement)
        .await?
        .try_into()
}

/// Gives a person another role and institution.
pub(crate) async fn set_assignment(
    conn: &mut AsyncPgConnection,
    id: UserId,
    assignment: Assignment,
    now: DateTime<Utc>,
) -> Result<User, StoreError> {
    let changes = Changes {
        role: Some(assignment.role.as_str()),
        institution_id: Some(assignment.institution_id.map(InstitutionId::uuid)),
        ..Changes::default()
    };
    change(conn, id, changes, now).await
}

/// Disables or enables an account.
pub(crate) async fn set_active(
    conn: &mut AsyncPgConnection,
    id: UserId,
    active: bool,
    now: DateTime<Utc>,
) -> Result<User, StoreError> {
    let changes = Changes {
        is_active: Some(active),
        ..Changes::default()
    };
    change(conn, id, changes, now).await
}

/// Changes a person's names.
pub(crate) async fn set_names(
    conn: &mut AsyncPgConnection,
    id: UserId,
    (first_name, last_name): (&str, &str),
    now: DateTime<Utc>,
) -> Result<User, StoreError> {
    let changes = Changes {
        first_name: Some(first_name),
        last_name: Some(last_name),
        ..Changes::default()
    };
    change(conn, id, changes, now).await
}

/// Changes a person's e-mail.
pub(crate) async fn set_email(
    conn: &mut AsyncPgConnection,
    id: UserId,
    email: &str,
    now: DateTime<Utc>,
) -> Result<User, StoreError> {
    let changes = Changes {
        email: Some(email),
        ..Changes::default()
    };
    change(conn, id, changes, now).await
}

/// Notes that access tokens of a person count from now on, by the clock of the database; returns the moment.
pub(crate) async fn renew_tokens(
    conn: &mut AsyncPgConnection,
    id: UserId,
) -> Result<DateTime<Utc>, StoreError> {
    let now = sql::<Nullable<Timestamptz>>(CLOCK);
    let statement = diesel::update(users::table.find(id.uuid()))
        .set(users::tokens_valid_from.eq(now))
        .returning(users::tokens_valid_from.assume_not_null())
        .get_result::<DateTime<Utc>>(conn);
    measured(Operation::Update, TABLE, statement).await
}

/// Reads whose access tokens became worthless since a moment, and from when on they count again.
pub(crate) async fn renewed_since(
    conn: &mut AsyncPgConnection,
    since: DateTime<Utc>,
) -> Result<Vec<(UserId, DateTime<Utc>)>, StoreError> {
    let statement = users::table
        .filter(users::tokens_valid_from.gt(since))
        .select((users::id, users::tokens_valid_from.assume_not_null()))
        .load::<(Uuid, DateTime<Utc>)>(conn);
    let rows = measured(Operation::Select, TABLE, statement).await?;
    Ok(rows
        .into_iter()
        .map(|(id, moment)| (id.into(), moment))
        .collect())
}
