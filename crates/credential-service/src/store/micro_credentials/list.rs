//! Lists of micro-credentials: what the caller may see is part of the SQL.

use std::collections::HashSet;

use diesel::prelude::*;
use diesel::sql_types::{Numeric, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::id::InstitutionId;
use domain::micro_credential::MicroCredential;
use domain::page::{Page, PageRequest, Place, Sort, time_key};
use domain::vocabulary::{CredentialType, DeliveryMode, EducationLevel};
use domain::workflow::CredentialStatus;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::super::error::StoreError;
use super::super::institutions;
use super::super::keyset::{after, or_last};
use super::super::measure::{Operation, measured, total};
use super::super::schema::micro_credentials;
use super::{CredentialRow, TABLE, complete, into_domain};

/// Keys that a list can be sorted by.
pub(crate) const SORTABLE: &[&str] = &[
    "createdAt",
    "updatedAt",
    "title",
    "programCode",
    "credits",
    "publishedAt",
];
/// Order when nobody asks for one.
pub(crate) const DEFAULT_SORT: Sort = Sort {
    key: "createdAt",
    descending: true,
};

/// Which rows somebody may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Visibility {
    /// What is public.
    Public,
    /// What is public, and everything of one institution.
    Institution(InstitutionId),
    /// Everything.
    All,
}

/// Filters of a list.
#[derive(Debug, Default)]
pub(crate) struct CredentialFilter {
    /// Only this status.
    pub(crate) status: Option<CredentialStatus>,
    /// Only of this institution.
    pub(crate) institution_id: Option<InstitutionId>,
    /// Only this kind.
    pub(crate) credential_type: Option<CredentialType>,
    /// Only this level.
    pub(crate) level: Option<EducationLevel>,
    /// Only taught this way.
    pub(crate) delivery_mode: Option<DeliveryMode>,
    /// Patterns that title, program code or description must match.
    pub(crate) patterns: Vec<String>,
    /// At least so many credits.
    pub(crate) min_credits: Option<Decimal>,
    /// At most so many credits.
    pub(crate) max_credits: Option<Decimal>,
}

/// Reads one page of what somebody may see.
pub(crate) async fn list(
    conn: &mut AsyncPgConnection,
    visibility: Visibility,
    filter: &CredentialFilter,
    page: &PageRequest,
) -> Result<Page<MicroCredential>, StoreError> {
    let count = async {
        let query = filtered(visibility, filter).count();
        query.get_result(conn).await
    };
    let total = total(page, TABLE, count).await?;
    let query = filtered(visibility, filter).select((
        CredentialRow::as_select(),
        micro_credentials::institution_id,
    ));
    let query = after!(query, "micro_credentials", page);
    let down = page.sort.descending;
    let query = match page.sort.key {
        "updatedAt" => ordered!(query, micro_credentials::updated_at, down),
        "title" => ordered!(query, micro_credentials::title, down),
        "programCode" => ordered!(query, micro_credentials::program_code, down),
        "credits" => ordered!(query, or_last!(Numeric, "micro_credentials", page), down),
        "publishedAt" => ordered!(
            query,
            or_last!(Timestamptz, "micro_credentials", page),
            down
        ),
        _created_at => ordered!(query, micro_credentials::created_at, down),
    };
    let statement = ordered_next!(query, micro_credentials::id, down)
        .offset(page.offset())
        .limit(page.rows())
        .load::<(CredentialRow, Uuid)>(conn);
    let rows = measured(Operation::Select, TABLE, statement).await?;
    let owners: HashSet<Uuid> = rows.iter().map(|(_, owner)| *owner).collect();
    let summaries = institutions::summaries(conn, &owners).await?;
    let items = rows
        .into_iter()
        .map(|(row, owner)| into_domain(row, institutions::summary_of(&summaries, owner)?))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Page::walked(items, page, total, place))
}

/// Counts what somebody may see.
pub(crate) async fn count(
    conn: &mut AsyncPgConnection,
    visibility: Visibility,
    filter: &CredentialFilter,
) -> Result<u64, StoreError> {
    let statement = filtered(visibility, filter).count().get_result::<i64>(conn);
    let total = measured(Operation::Select, TABLE, statement).await?;
    Ok(u64::try_from(total).unwrap_or(0))
}

/// Reads the next rows by identifier of what somebody may see, with outcomes and prerequisites.
pub(crate) async fn walk(
    conn: &mut AsyncPgConnection,
    visibility: Visibility,
    filter: &CredentialFilter,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<MicroCredential>, StoreError> {
    let statement = filtered(visibility, filter)
        .filter(micro_credentials::id.gt(after.unwrap_or_default()))
        .order(micro_credentials::id)
        .limit(limit)
        .select((
            CredentialRow::as_select(),
            micro_credentials::institution_id,
        ))
        .load::<(CredentialRow, Uuid)>(conn);
    let rows = measured(Operation::Select, TABLE, statement).await?;
    let owners: HashSet<Uuid> = rows.iter().map(|(_, owner)| *owner).collect();
    let summaries = institutions::summaries(conn, &owners).await?;
    let rows = rows
        .into_iter()
        .map(|(row, owner)| Ok((row, institutions::summary_of(&summaries, owner)?)))
        .collect::<Result<Vec<_>, StoreError>>()?;
    complete(conn, rows).await
}

fn filtered(
    visibility: Visibility,
    filter: &CredentialFilter,
) -> micro_credentials::BoxedQuery<'_, diesel::pg::Pg> {
    let query = micro_credentials::table.into_boxed();
    let mut query = match visibility {
        Visibility::Public => query.filter(micro_credentials::status.eq("PUBLISHED")),
        Visibility::Institution(own) => query.filter(
            micro_credentials::status
                .eq("PUBLISHED")
                .or(micro_credentials::institution_id.eq(own.uuid())),
        ),
        Visibility::All => query,
    };
    if let Some(status) = filter.status {
        query = query.filter(micro_credentials::status.eq(status.as_str()));
    }
    if let Some(id) = filter.institution_id {
        query = query.filter(micro_credentials::institution_id.eq(id.uuid()));
    }
    if let Some(kind) = filter.credential_type {
        query = query.filter(micro_credentials::credential_type.eq(kind.as_str()));
    }
    if let Some(level) = filter.level {
        query = query.filter(micro_credentials::level.eq(level.as_str()));
    }
    if let Some(mode) = filter.delivery_mode {
        query = query.filter(micro_credentials::delivery_mode.eq(mode.as_str()));
    }
    if let Some(least) = filter.min_credits {
        query = query.filter(micro_credentials::credits.ge(least));
    }
    if let Some(most) = filter.max_credits {
        query = query.filter(micro_credentials::credits.le(most));
    }
    for pattern in &filter.patterns {
        query = query.filter(micro_credentials::search_text.like(pattern));
    }
    query
}

/// Where a row stands in its list.
fn place(row: &MicroCredential, sort: Sort) -> Place {
    let fields = &row.fields;
    let key = match sort.key {
        "updatedAt" => time_key(row.updated_at),
        "title" => Some(fields.title.clone()),
        "programCode" => Some(fields.program_code.clone()),
        "credits" => fields.credits.map(|credits| credits.to_string()),
        "publishedAt" => row.published_at.and_then(time_key),
        _created_at => time_key(row.created_at),
    };
    Place {
        key,
        id: row.id.uuid(),
    }
}
