//! Table `users`.

mod manage;

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Text, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::account::User;
use domain::id::{InstitutionId, SessionId, UserId};
use domain::vocabulary::UserRole;
use uuid::Uuid;

use super::error::{StoreError, known};
use super::measure::{Operation, measured};
use super::schema::{account_tokens, sessions, users};

pub(crate) use self::manage::{
    DEFAULT_SORT, SORTABLE, UserFilter, list, lock, lock_administrators, lock_with_hash,
    renew_tokens, renewed_since, set_active, set_assignment, set_email, set_names,
};

const TABLE: &str = "users";
/// The clock of the database, which goes on within a transaction: one for all instances of the service.
const CLOCK: &str = "clock_timestamp()";

diesel::define_sql_function! {
    /// Lower case, as the unique index of e-mail addresses has it.
    fn lower(text: Text) -> Text;
}

/// One row without its password.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = users, check_for_backend(diesel::pg::Pg))]
pub(crate) struct UserRow {
    id: Uuid,
    email: String,
    first_name: String,
    last_name: String,
    role: String,
    institution_id: Option<Uuid>,
    is_active: bool,
    last_login_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    version: i64,
}

impl TryFrom<UserRow> for User {
    type Error = StoreError;

    fn try_from(row: UserRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id.into(),
            email: row.email,
            first_name: row.first_name,
            last_name: row.last_name,
            role: known(&row.role, UserRole::parse)?,
            institution_id: row.institution_id.map(Into::into),
            is_active: row.is_active,
            last_login_at: row.last_login_at,
            created_at: row.created_at,
            updated_at: row.updated_at,
            version: row.version,
        })
    }
}

/// A person to be recorded.
#[derive(Debug)]
pub(crate) struct NewUser<'person> {
    /// Identifier.
    pub(crate) id: UserId,
    /// E-mail.
    pub(crate) email: &'person str,
    /// Hash of the password.
    pub(crate) password_hash: &'person str,
    /// Given name.
    pub(crate) first_name: &'person str,
    /// Family name.
    pub(crate) last_name: &'person str,
    /// Role.
    pub(crate) role: UserRole,
    /// Institution the person acts for.
    pub(crate) institution_id: Option<InstitutionId>,
}

/// Writes a new row.
pub(crate) async fn insert(
    conn: &mut AsyncPgConnection,
    user: &NewUser<'_>,
) -> Result<User, StoreError> {
    let statement = diesel::insert_into(users::table)
        .values((
            users::id.eq(user.id.uuid()),
            users::email.eq(user.email),
            users::password_hash.eq(user.password_hash),
            users::first_name.eq(user.first_name),
            users::last_name.eq(user.last_name),
            users::role.eq(user.role.as_str()),
            users::institution_id.eq(user.institution_id.map(InstitutionId::uuid)),
        ))
        .returning(UserRow::as_returning())
        .get_result(conn);
    measured(Operation::Insert, TABLE, statement)
        .await?
        .try_into()
}

/// Reads one row.
pub(crate) async fn find(
    conn: &mut AsyncPgConnection,
    id: UserId,
) -> Result<Option<User>, StoreError> {
    let statement = users::table
        .find(id.uuid())
        .select(UserRow::as_select())
        .first(conn);
    let row = measured(Operation::Select, TABLE, async {
        statement.await.optional()
    })
    .await?;
    row.map(TryInto::try_into).transpose()
}

/// Reads one row, keeps others from changing it until the transaction ends, and says when it was read by the clock of the
/// database.
pub(crate) async fn share(
    conn: &mut AsyncPgConnection,
    id: UserId,
) -> Result<Option<(User, DateTime<Utc>)>, StoreError> {
    let statement = users::table
        .find(id.uuid())
        .select((UserRow::as_select(), sql::<Timestamptz>(CLOCK)))
        .for_share()
        .first::<(UserRow, DateTime<Utc>)>(conn);
    let row = measured(Operation::Select, TABLE, async {
        statement.await.optional()
    })
    .await?;
    row.map(|(row, read_at)| Ok((row.try_into()?, read_at)))
        .transpose()
}

/// Reads people; those who are gone are left out.
pub(crate) async fn find_many(
    conn: &mut AsyncPgConnection,
    ids: &[Uuid],
) -> Result<Vec<User>, StoreError> {
    let statement = users::table
        .filter(users::id.eq_any(ids))
        .select(UserRow::as_select())
        .load(conn);
    let rows: Vec<UserRow> = measured(Operation::Select, TABLE, statement).await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Reads one row and its password hash by e-mail, without regard to case.
pub(crate) async fn find_by_email(
    conn: &mut AsyncPgConnection,
    email: &str,
) -> Result<Option<(User, String)>, StoreError> {
    let statement = users::table
        .filter(lower(users::email).eq(lower(email)))
        .select((UserRow::as_select(), users::password_hash))
        .first::<(UserRow, String)>(conn);
    let row = measured(Operation::Select, TABLE, async {
        statement.await.optional()
    })
    .await?;
    row.map(|(row, hash)| Ok((row.try_into()?, hash)))
        .transpose()
}

/// Reads the hash of a person's password.
pub(crate) async fn password_hash(
    conn: &mut AsyncPgConnection,
    id: UserId,
) -> Result<Option<String>, StoreError> {
    let statement = users::table
        .find(id.uuid())
        .select(users::password_hash)
        .first(conn);
    measured(Operation::Select, TABLE, async {
        statement.await.optional()
    })
    .await
}

/// Reads a person, the hash of the password, and whether they began a session or chose a password at this address since a moment.
pub(crate) async fn find_to_sign_in(
    conn: &mut AsyncPgConnection,
    email: &str,
    address: Option<&str>,
    since: DateTime<Utc>,
) -> Result<Option<(User, String, bool)>, StoreError> {
    let known = diesel::dsl::exists(
        sessions::table
            .filter(sessions::user_id.eq(users::id))
            .filter(sessions::ip_address.eq(address))
            .filter(sessions::created_at.gt(since)),
    )
    .or(diesel::dsl::exists(
        account_tokens::table
            .filter(account_tokens::user_id.eq(users::id))
            .filter(account_tokens::used_from.eq(address))
            .filter(account_tokens::used_at.gt(since)),
    ));
    let statement = users::table
        .filter(lower(users::email).eq(lower(email)))
        .select((UserRow::as_select(), users::password_hash, known))
        .first::<(UserRow, String, bool)>(conn);
    let row = measured(Operation::Select, TABLE, async {
        statement.await.optional()
    })
    .await?;
    row.map(|(row, hash, known)| Ok((row.try_into()?, hash, known)))
        .transpose()
}

/// Reads a person together with whether one of their sessions still runs, in one statement.
pub(crate) async fn find_with_session(
    conn: &mut AsyncPgConnection,
    id: UserId,
    session: SessionId,
    now: DateTime<Utc>,
) -> Result<Option<(User, bool)>, StoreError> {
    let running = diesel::dsl::exists(
        sessions::table
            .filter(sessions::id.eq(session.uuid()))
            .filter(sessions::user_id.eq(id.uuid()))
            .filter(sessions::ended_at.is_null())
            .filter(sessions::expires_at.gt(now)),
    );
    let statement = users::table
        .find(id.uuid())
        .select((UserRow::as_select(), running))
        .first::<(UserRow, bool)>(conn);
    let row = measured(Operation::Select, TABLE, async {
        statement.await.optional()
    })
    .await?;
    row.map(|(row, running)| Ok((row.try_into()?, running)))
        .transpose()
}

/// Notes a sign-in; says when the row was read by the clock of the database.
pub(crate) async fn set_last_login(
    conn: &mut AsyncPgConnection,
    id: UserId,
    now: DateTime<Utc>,
) -> Result<(User, DateTime<Utc>), StoreError> {
    let statement = diesel::update(users::table.find(id.uuid()))
        .set(users::last_login_at.eq(now))
        .returning((UserRow::as_returning(), sql::<Timestamptz>(CLOCK)))
        .get_result::<(UserRow, DateTime<Utc>)>(conn);
    let (row, read_at) = measured(Operation::Update, TABLE, statement).await?;
    Ok((row.try_into()?, read_at))
}

/// Replaces the password hash.
pub(crate) async fn set_password_hash(
    conn: &mut AsyncPgConnection,
    id: UserId,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let statement = diesel::update(users::table.find(id.uuid()))
        .set((
            users::password_hash.eq(hash),
            users::updated_at.eq(now),
            users::version.eq(users::version + 1),
        ))
        .execute(conn);
    measured(Operation::Update, TABLE, statement).await?;
    Ok(())
}

/// Counts people of a role.
pub(crate) async fn count_role(
    conn: &mut AsyncPgConnection,
    role: UserRole,
) -> Result<i64, StoreError> {
    let statement = users::table
        .filter(users::role.eq(role.as_str()))
        .count()
        .get_result(conn);
    measured(Operation::Select, TABLE, statement).await
}
