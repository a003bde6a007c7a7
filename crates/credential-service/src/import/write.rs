//! The catalogue against what is on record, in one transaction.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use domain::Failure;
use domain::id::{InstitutionId, MicroCredentialId};
use domain::micro_credential::MicroCredential;
use domain::vocabulary::{AuditAction, EntityType};
use domain::workflow::CredentialStatus;
use serde_json::Value;

use super::catalogue::{Catalogue, Entry};
use super::mapping::Mapping;
use super::read::problem;
use super::report::ImportReport;
use crate::store::micro_credentials::{self, NewCredential, owner};
use crate::store::{StoreError, institutions};
use crate::usecase::institution::create::created;
use crate::usecase::record::{Announced, Author, Change, record};
use crate::usecase::view;

/// Micro-credentials that are looked up or written at once.
const CHUNK: usize = 500;
/// Two imports at once would each find the other's rows missing; the number is arbitrary and ours.
const LOCK: &str = "SELECT pg_advisory_xact_lock(7217402)";

/// What is on record of the catalogue.
#[derive(Debug, Default)]
pub(super) struct OnRecord {
    institutions: HashMap<String, InstitutionId>,
    credentials: HashMap<String, MicroCredential>,
}

/// Looks up what is on record and locks it, so that nobody edits what is about to be replaced; entries that cannot be written become problems.
pub(super) async fn look_up(
    conn: &mut AsyncPgConnection,
    catalogue: &mut Catalogue,
    mapping: &Mapping,
) -> Result<OnRecord, Failure> {
    conn.batch_execute(LOCK).await.map_err(StoreError::from)?;
    let codes: BTreeSet<&str> = catalogue
        .entries
        .iter()
        .map(|entry| entry.institution.as_str())
        .collect();
    let codes: Vec<String> = codes.into_iter().map(ToOwned::to_owned).collect();
    let mut found = OnRecord::default();
    for institution in institutions::find_by_codes(conn, &codes).await? {
        found
            .institutions
            .insert(institution.fields.code.clone(), institution.id);
    }
    for chunk in catalogue.entries.chunks(CHUNK) {
        let codes: Vec<String> = chunk
            .iter()
            .map(|entry| entry.draft.program_code.clone())
            .collect();
        for credential in micro_credentials::lock_by_program_codes(conn, &codes).await? {
            let code = credential.fields.program_code.clone();
            found.credentials.insert(code, credential);
        }
    }
    judge(catalogue, mapping, &found);
    Ok(found)
}

fn judge(catalogue: &mut Catalogue, mapping: &Mapping, found: &OnRecord) {
    let mut problems = Vec::new();
    catalogue.entries.retain(|entry| {
        let refusal = refusal(entry, mapping, found);
        if let Some((field, reason)) = &refusal {
            let column = mapping.blame(field);
            problems.extend(
                entry
                    .lines
                    .iter()
                    .map(|line| problem(*line, column.clone(), reason.clone())),
            );
        }
        refusal.is_none()
    });
    catalogue.problems.extend(problems);
}

fn refusal(entry: &Entry, mapping: &Mapping, found: &OnRecord) -> Option<(&'static str, String)> {
    let code = &entry.institution;
    let on_record = found.institutions.get(code);
    if on_record.is_none() {
        let Some(new) = mapping.institution.new.get(code) else {
            return Some((
                "institution.code",
                format!("the institution `{code}` is neither on record nor in [institution.new]"),
            ));
        };
        if let Err(failure) = new.draft(code).validate() {
            return Some((
                "institution.code",
                format!("[institution.new.{code}]: {}", failure.message),
            ));
        }
    }
    let known = found.credentials.get(&entry.draft.program_code)?;
    if on_record != Some(&owner(known)) {
        return Some((
            "programCode",
            format!("belongs to the institution `{}`", known.institution.code),
        ));
    }
    (!known.status.is_editable()).then(|| {
        (
            "programCode",
            "is archived and cannot be changed".to_owned(),
        )
    })
}

/// Writes a catalogue.
#[derive(Debug)]
pub(super) struct Writer<'mapping> {
    mapping: &'mapping Mapping,
    found: OnRecord,
    author: Author,
    now: DateTime<Utc>,
    status: CredentialStatus,
}

impl<'mapping> Writer<'mapping> {
    pub(super) fn new(mapping: &'mapping Mapping, found: OnRecord) -> Self {
        Self {
            mapping,
            found,
            author: Author::operator("import"),
            now: crate::clock::now(),
            status: mapping.status.into(),
        }
    }

    /// Writes what differs from the record, and counts.
    pub(super) async fn write(
        mut self,
        conn: &mut AsyncPgConnection,
        catalogue: Catalogue,
        report: &mut ImportReport,
        progress: &mut (impl FnMut(u64, u64) + Send),
    ) -> Result<(), Failure> {
        self.write_institutions(conn, &catalogue, report).await?;
        let total = u64::try_from(catalogue.entries.len()).unwrap_or(u64::MAX);
        let mut done = 0_u64;
        for chunk in catalogue.entries.chunks(CHUNK) {
            let mut fresh = Vec::new();
            let mut changes = Vec::new();
            for entry in chunk {
                let outcomes = u64::try_from(entry.draft.outcomes.len()).unwrap_or(0);
                report.outcomes += outcomes;
                match self.found.credentials.remove(&entry.draft.program_code) {
                    None => fresh.push(entry),
                    Some(known) => match self.update(conn, &known, entry).await? {
                        Some(change) => {
                            changes.push(change);
                            report.credentials_updated += 1;
                        }
                        None => report.credentials_unchanged += 1,
                    },
                }
            }
            report.credentials_created += u64::try_from(fresh.len()).unwrap_or(0);
            changes.extend(self.create(conn, &fresh).await?);
            record(conn, &self.author, changes, self.now).await?;
            done += u64::try_from(chunk.len()).unwrap_or(0);
            progress(done, total);
        }
        Ok(())
    }

    async fn write_institutions(
        &mut self,
        conn: &mut AsyncPgConnection,
        catalogue: &Catalogue,
        report: &mut ImportReport,
    ) -> Result<(), Failure> {
        let codes: BTreeSet<&String> = catalogue
            .entries
            .iter()
            .map(|entry| &entry.institution)
            .collect();
        for code in codes {
            let new = self.mapping.institution.new.get(code);
            let (false, Some(new)) = (self.found.institutions.contains_key(code), new) else {
                continue;
            };
            let made =
                institutions::insert(conn, InstitutionId::generate(), &new.draft(code)).await?;
            record(conn, &self.author, vec![created(&made)?], self.now).await?;
            self.found.institutions.insert(code.clone(), made.id);
            report.institutions_created += 1;
        }
        Ok(())
    }

    async fn create(
        &self,
        conn: &mut AsyncPgConnection,
        entries: &[&Entry],
    ) -> Result<Vec<Change>, Failure> {
        let published_at = (self.status == CredentialStatus::Published).then_some(self.now);
        let mut rows = Vec::with_capacity(entries.len());
        let mut changes = Vec::with_capacity(entries.len());
        for entry in entries {
            let institution_id = self.institution_of(entry)?;
            let id = MicroCredentialId::generate();
            rows.push(NewCredential {
                id,
                institution_id,
                draft: &entry.draft,
                status: self.status,
                published_at,
            });
            changes.push(Change {
                entity_type: EntityType::MicroCredential,
                entity_id: id.uuid(),
                action: AuditAction::Create,
                institution_id: Some(institution_id),
                before: Value::Null,
                after: view::new_micro_credential(&entry.draft, self.status)?,
                announced: Announced::Created("credential.created"),
            });
        }
        micro_credentials::insert_many(conn, &rows).await?;
        Ok(changes)
    }

    async fn update(
        &self,
        conn: &mut AsyncPgConnection,
        known: &MicroCredential,
        entry: &Entry,
    ) -> Result<Option<Change>, Failure> {
        let mut draft = entry.draft.clone();
        // A file knows nothing of prerequisites, and one of whole rows nothing of outcomes: what people added stays.
        let on_record = view::whole(known);
        draft.prerequisites.clone_from(&on_record.prerequisites);
        if self.mapping.outcome.is_none() {
            draft.outcomes.clone_from(&on_record.outcomes);
        }
        let publish = self.status == CredentialStatus::Published
            && known.status != CredentialStatus::Published;
        if on_record == draft && !publish {
            return Ok(None);
        }
        let status = if publish { self.status } else { known.status };
        if on_record != draft {
            micro_credentials::replace(conn, known.id, &draft, self.now).await?;
        }
        if publish {
            let published_at = known.published_at.or(Some(self.now));
            micro_credentials::set_status(conn, known.id, status, published_at, self.now).await?;
        }
        Ok(Some(Change {
            entity_type: EntityType::MicroCredential,
            entity_id: known.id.uuid(),
            action: AuditAction::Update,
            institution_id: Some(owner(known)),
            before: view::micro_credential(known)?,
            after: view::new_micro_credential(&draft, status)?,
            announced: Announced::Updated("credential.updated"),
        }))
    }

    fn institution_of(&self, entry: &Entry) -> Result<InstitutionId, Failure> {
        self.found
            .institutions
            .get(&entry.institution)
            .copied()
            .ok_or_else(|| Failure::not_found("institution"))
    }
}
