//! The catalogue of a file against what is on record: judged and written chunk by chunk, in one transaction.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use domain::id::{InstitutionId, MicroCredentialId};
use domain::micro_credential::{MicroCredential, MicroCredentialDraft};
use domain::vocabulary::{AuditAction, EntityType};
use domain::workflow::CredentialStatus;
use domain::{ErrorCode, Failure};
use serde_json::Value;

use super::catalogue::{Catalogue, Entry};
use super::read::{Owner, problem};
use super::report::{ImportReport, Problems};
use super::rules::{Known, Rules};
use crate::store::institutions;
use crate::store::micro_credentials::{self, NewCredential, Replacement, owner};
use crate::usecase::institution::create::created;
use crate::usecase::micro_credential::code_taken;
use crate::usecase::record::{Announced, Author, Change, record};
use crate::usecase::view;

/// Micro-credentials that are looked up or written at once.
const CHUNK: usize = 500;

/// What is done with one micro-credential of the file.
enum Step<'entry> {
    Create(&'entry Entry, InstitutionId),
    Replace(Box<(MicroCredential, MicroCredentialDraft)>),
    Nothing,
}

/// What came of one institution's part of a file.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    /// Recorded.
    pub(crate) created: u64,
    /// Changed.
    pub(crate) updated: u64,
    /// Standing as the file says.
    pub(crate) unchanged: u64,
}

/// Loads a catalogue.
#[derive(Debug)]
pub(super) struct Loader<'rules> {
    rules: &'rules Rules,
    author: Author,
    now: DateTime<Utc>,
    institutions: HashMap<Owner, Known>,
    counts: BTreeMap<InstitutionId, Counts>,
}

impl<'rules> Loader<'rules> {
    pub(super) fn new(rules: &'rules Rules, author: Author) -> Self {
        Self {
            rules,
            author,
            now: crate::clock::now(),
            institutions: HashMap::new(),
            counts: BTreeMap::new(),
        }
    }

    /// Judges everything and writes what differs from the record, unless a row is bad.
    ///
    /// # Errors
    /// `CONFLICT` while another import for one of the institutions is under way.
    pub(super) async fn load(
        mut self,
        conn: &mut AsyncPgConnection,
        catalogue: Catalogue,
        report: &mut ImportReport,
        progress: &mut (impl FnMut(u64, u64) + Send),
    ) -> Result<BTreeMap<InstitutionId, Counts>, Failure> {
        let Catalogue {
            entries,
            mut problems,
        } = catalogue;
        self.find_institutions(conn, &entries).await?;
        let total = u64::try_from(entries.len()).unwrap_or(u64::MAX);
        let mut done = 0_u64;
        for chunk in entries.chunks(CHUNK) {
            let steps = self.judge(conn, chunk, report, &mut problems).await?;
            let writes = problems.is_empty() || self.rules.skip_invalid;
            if writes && !self.rules.dry_run {
                self.write(conn, steps).await?;
            }
            done += u64::try_from(chunk.len()).unwrap_or(0);
            progress(done, total);
        }
        report.note(problems);
        Ok(self.counts)
    }

    /// Looks up the institutions of the file, keeps other imports out, and keeps them from being withdrawn.
    async fn find_institutions(
        &mut self,
        conn: &mut AsyncPgConnection,
        entries: &[Entry],
    ) -> Result<(), Failure> {
        let owners: BTreeSet<&Owner> = entries.iter().map(|entry| &entry.owner).collect();
        let codes: BTreeSet<&str> = owners.iter().filter_map(|it| it.code.as_deref()).collect();
        let codes: Vec<String> = codes.into_iter().map(ToOwned::to_owned).collect();
        let ids: BTreeSet<_> = owners.iter().filter_map(|it| it.id).collect();
        let ids: Vec<_> = ids.into_iter().map(InstitutionId::uuid).collect();
        let mut found = institutions::find_by_codes(conn, &codes).await?;
        found.extend(institutions::find_many(conn, &ids).await?);
        if !self.rules.dry_run {
            let mut locked: BTreeSet<&str> =
                found.iter().map(|it| it.fields.code.as_str()).collect();
            locked.extend(codes.iter().map(String::as_str));
            let locked: Vec<&str> = locked.into_iter().collect();
            if !institutions::lock_imports(conn, &locked, self.rules.waits).await? {
                return Err(Failure::new(
                    ErrorCode::Conflict,
                    "another import for the institution is under way; try again once it has ended",
                ));
            }
            let ids: BTreeSet<_> = found.iter().map(|it| it.id.uuid()).collect();
            let ids: Vec<_> = ids.into_iter().collect();
            found = institutions::share_many(conn, &ids).await?;
        }
        for owner in owners {
            let named = |it: &&domain::institution::Institution| {
                owner.id.is_none_or(|id| it.id == id)
                    && owner
                        .code
                        .as_ref()
                        .is_none_or(|code| it.fields.code == *code)
            };
            if let Some(institution) = found.iter().find(named) {
                let known = Known {
                    id: institution.id,
                    is_active: institution.is_active,
                };
                self.institutions.insert(owner.clone(), known);
            }
        }
        Ok(())
    }

    async fn judge<'entry>(
        &mut self,
        conn: &mut AsyncPgConnection,
        chunk: &'entry [Entry],
        report: &mut ImportReport,
        problems: &mut Problems,
    ) -> Result<Vec<Step<'entry>>, Failure> {
        let codes: Vec<String> = chunk
            .iter()
            .map(|entry| entry.draft.program_code.clone())
            .collect();
        let found = if self.rules.dry_run {
            micro_credentials::find_by_program_codes(conn, &codes).await?
        } else {
            micro_credentials::lock_by_program_codes(conn, &codes).await?
        };
        let mut found: HashMap<String, MicroCredential> = found
            .into_iter()
            .map(|credential| (credential.fields.program_code.clone(), credential))
            .collect();
        let mut steps = Vec::with_capacity(chunk.len());
        for entry in chunk {
            let known = found.remove(&entry.draft.program_code);
            let institution = self.institutions.get(&entry.owner).copied();
            if let Some((field, reason)) = self.rules.refusal(entry, institution, known.as_ref()) {
                let column = self.rules.blame(field);
                let lines = entry.lines.iter();
                problems.extend(lines.map(|line| problem(*line, column.clone(), reason.clone())));
                continue;
            }
            report.outcomes += u64::try_from(entry.draft.outcomes.len()).unwrap_or(0);
            let institution = match institution {
                Some(institution) => institution.id,
                None => self.new_institution(conn, entry, report).await?,
            };
            let counts = self.counts.entry(institution).or_default();
            let step = match known {
                None => Step::Create(entry, institution),
                Some(known) => match self.rules.changed(entry, &known) {
                    Some(draft) => Step::Replace(Box::new((known, draft))),
                    None => Step::Nothing,
                },
            };
            let (all, own) = match &step {
                Step::Create(..) => (&mut report.credentials_created, &mut counts.created),
                Step::Replace(..) => (&mut report.credentials_updated, &mut counts.updated),
                Step::Nothing => (&mut report.credentials_unchanged, &mut counts.unchanged),
            };
            *all += 1;
            *own += 1;
            steps.push(step);
        }
        Ok(steps)
    }

    /// Records an institution that the mapping describes.
    async fn new_institution(
        &mut self,
        conn: &mut AsyncPgConnection,
        entry: &Entry,
        report: &mut ImportReport,
    ) -> Result<InstitutionId, Failure> {
        let code = entry.owner.code.as_deref().unwrap_or_default();
        let draft = self
            .rules
            .new_institution(code)
            .ok_or_else(|| Failure::not_found("institution"))?;
        let id = InstitutionId::generate();
        if !self.rules.dry_run {
            let made = institutions::insert(conn, id, &draft).await?;
            record(conn, &self.author, vec![created(&made)?], self.now).await?;
        }
        let known = Known {
            id,
            is_active: true,
        };
        self.institutions.insert(entry.owner.clone(), known);
        report.institutions_created += 1;
        Ok(id)
    }

    async fn write(
        &self,
        conn: &mut AsyncPgConnection,
        steps: Vec<Step<'_>>,
    ) -> Result<(), Failure> {
        let status = self.rules.status;
        let published_at = (status == CredentialStatus::Published).then_some(self.now);
        let mut rows = Vec::new();
        let mut replaced = Vec::new();
        let mut changes = Vec::new();
        for step in &steps {
            match step {
                Step::Nothing => {}
                Step::Create(entry, institution_id) => {
                    let id = MicroCredentialId::generate();
                    changes.push(self.creation(id, *institution_id, &entry.draft)?);
                    rows.push(NewCredential {
                        id,
                        institution_id: *institution_id,
                        draft: &entry.draft,
                        status,
                        published_at,
                    });
                }
                Step::Replace(both) => {
                    let (known, draft) = both.as_ref();
                    let status = self.rules.status_after(known);
                    changes.push(replacement(known, draft, status)?);
                    let published_at = if status == CredentialStatus::Published {
                        known.published_at.or(published_at)
                    } else {
                        known.published_at
                    };
                    replaced.push(Replacement {
                        known,
                        draft,
                        status,
                        published_at,
                    });
                }
            }
        }
        micro_credentials::insert_many(conn, &rows)
            .await
            .map_err(code_taken)?;
        micro_credentials::replace_many(conn, &replaced, self.now).await?;
        Ok(record(conn, &self.author, changes, self.now).await?)
    }

    fn creation(
        &self,
        id: MicroCredentialId,
        institution_id: InstitutionId,
        draft: &MicroCredentialDraft,
    ) -> Result<Change, Failure> {
        let event = match self.rules.status {
            CredentialStatus::Published => "credential.published",
            CredentialStatus::Draft
            | CredentialStatus::UnderReview
            | CredentialStatus::Archived => "credential.created",
        };
        Ok(Change {
            entity_type: EntityType::MicroCredential,
            entity_id: id.uuid(),
            action: AuditAction::Create,
            institution_id: Some(institution_id),
            counterpart_institution_id: None,
            before: Value::Null,
            after: view::new_micro_credential(draft, self.rules.status)?,
            announced: Announced::Created(event),
        })
    }
}

fn replacement(
    known: &MicroCredential,
    draft: &MicroCredentialDraft,
    status: CredentialStatus,
) -> Result<Change, Failure> {
    let (action, event) = if status == known.status {
        (AuditAction::Update, "credential.updated")
    } else {
        (AuditAction::Publish, "credential.published")
    };
    Ok(Change {
        entity_type: EntityType::MicroCredential,
        entity_id: known.id.uuid(),
        action,
        institution_id: Some(owner(known)),
        counterpart_institution_id: None,
        before: view::micro_credential(known)?,
        after: view::new_micro_credential(draft, status)?,
        announced: Announced::Updated(event),
    })
}
