//! Lists of pathways: what the caller may see is part of the SQL.

use diesel::prelude::*;
use diesel::sql_types::Numeric;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::id::{InstitutionId, MicroCredentialId};
use domain::page::{Page, PageRequest, Place, Sort, time_key};
use domain::pathway::Pathway;
use domain::vocabulary::PathwayType;
use domain::workflow::PathwayStatus;

use super::super::error::StoreError;
use super::super::in_order;
use super::super::keyset::{after, or_last};
use super::super::measure::total;
use super::super::micro_credentials::Visibility;
use super::super::schema::pathways;
use super::{TABLE, find_many};

/// Keys that a list can be sorted by.
pub(crate) const SORTABLE: &[&str] = &["createdAt", "updatedAt", "name", "transferCredits"];
/// Order when nobody asks for one.
pub(crate) const DEFAULT_SORT: Sort = Sort {
    key: "createdAt",
    descending: true,
};

/// Filters of a list.
#[derive(Debug, Default)]
pub(crate) struct PathwayFilter {
    /// Only from this institution.
    pub(crate) source_institution_id: Option<InstitutionId>,
    /// Only to this institution.
    pub(crate) target_institution_id: Option<InstitutionId>,
    /// Only from this micro-credential.
    pub(crate) micro_credential_id: Option<MicroCredentialId>,
    /// Only this kind.
    pub(crate) pathway_type: Option<PathwayType>,
    /// Only this status.
    pub(crate) status: Option<PathwayStatus>,
    /// Only suggested by a model, or only by people.
    pub(crate) is_ai_suggested: Option<bool>,
}

/// Reads one page of what somebody may see.
pub(crate) async fn list(
    conn: &mut AsyncPgConnection,
    visibility: Visibility,
    filter: &PathwayFilter,
    page: &PageRequest,
) -> Result<Page<Pathway>, StoreError> {
    let count = async {
        let query = filtered(visibility, filter).count();
        query.get_result(conn).await
    };
    let total = total(page, TABLE, count).await?;
    let query = filtered(visibility, filter).select(pathways::id);
    let query = after!(query, "pathways", page);
    let down = page.sort.descending;
    let query = match page.sort.key {
        "updatedAt" => ordered!(query, pathways::updated_at, down),
        "name" => ordered!(query, pathways::name, down),
        "transferCredits" => ordered!(query, or_last!(Numeric, "pathways", page), down),
        _created_at => ordered!(query, pathways::created_at, down),
    };
    let ids = page_of_ids!(query, pathways::id, TABLE, page, conn);
    let rows = find_many(conn, &ids).await?;
    let rows = in_order(rows, &ids, |row| row.id.uuid());
    Ok(Page::walked(rows, page, total, place))
}

/// Keeps of a boxed query what somebody may see.
///
/// Active pathways are public; the others are seen by the institutions that they join, by the target once they
/// are put to it, as `usecase::pathway::is_put_to_target` has it.
macro_rules! seen_by {
    ($visibility:expr, $query:expr) => {{
        let query = $query;
        match $visibility {
            Visibility::Public => query.filter(pathways::status.eq("ACTIVE")),
            Visibility::Institution(own) => query.filter(
                pathways::status
                    .eq("ACTIVE")
                    .or(pathways::source_institution_id.eq(own.uuid()))
                    .or(pathways::target_institution_id
                        .eq(own.uuid())
                        .and(pathways::status.ne("DRAFT"))
                        .and(
                            pathways::status
                                .ne("ARCHIVED")
                                .or(pathways::approved_at.is_not_null()),
                        )),
            ),
            Visibility::All => query,
        }
    }};
}
pub(super) use seen_by;

fn filtered(
    visibility: Visibility,
    filter: &PathwayFilter,
) -> pathways::BoxedQuery<'static, diesel::pg::Pg> {
    let mut query = seen_by!(visibility, pathways::table.into_boxed());
    if let Some(id) = filter.source_institution_id {
        query = query.filter(pathways::source_institution_id.eq(id.uuid()));
    }
    if let Some(id) = filter.target_institution_id {
        query = query.filter(pathways::target_institution_id.eq(id.uuid()));
    }
    if let Some(id) = filter.micro_credential_id {
        query = query.filter(pathways::micro_credential_id.eq(id.uuid()));
    }
    if let Some(kind) = filter.pathway_type {
        query = query.filter(pathways::pathway_type.eq(kind.as_str()));
    }
    if let Some(status) = filter.status {
        query = query.filter(pathways::status.eq(status.as_str()));
    }
    if let Some(suggested) = filter.is_ai_suggested {
        query = query.filter(pathways::is_ai_suggested.eq(suggested));
    }
    query
}

/// Where a row stands in its list.
fn place(row: &Pathway, sort: Sort) -> Place {
    let key = match sort.key {
        "updatedAt" => time_key(row.updated_at),
        "name" => Some(row.fields.name.clone()),
        "transferCredits" => row.fields.transfer_credits.map(|it| it.to_string()),
        _created_at => time_key(row.created_at),
    };
    Place {
        key,
        id: row.id.uuid(),
    }
}
