//! Loads a file of micro-credentials: all of it or nothing.

use domain::Failure;
use domain::id::InstitutionId;
use domain::policy::{Action, permits};
use domain::vocabulary::{AuditAction, EntityType};
use protocol::Caller;
use serde_json::{Value, json};

use crate::import::{ImportReport, OwnFile, OwnOptions, load_own};
use crate::store::Transaction;
use crate::usecase::authority;
use crate::usecase::record::{Announced, Change, record};

/// Insists that the caller may import, and says for whom: rows that name no institution are of the one in the answer.
///
/// # Errors
/// `AUTHORIZATION_ERROR` for another institution than the caller's own.
pub(crate) fn admit(caller: &Caller, options: OwnOptions) -> Result<OwnOptions, Failure> {
    let own = caller.principal.institution_id();
    let institution_id = options.institution_id.or(own);
    caller.authorize(Action::ImportCredentials, institution_id)?;
    Ok(OwnOptions {
        institution_id,
        ..options
    })
}

/// Loads a file that was read. The caller of this function takes the transaction back when the report has problems.
pub(crate) async fn import(
    transaction: &mut Transaction,
    caller: &Caller,
    options: OwnOptions,
    file: OwnFile,
) -> Result<ImportReport, Failure> {
    let author = authority::confirm(transaction, caller).await?;
    let within = if permits(&caller.principal, Action::ImportCredentials, None) {
        None
    } else {
        caller.principal.institution_id()
    };
    let (report, counts) =
        Box::pin(load_own(transaction, author.clone(), options, within, file)).await?;
    if report.problem_count == 0 && !options.dry_run {
        let changes = counts.into_iter().map(|(institution, counts)| {
            let after = json!({
                "format": options.format.as_str(),
                "mode": options.mode.as_str(),
                "created": counts.created,
                "updated": counts.updated,
                "unchanged": counts.unchanged,
            });
            summary(institution, AuditAction::Import, after)
        });
        record(transaction, &author, changes.collect(), crate::clock::now()).await?;
    }
    Ok(report)
}

/// An entry about many micro-credentials of an institution.
fn summary(institution: InstitutionId, action: AuditAction, after: Value) -> Change {
    Change {
        entity_type: EntityType::Institution,
        entity_id: institution.uuid(),
        action,
        institution_id: Some(institution),
        counterpart_institution_id: None,
        before: Value::Null,
        after,
        announced: Announced::Nothing,
    }
}
