//! What is on record beside the offers: institutions, recognitions and pathways as precedents.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use domain::id::{InstitutionId, MicroCredentialId, PathwayId, RecognitionId};
use domain::institution::Institution;
use domain::pathway::Pathway;
use domain::recognition::Recognition;
use domain::workflow::PathwayStatus;
use serde::Serialize;
use uuid::Uuid;

use super::Holds;

/// Institutions, recognitions and pathways as the feed tells them.
#[derive(Default)]
pub(crate) struct Records {
    institutions: HashMap<InstitutionId, Arc<Institution>>,
    // In the order of their ids, so that every report lists them alike.
    recognitions: BTreeMap<RecognitionId, Arc<Recognition>>,
    pathways: BTreeMap<PathwayId, Arc<Pathway>>,
}

/// What an institution has decided about an offer of another one: a recognition it granted, or a pathway it approved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Decision {
    /// The recognition or the pathway.
    pub(crate) id: Uuid,
    pub(crate) version: i64,
    /// The offer.
    #[serde(skip)]
    pub(crate) offer: MicroCredentialId,
    /// Who offers it.
    #[serde(skip)]
    pub(crate) offering: InstitutionId,
    /// Who decided.
    #[serde(skip)]
    pub(crate) by: InstitutionId,
    /// Whether it still holds.
    pub(crate) stands: bool,
}

impl Decision {
    fn of_recognition(recognition: &Recognition) -> Self {
        Self {
            id: recognition.id.uuid(),
            version: recognition.version,
            offer: recognition.fields.micro_credential_id,
            offering: recognition.offering_institution.id,
            by: recognition.fields.recognizing_institution_id,
            stands: recognition.is_active,
        }
    }

    /// Drafts are wishes and what waits for review is a request: neither is a decision. One that is not open yet is between
    /// its institutions, and what is told here everybody hears.
    fn of_pathway(pathway: &Pathway) -> Option<Self> {
        let stands = match pathway.status {
            PathwayStatus::Draft | PathwayStatus::UnderReview | PathwayStatus::Approved => {
                return None;
            }
            PathwayStatus::Active => true,
            PathwayStatus::Suspended => false,
            PathwayStatus::Archived if pathway.approved_at.is_some() => false,
            PathwayStatus::Archived => return None,
        };
        Some(Self {
            id: pathway.id.uuid(),
            version: pathway.version,
            offer: pathway.fields.micro_credential_id,
            offering: pathway.fields.source_institution_id,
            by: pathway.fields.target_institution_id,
            stands: stands && pathway.is_active,
        })
    }
}

impl Records {
    /// Records an institution; true when it had another name or code before.
    pub(crate) fn put_institution(&mut self, institution: Institution, holds: Holds) -> bool {
        let known = self.institutions.get(&institution.id);
        if known.is_some_and(|known| holds.keeps(known.version, institution.version)) {
            return false;
        }
        let renamed = known.is_some_and(|known| {
            known.fields.name != institution.fields.name
                || known.fields.code != institution.fields.code
        });
        self.institutions
            .insert(institution.id, Arc::new(institution));
        renamed
    }

    /// Records a recognition.
    pub(crate) fn put_recognition(&mut self, recognition: Recognition, holds: Holds) {
        let known = self.recognitions.get(&recognition.id);
        if known.is_none_or(|known| !holds.keeps(known.version, recognition.version)) {
            self.recognitions
                .insert(recognition.id, Arc::new(recognition));
        }
    }

    /// Records a pathway.
    pub(crate) fn put_pathway(&mut self, pathway: Pathway, holds: Holds) {
        let known = self.pathways.get(&pathway.id);
        if known.is_none_or(|known| !holds.keeps(known.version, pathway.version)) {
            self.pathways.insert(pathway.id, Arc::new(pathway));
        }
    }

    /// Forgets an institution.
    pub(crate) fn remove_institution(&mut self, id: InstitutionId) {
        self.institutions.remove(&id);
    }

    /// Forgets a recognition.
    pub(crate) fn remove_recognition(&mut self, id: RecognitionId) {
        self.recognitions.remove(&id);
    }

    /// Forgets a pathway.
    pub(crate) fn remove_pathway(&mut self, id: PathwayId) {
        self.pathways.remove(&id);
    }

    /// Forgets what is not named.
    pub(crate) fn retain(
        &mut self,
        institutions: &HashSet<InstitutionId>,
        recognitions: &HashSet<RecognitionId>,
        pathways: &HashSet<PathwayId>,
    ) {
        self.pathways.retain(|id, _| pathways.contains(id));
        self.institutions.retain(|id, _| institutions.contains(id));
        self.recognitions.retain(|id, _| recognitions.contains(id));
    }

    /// An institution that is in service.
    pub(crate) fn institution(&self, id: InstitutionId) -> Option<Arc<Institution>> {
        self.institutions
            .get(&id)
            .filter(|institution| institution.is_active)
            .map(Arc::clone)
    }

    /// Institutions that have not been withdrawn.
    pub(crate) fn acting_institutions(&self) -> HashSet<InstitutionId> {
        let acting = self.institutions.values().filter(|it| it.is_active);
        acting.map(|institution| institution.id).collect()
    }

    /// Recognitions that `by` granted for offers of `of`, and those anybody granted for the offer itself.
    pub(crate) fn precedents(
        &self,
        of: InstitutionId,
        by: InstitutionId,
        offer: MicroCredentialId,
    ) -> Vec<Arc<Recognition>> {
        self.recognitions
            .values()
            .filter(|recognition| {
                let fields = &recognition.fields;
                fields.micro_credential_id == offer
                    || (recognition.offering_institution.id == of
                        && fields.recognizing_institution_id == by)
            })
            .map(Arc::clone)
            .collect()
    }

    /// Decisions about these offers by anybody, and about any offer of `of`; recognitions first, in the order of their ids.
    pub(crate) fn decisions(
        &self,
        of: InstitutionId,
        offers: &HashSet<MicroCredentialId>,
    ) -> Vec<Decision> {
        let recognitions = self.recognitions.values();
        let pathways = self.pathways.values();
        recognitions
            .map(|recognition| Decision::of_recognition(recognition))
            .chain(pathways.filter_map(|pathway| Decision::of_pathway(pathway)))
            .filter(|decision| decision.offering == of || offers.contains(&decision.offer))
            .collect()
    }

    /// Pathways that begin at an offer and are not withdrawn, whatever their status, in the order of their ids.
    pub(crate) fn pathways_from(&self, offer: MicroCredentialId) -> Vec<Arc<Pathway>> {
        self.pathways
            .values()
            .filter(|pathway| {
                pathway.fields.micro_credential_id == offer
                    && pathway.is_active
                    && pathway.status != PathwayStatus::Archived
            })
            .map(Arc::clone)
            .collect()
    }

    /// Recognitions of an offer by an institution that are not withdrawn, in the order of their ids.
    pub(crate) fn recognitions_of(
        &self,
        offer: MicroCredentialId,
        by: InstitutionId,
    ) -> Vec<Arc<Recognition>> {
        self.recognitions
            .values()
            .filter(|recognition| {
                recognition.fields.micro_credential_id == offer
                    && recognition.fields.recognizing_institution_id == by
                    && recognition.is_active
            })
            .map(Arc::clone)
            .collect()
    }
}
