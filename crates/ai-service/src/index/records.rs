//! What is on record beside the offers: institutions, and recognitions as precedents.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use domain::id::{InstitutionId, MicroCredentialId, RecognitionId};
use domain::institution::Institution;
use domain::recognition::Recognition;

/// Institutions and recognitions as the feed tells them.
#[derive(Default)]
pub(crate) struct Records {
    institutions: HashMap<InstitutionId, Arc<Institution>>,
    // In the order of their ids, so that every report lists them alike.
    recognitions: BTreeMap<RecognitionId, Arc<Recognition>>,
}

impl Records {
    /// Records an institution, unless a newer version is known.
    pub(crate) fn put_institution(&mut self, institution: Institution) {
        let known = self.institutions.get(&institution.id);
        if known.is_none_or(|known| known.version <= institution.version) {
            self.institutions
                .insert(institution.id, Arc::new(institution));
        }
    }

    /// Records a recognition, unless a newer version is known.
    pub(crate) fn put_recognition(&mut self, recognition: Recognition) {
        let known = self.recognitions.get(&recognition.id);
        if known.is_none_or(|known| known.version <= recognition.version) {
            self.recognitions
                .insert(recognition.id, Arc::new(recognition));
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

    /// Forgets what is not named.
    pub(crate) fn retain(
        &mut self,
        institutions: &HashSet<InstitutionId>,
        recognitions: &HashSet<RecognitionId>,
    ) {
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
}
