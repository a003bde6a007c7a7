//! Figures of one institution.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::id::InstitutionId;
use domain::institution::InstitutionStats;

use super::super::error::StoreError;
use super::super::measure::{Operation, measured};
use super::super::schema::{micro_credentials, pathways, recognitions};

/// Counts what one institution takes part in.
pub(crate) async fn stats(
    conn: &mut AsyncPgConnection,
    id: InstitutionId,
) -> Result<InstitutionStats, StoreError> {
    let id = id.uuid();
    let published = micro_credentials::table
        .filter(micro_credentials::institution_id.eq(id))
        .filter(micro_credentials::status.eq("PUBLISHED"))
        .count()
        .get_result::<i64>(conn);
    let published = measured(Operation::Select, "micro_credentials", published).await?;
    let joined = pathways::table
        .filter(
            pathways::source_institution_id
                .eq(id)
                .or(pathways::target_institution_id.eq(id)),
        )
        .filter(pathways::status.eq("ACTIVE"))
        .count()
        .get_result::<i64>(conn);
    let joined = measured(Operation::Select, "pathways", joined).await?;
    let today = diesel::dsl::sql::<diesel::sql_types::Date>("current_date");
    let granted = recognitions::table
        .filter(recognitions::recognizing_institution_id.eq(id))
        .filter(recognitions::is_active)
        .filter(recognitions::effective_date.le(today.clone()))
        .filter(
            recognitions::expiry_date
                .is_null()
                .or(recognitions::expiry_date.ge(today.nullable())),
        )
        .count()
        .get_result::<i64>(conn);
    let granted = measured(Operation::Select, "recognitions", granted).await?;
    let count = |number: i64| u64::try_from(number).unwrap_or(0);
    Ok(InstitutionStats {
        micro_credentials_count: count(published),
        pathways_count: count(joined),
        recognitions_provided: count(granted),
    })
}
