//! The searchable catalogue in memory: documents, vectors and words under one lock each.

pub(crate) mod document;
pub(crate) mod filter;
mod graph;
pub(crate) mod hybrid;
pub(crate) mod lexical;
pub(crate) mod passage;
mod records;
mod slots;
pub(crate) mod topics;
mod vectors;
pub(crate) mod words;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use domain::id::{InstitutionId, MicroCredentialId};
use domain::institution::InstitutionSummary;
use tantivy::TantivyError;

use self::document::Offer;
use self::filter::Filter;
use self::hybrid::{Found, Question};
use self::lexical::Lexical;
pub(crate) use self::records::{Decision, Records};
use self::slots::Slots;
use self::vectors::{Reach, VectorIndex};
use crate::store::embedding::Embedding;

/// Everything that can be found, and the records that assessments look up.
pub(crate) struct Index {
    store: RwLock<Store>,
    records: RwLock<Records>,
    lexical: Lexical,
}

/// Documents and their content vectors, always changed together.
pub(crate) struct Store {
    offers: Slots,
    keys: HashMap<MicroCredentialId, u64>,
    vectors: VectorIndex,
    /// Offers without any vector, and why.
    missing: HashMap<u64, Missing>,
}

/// Why an offer has no vector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Missing {
    /// Its turn has not come.
    Waiting,
    /// None can be made of what it says.
    Refused,
}

/// Which of two versions of an object holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holds {
    /// The newer one: a change can come twice, and late.
    Newer,
    /// The one that is given: a snapshot is all there is, also when the database was set back to an older state.
    Given,
}

impl Holds {
    /// Whether the version that is known stays.
    const fn keeps(self, known: i64, given: i64) -> bool {
        matches!(self, Self::Newer) && known > given
    }
}

impl Index {
    /// An empty index; search compares every vector up to `exact_limit` offers.
    pub(crate) fn new(dimension: usize, exact_limit: usize) -> Result<Self, TantivyError> {
        Ok(Self {
            store: RwLock::new(Store {
                offers: Slots::default(),
                keys: HashMap::new(),
                vectors: VectorIndex::new(dimension, exact_limit),
                missing: HashMap::new(),
            }),
            records: RwLock::new(Records::default()),
            lexical: Lexical::new()?,
        })
    }

    /// Puts an offer in, in the place of another version where that does not hold. True unless it was there already as it is.
    ///
    /// The vector of the older version serves until the new one comes.
    pub(crate) fn put(&self, offer: Arc<Offer>, holds: Holds) -> Result<bool, TantivyError> {
        let mut store = self.write();
        let known = store.keys.get(&offer.id).copied();
        let older = known.and_then(|key| store.offers.get(key));
        if older.is_some_and(|known| holds.keeps(known.version, offer.version) || **known == *offer)
        {
            return Ok(false);
        }
        let says_the_same = older.is_some_and(|known| known.content == offer.content);
        let key = known.unwrap_or_else(|| store.offers.next_key());
        // Words first: if they are refused, the offer still counts as not put in.
        self.lexical.put(key, &offer)?;
        if known.is_none() || (!says_the_same && store.missing.contains_key(&key)) {
            store.missing.insert(key, Missing::Waiting);
        }
        store.keys.insert(offer.id, key);
        store.offers.put(key, offer);
        Ok(true)
    }

    /// Takes an offer out.
    pub(crate) fn remove(&self, id: MicroCredentialId) {
        let mut store = self.write();
        if let Some(key) = store.keys.remove(&id) {
            store.offers.remove(key);
            store.vectors.remove(key);
            store.missing.remove(&key);
            self.lexical.remove(key);
        }
    }

    /// Takes out every offer that is not named, and names those.
    pub(crate) fn retain(&self, named: &HashSet<MicroCredentialId>) -> Vec<MicroCredentialId> {
        let gone: Vec<MicroCredentialId> = self
            .read()
            .keys
            .keys()
            .filter(|id| !named.contains(id))
            .copied()
            .collect();
        for id in &gone {
            self.remove(*id);
        }
        gone
    }

    /// Gives an offer its vector, if `content` is still what the offer says.
    pub(crate) fn put_vector(&self, id: MicroCredentialId, content: &str, vector: &[f32]) {
        let mut store = self.write();
        if let Some(key) = store.key_if(id, content) {
            store.vectors.put(key, vector);
            store.missing.remove(&key);
        }
    }

    /// Leaves an offer without a vector, since none can be made of `content`, if that is still what the offer says.
    pub(crate) fn refuse_vector(&self, id: MicroCredentialId, content: &str) {
        let mut store = self.write();
        if let Some(key) = store.key_if(id, content) {
            store.vectors.remove(key);
            store.missing.insert(key, Missing::Refused);
        }
    }

    /// Makes what was put in visible to the search by words; false when there was nothing new.
    pub(crate) fn commit(&self) -> Result<bool, TantivyError> {
        self.lexical.commit()
    }

    /// An offer.
    pub(crate) fn offer(&self, id: MicroCredentialId) -> Option<Arc<Offer>> {
        let store = self.read();
        store
            .keys
            .get(&id)
            .and_then(|key| store.offers.get(*key))
            .map(Arc::clone)
    }

    /// Every offer.
    pub(crate) fn offers(&self) -> Vec<Arc<Offer>> {
        let store = self.read();
        let offers = store.offers.iter().map(|(_key, offer)| offer);
        offers.map(Arc::clone).collect()
    }

    /// Offers that can be found.
    pub(crate) fn len(&self) -> usize {
        self.read().keys.len()
    }

    /// Answers a question by meaning and by words.
    pub(crate) fn search(&self, question: &Question<'_>) -> Result<Found, TantivyError> {
        let lexical = self.lexical.search(question.text, question.filter)?;
        Ok(hybrid::fuse(&self.read(), question, lexical))
    }

    /// The offers nearest to a vector among those that `wanted` lets through, nearest first, ties by id.
    pub(crate) fn nearest(
        &self,
        vector: &[f32],
        count: usize,
        wanted: impl Fn(&Offer) -> bool,
    ) -> Vec<(Arc<Offer>, f64)> {
        let store = self.read();
        let accept = |key: u64| store.offers.get(key).is_some_and(|offer| wanted(offer));
        let keys = || {
            let accepted = store.offers.iter().filter(|(_key, offer)| wanted(offer));
            accepted.map(|(key, _offer)| key).collect()
        };
        let hits = store
            .vectors
            .search(vector, Reach::Nearest(count), &accept, Some(&keys));
        let mut offers: Vec<(Arc<Offer>, f64)> = hits
            .into_iter()
            .filter_map(|(key, cosine)| {
                let offer = store.offers.get(key)?;
                Some((Arc::clone(offer), f64::from(cosine)))
            })
            .collect();
        offers.sort_by(|left, right| right.1.total_cmp(&left.1).then(left.0.id.cmp(&right.0.id)));
        offers.truncate(count);
        offers
    }

    /// Whether an offer of an institution has no vector yet and will get one.
    pub(crate) fn waits_for_vectors(&self, institution: InstitutionId) -> bool {
        let store = self.read();
        store.missing.iter().any(|(key, why)| {
            let offer = store.offers.get(*key);
            *why == Missing::Waiting
                && offer.is_some_and(|offer| offer.institution.id == institution)
        })
    }

    /// Whether any offer, of this institution or of all, has no vector yet and will get one.
    pub(crate) fn waits_for_vectors_of(&self, institution: Option<InstitutionId>) -> bool {
        match institution {
            Some(institution) => self.waits_for_vectors(institution),
            None => {
                let store = self.read();
                store.missing.values().any(|why| *why == Missing::Waiting)
            }
        }
    }

    /// Gives the offers of an institution its present name and code. What they mean stays, so nothing is embedded anew.
    pub(crate) fn rename_institution(
        &self,
        renamed: &InstitutionSummary,
    ) -> Result<(), TantivyError> {
        let outdated: Vec<Arc<Offer>> = {
            let store = self.read();
            let offers = store.offers.iter().map(|(_key, offer)| offer);
            offers
                .filter(|offer| offer.institution.id == renamed.id && offer.institution != *renamed)
                .map(Arc::clone)
                .collect()
        };
        for offer in outdated {
            let mut offer = Offer::clone(&offer);
            offer.institution = renamed.clone();
            self.put(Arc::new(offer), Holds::Newer)?;
        }
        Ok(())
    }

    /// Institutions and recognitions.
    pub(crate) fn records(&self) -> RwLockReadGuard<'_, Records> {
        self.records.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Institutions and recognitions, to change.
    pub(crate) fn records_mut(&self) -> RwLockWriteGuard<'_, Records> {
        self.records.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn read(&self) -> RwLockReadGuard<'_, Store> {
        self.store.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Store> {
        self.store.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store {
    /// The key of an offer, if `content` is what it says.
    fn key_if(&self, id: MicroCredentialId, content: &str) -> Option<u64> {
        let key = self.keys.get(&id).copied()?;
        let offer = self.offers.get(key)?;
        (offer.content == content).then_some(key)
    }

    /// Keys of the offers that meet a filter.
    fn meeting<'a>(&'a self, filter: &'a Filter) -> impl Iterator<Item = u64> + 'a {
        self.offers
            .iter()
            .filter(|(_key, offer)| filter.lets_through(offer))
            .map(|(key, _offer)| key)
    }

    /// How many offers meet a filter.
    fn offers_meeting(&self, filter: &Filter) -> usize {
        if *filter == Filter::default() {
            self.keys.len()
        } else {
            self.meeting(filter).count()
        }
    }
}

/// A vector beside its text, for callers of [`passage::snippet`].
pub(crate) type KnownVector<'a> = &'a dyn Fn(&str) -> Option<Embedding>;

#[cfg(test)]
mod tests;
