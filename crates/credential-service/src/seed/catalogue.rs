//! The demonstration catalogue against what is on record.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use domain::Failure;
use domain::id::{InstitutionId, MicroCredentialId, PathwayId, RecognitionId};
use domain::vocabulary::{AuditAction, EntityType};
use domain::workflow::{CredentialStatus, PathwayStatus};
use serde_json::Value;

use super::{Seeded, file};
use crate::store::micro_credentials::{self, NewCredential};
use crate::store::{StoreError, institutions, pathways, recognitions};
use crate::usecase::record::{Announced, Author, Change, record};
use crate::usecase::{institution, pathway, recognition, view};

/// Two seeds at once would each find the other's rows missing; the number is arbitrary and ours.
const LOCK: &str = "SELECT pg_advisory_xact_lock(7217403)";

type Institutions = HashMap<String, InstitutionId>;
type Credentials = HashMap<String, MicroCredentialId>;

/// Adds what is missing.
pub(super) async fn add_missing(conn: &mut AsyncPgConnection) -> Result<Seeded, Failure> {
    conn.batch_execute(LOCK).await.map_err(StoreError::from)?;
    let now = crate::clock::now();
    let mut changes = Vec::new();
    let (owners, made_institutions) = add_institutions(conn, &mut changes).await?;
    let (credentials, made_credentials) = add_credentials(conn, &owners, now, &mut changes).await?;
    let made_recognitions = add_recognitions(conn, &owners, &credentials, &mut changes).await?;
    let made_pathways = add_pathways(conn, &owners, &credentials, now, &mut changes).await?;
    record(conn, &Author::operator("seed"), changes, now).await?;
    Ok(Seeded {
        institutions: made_institutions,
        credentials: made_credentials,
        recognitions: made_recognitions,
        pathways: made_pathways,
    })
}

async fn add_institutions(
    conn: &mut AsyncPgConnection,
    changes: &mut Vec<Change>,
) -> Result<(Institutions, usize), Failure> {
    let drafts = file::institutions()?;
    let codes: Vec<String> = drafts.iter().map(|draft| draft.code.clone()).collect();
    let mut known: Institutions = institutions::find_by_codes(conn, &codes)
        .await?
        .into_iter()
        .map(|institution| (institution.fields.code, institution.id))
        .collect();
    let mut made = 0;
    for draft in drafts {
        if known.contains_key(&draft.code) {
            continue;
        }
        draft.validate()?;
        let row = institutions::insert(conn, InstitutionId::generate(), &draft).await?;
        changes.push(institution::create::created(&row)?);
        known.insert(draft.code, row.id);
        made += 1;
    }
    Ok((known, made))
}

async fn add_credentials(
    conn: &mut AsyncPgConnection,
    owners: &Institutions,
    now: DateTime<Utc>,
    changes: &mut Vec<Change>,
) -> Result<(Credentials, usize), Failure> {
    let wanted = file::credentials()?;
    let codes: Vec<String> = wanted
        .iter()
        .map(|demo| demo.program_code.clone())
        .collect();
    let mut known: Credentials = micro_credentials::lock_by_program_codes(conn, &codes)
        .await?
        .into_iter()
        .map(|credential| (credential.fields.program_code, credential.id))
        .collect();
    let mut fresh = Vec::new();
    for demo in &wanted {
        if known.contains_key(&demo.program_code) {
            continue;
        }
        let draft = demo.draft();
        draft.validate()?;
        let id = MicroCredentialId::generate();
        known.insert(demo.program_code.clone(), id);
        fresh.push((
            id,
            find(owners, &demo.institution_code)?,
            draft,
            demo.status,
        ));
    }
    let mut rows = Vec::with_capacity(fresh.len());
    for (id, institution_id, draft, status) in &fresh {
        let was_public = match status {
            CredentialStatus::Published | CredentialStatus::Archived => true,
            CredentialStatus::Draft | CredentialStatus::UnderReview => false,
        };
        rows.push(NewCredential {
            id: *id,
            institution_id: *institution_id,
            draft,
            status: *status,
            published_at: was_public.then_some(now),
        });
        changes.push(Change {
            entity_type: EntityType::MicroCredential,
            entity_id: id.uuid(),
            action: AuditAction::Create,
            institution_id: Some(*institution_id),
            counterpart_institution_id: None,
            before: Value::Null,
            after: view::new_micro_credential(draft, *status)?,
            announced: Announced::Created("credential.created"),
        });
    }
    micro_credentials::insert_many(conn, &rows).await?;
    Ok((known, rows.len()))
}

async fn add_recognitions(
    conn: &mut AsyncPgConnection,
    owners: &Institutions,
    credentials: &Credentials,
    changes: &mut Vec<Change>,
) -> Result<usize, Failure> {
    let known: HashSet<_> = recognitions::of_credentials(conn, &ids(credentials))
        .await?
        .into_iter()
        .map(|recognition| key(&recognition.fields))
        .collect();
    let mut offering = HashMap::new();
    for demo in file::credentials()? {
        let owner = find(owners, &demo.institution_code)?;
        offering.insert(demo.program_code, owner);
    }
    let mut made = 0;
    for demo in file::recognitions()? {
        let offering = find(&offering, &demo.program_code)?;
        let credential = find(credentials, &demo.program_code)?;
        let recognizing = find(owners, &demo.recognizing_institution_code)?;
        let draft = demo.draft(credential, recognizing);
        if known.contains(&key(&draft)) {
            continue;
        }
        draft.validate()?;
        let id = RecognitionId::generate();
        recognitions::insert(conn, id, &draft).await?;
        changes.push(recognition::create::created(id, &draft, offering)?);
        made += 1;
    }
    Ok(made)
}

fn key(
    draft: &domain::recognition::RecognitionDraft,
) -> (MicroCredentialId, InstitutionId, &'static str) {
    (
        draft.micro_credential_id,
        draft.recognizing_institution_id,
        draft.recognition_type.as_str(),
    )
}

async fn add_pathways(
    conn: &mut AsyncPgConnection,
    owners: &Institutions,
    credentials: &Credentials,
    now: DateTime<Utc>,
    changes: &mut Vec<Change>,
) -> Result<usize, Failure> {
    let known: HashSet<_> = pathways::of_credentials(conn, &ids(credentials))
        .await?
        .into_iter()
        .map(|pathway| (pathway.fields.micro_credential_id, pathway.fields.name))
        .collect();
    let mut made = 0;
    for demo in file::pathways()? {
        let credential = find(credentials, &demo.program_code)?;
        let source = find(owners, &demo.source_institution_code)?;
        let target = find(owners, &demo.target_institution_code)?;
        let status = demo.status;
        let draft = demo.draft(credential, source, target);
        if known.contains(&(credential, draft.name.clone())) {
            continue;
        }
        draft.validate()?;
        let approved_at = match status {
            PathwayStatus::Approved | PathwayStatus::Active | PathwayStatus::Suspended => Some(now),
            PathwayStatus::Draft | PathwayStatus::UnderReview | PathwayStatus::Archived => None,
        };
        let id = PathwayId::generate();
        pathways::insert(conn, id, &draft, status, approved_at).await?;
        changes.push(pathway::create::created(id, &draft, status)?);
        made += 1;
    }
    Ok(made)
}

fn ids(credentials: &Credentials) -> Vec<uuid::Uuid> {
    credentials.values().map(|id| id.uuid()).collect()
}

fn find<T: Copy>(known: &HashMap<String, T>, code: &str) -> Result<T, Failure> {
    known.get(code).copied().ok_or_else(|| {
        Failure::internal(format!(
            "the demonstration speaks of `{code}`, which it does not have"
        ))
    })
}
