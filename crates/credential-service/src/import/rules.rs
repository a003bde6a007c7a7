//! What an import may do, and what it makes of one micro-credential of the file.

use std::collections::BTreeMap;

use domain::id::InstitutionId;
use domain::institution::InstitutionDraft;
use domain::micro_credential::{MicroCredential, MicroCredentialDraft};
use domain::vocabulary::ImportMode;
use domain::workflow::CredentialStatus;

use super::catalogue::Entry;
use super::mapping::{Mapping, NewInstitution};
use crate::store::micro_credentials::owner;
use crate::usecase::view;

/// An institution on record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    /// Its identifier.
    pub(super) id: InstitutionId,
    /// False once withdrawn.
    pub(super) is_active: bool,
}

/// What an import may do.
#[derive(Debug)]
pub(super) struct Rules {
    /// What the columns mean; `None` for files whose fields have the names of the interface.
    pub(super) mapping: Option<Mapping>,
    /// Judges and counts, and writes nothing.
    pub(super) dry_run: bool,
    /// Leaves bad rows out.
    pub(super) skip_invalid: bool,
    /// Waits for another import of the same institution instead of being refused.
    pub(super) waits: bool,
    /// Where new micro-credentials stand.
    pub(super) status: CredentialStatus,
    /// What is done with program codes.
    pub(super) mode: ImportMode,
    /// The only institution that may be written for.
    pub(super) within: Option<InstitutionId>,
    /// Whether a person imports: what is published keeps a core outcome then.
    pub(super) by_person: bool,
}

impl Rules {
    /// The column to blame for a field.
    pub(super) fn blame(&self, field: &str) -> String {
        match &self.mapping {
            Some(mapping) => mapping.blame(field),
            None if field == "institution.code" => "institutionId".to_owned(),
            None => field.to_owned(),
        }
    }

    fn described(&self) -> Option<&BTreeMap<String, NewInstitution>> {
        self.mapping.as_ref().map(|it| &it.institution.new)
    }

    /// An institution that the mapping describes.
    pub(super) fn new_institution(&self, code: &str) -> Option<InstitutionDraft> {
        Some(self.described()?.get(code)?.draft(code))
    }

    /// Why a micro-credential of the file cannot be written: the field and the reason.
    pub(super) fn refusal(
        &self,
        entry: &Entry,
        institution: Option<Known>,
        known: Option<&MicroCredential>,
    ) -> Option<(&'static str, String)> {
        let Some(institution) = institution else {
            return self.refusal_of_new(entry, known);
        };
        if self.within.is_some_and(|own| own != institution.id) {
            let reason = "is not your institution; you import for your own only";
            return Some(("institution.code", reason.to_owned()));
        }
        let Some(known) = known else {
            if self.mode == ImportMode::Update {
                return Some(("programCode", "is not on record".to_owned()));
            }
            let reason = "must name an active institution".to_owned();
            return (!institution.is_active).then_some(("institution.code", reason));
        };
        if owner(known) != institution.id {
            return Some(("programCode", self.belongs_elsewhere(known)));
        }
        if self.mode == ImportMode::Create {
            return Some(("programCode", "is already on record".to_owned()));
        }
        if !known.status.is_editable() {
            let reason = "is archived and cannot be changed".to_owned();
            return Some(("programCode", reason));
        }
        if self.status == CredentialStatus::Published && !institution.is_active {
            let reason = "must name an active institution".to_owned();
            return Some(("institution.code", reason));
        }
        let loses_core = self.by_person
            && known.status == CredentialStatus::Published
            && self
                .changed(entry, known)
                .is_some_and(|draft| !draft.outcomes.iter().any(|outcome| outcome.is_core));
        loses_core.then(|| {
            let reason = "a published micro-credential needs at least one core learning outcome";
            ("outcomes", reason.to_owned())
        })
    }

    fn refusal_of_new(
        &self,
        entry: &Entry,
        known: Option<&MicroCredential>,
    ) -> Option<(&'static str, String)> {
        let code = entry.owner.code.as_deref().unwrap_or_default();
        let Some(new) = self.new_institution(code) else {
            let reason = match &self.mapping {
                Some(mapping) if !mapping.own => {
                    format!(
                        "the institution `{code}` is neither on record nor in [institution.new]"
                    )
                }
                Some(_) | None => "there is no such institution".to_owned(),
            };
            return Some(("institution.code", reason));
        };
        if let Err(failure) = new.validate() {
            let reason = format!("[institution.new.{code}]: {}", failure.message);
            return Some(("institution.code", reason));
        }
        known.map(|known| ("programCode", self.belongs_elsewhere(known)))
    }

    /// Who has a program code is for operators and platform administrators to know.
    fn belongs_elsewhere(&self, known: &MicroCredential) -> String {
        if self.within.is_some() {
            "belongs to another institution".to_owned()
        } else {
            format!("belongs to the institution `{}`", known.institution.code)
        }
    }

    /// Where a micro-credential on record stands afterwards: what is public stays public.
    pub(super) fn status_after(&self, known: &MicroCredential) -> CredentialStatus {
        if self.status == CredentialStatus::Published {
            self.status
        } else {
            known.status
        }
    }

    /// What a micro-credential on record becomes; `None` when it already is as the file says.
    pub(super) fn changed(
        &self,
        entry: &Entry,
        known: &MicroCredential,
    ) -> Option<MicroCredentialDraft> {
        let mut draft = entry.draft.clone();
        let on_record = view::whole(known);
        // What the file does not speak of stays as people wrote it.
        if let Some(mapping) = &self.mapping {
            if mapping.own {
                mapping.fields.keep(&mut draft, &on_record);
            }
            if mapping.outcome.is_none() {
                draft.outcomes.clone_from(&on_record.outcomes);
            }
            if mapping.prerequisite.is_none() {
                draft.prerequisites.clone_from(&on_record.prerequisites);
            }
        }
        (on_record != draft || self.status_after(known) != known.status).then_some(draft)
    }
}
