//! The product's own methods, opened for `scripts/evaluate`: what is measured is what serves.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use domain::id::{InstitutionId, MicroCredentialId};
use domain::institution::InstitutionSummary;
use domain::vocabulary::{BloomLevel, ComparisonBasis, CredentialType, OutcomeCategory};
use inference::{EmbedError, EmbedOptions, Engine, EngineSettings, Precision, Priority};
use service_runtime::errors::BoxError;

use crate::index::document::Offer;
use crate::index::filter::Filter;
use crate::index::hybrid::Question;
use crate::index::topics;
use crate::index::{Holds, Index};
use crate::number::cosine;
use crate::outcome::classify::{Neighbour, classify, neighbours};
use crate::outcome::{extract, labels};

/// Texts given to the encoder at once.
const AT_ONCE: usize = 64;
/// Neighbours of the plain comparison.
const NEIGHBOURS: usize = 7;

/// A text as a vector of length one.
pub type Vector = Arc<[f32]>;

/// The encoder that serves.
#[derive(Debug)]
pub struct Encoder(Engine);

impl Encoder {
    /// Opens the model directory that the service would use.
    ///
    /// # Errors
    /// The directory is not complete.
    pub fn open(model_dir: &Path) -> Result<Self, BoxError> {
        let mut settings = EngineSettings::new(model_dir, Precision::Int8);
        settings.threads = crate::settings::cores();
        Ok(Self(Engine::start(&settings)?))
    }

    /// Encoder, revision and precision.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.0.model().version
    }

    /// Vectors of texts in their order; `done` hears how many more are ready.
    ///
    /// # Errors
    /// The encoder refuses a text, or fails.
    pub async fn embed(
        &self,
        texts: &[String],
        done: impl Fn(usize),
    ) -> Result<Vec<Vector>, EmbedError> {
        // Texts of like length share a batch of the model.
        let mut order: Vec<usize> = (0..texts.len()).collect();
        order.sort_by_key(|place| texts.get(*place).map_or(0, String::len));
        let mut vectors: HashMap<usize, Vector> = HashMap::new();
        for places in order.chunks(AT_ONCE) {
            let batch: Vec<String> = places
                .iter()
                .filter_map(|place| texts.get(*place).cloned())
                .collect();
            let options = EmbedOptions {
                priority: Priority::Bulk,
                deadline: None,
            };
            let made = self.0.embed(batch, options).await?;
            let made = made.into_iter().map(inference::Vector::into_shared);
            vectors.extend(places.iter().copied().zip(made));
            done(places.len());
        }
        Ok((0..texts.len())
            .filter_map(|place| vectors.remove(&place))
            .collect())
    }
}

/// A course of a catalogue.
#[derive(Clone, Debug)]
pub struct Course {
    /// Its institution, by number.
    pub institution: usize,
    /// Its title.
    pub title: String,
    /// Its description.
    pub description: String,
}

impl Course {
    /// The text behind its vector.
    #[must_use]
    pub fn content(&self) -> String {
        format!("{}. {}", self.title, self.description)
    }
}

/// How courses are ranked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// BM25 alone, over the best of the query.
    Words,
    /// Cosine alone.
    Meaning,
    /// As the search does: `0.8 · cosine + 0.2 · BM25 / best BM25`.
    Both,
}

/// The index that serves, filled with courses.
pub struct Catalogue {
    index: Index,
    vectors: Vec<Vector>,
    courses: Vec<Course>,
    institutions: HashMap<usize, InstitutionId>,
    places: HashMap<MicroCredentialId, usize>,
}

impl std::fmt::Debug for Catalogue {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Catalogue of {} courses", self.courses.len())
    }
}

impl Catalogue {
    /// Fills an index; vectors are in the order of the courses.
    ///
    /// # Errors
    /// The text index refuses.
    pub fn new(courses: Vec<Course>, vectors: Vec<Vector>) -> Result<Self, BoxError> {
        let dimension = vectors.first().map_or(0, |vector| vector.len());
        let index = Index::new(dimension, usize::MAX)?;
        let mut institutions: HashMap<usize, InstitutionId> = HashMap::new();
        let mut places = HashMap::new();
        for (place, (course, vector)) in courses.iter().zip(&vectors).enumerate() {
            let institution = *institutions
                .entry(course.institution)
                .or_insert_with(InstitutionId::generate);
            let offer = offer(course, institution);
            places.insert(offer.id, place);
            let (id, content) = (offer.id, offer.content.clone());
            index.put(Arc::new(offer), Holds::Newer)?;
            index.put_vector(id, &content, vector);
        }
        index.commit()?;
        Ok(Self {
            index,
            vectors,
            courses,
            institutions,
            places,
        })
    }

    /// The score of every course of an institution for a source course; those without any score are left out.
    ///
    /// # Errors
    /// The text index fails, or there is no such course or institution.
    pub fn scores(
        &self,
        source: usize,
        institution: usize,
        method: Method,
    ) -> Result<HashMap<usize, f64>, BoxError> {
        let (Some(course), Some(vector), Some(id)) = (
            self.courses.get(source),
            self.vectors.get(source),
            self.institutions.get(&institution),
        ) else {
            return Err("no such course or institution".into());
        };
        let filter = Filter {
            institution: Some(*id),
            ..Filter::default()
        };
        let nothing = vec![0.0_f32; vector.len()];
        let text = course.content();
        let found = self.index.search(&Question {
            text: if method == Method::Meaning { "" } else { &text },
            vector: if method == Method::Words {
                &nothing
            } else {
                vector
            },
            filter: &filter,
            limit: self.courses.len(),
            min_similarity: 0.0,
        })?;
        Ok(found
            .best
            .into_iter()
            .filter_map(|(offer, score)| Some((*self.places.get(&offer.id)?, score)))
            .collect())
    }
}

fn offer(course: &Course, institution: InstitutionId) -> Offer {
    Offer {
        id: MicroCredentialId::generate(),
        version: 1,
        title: course.title.clone(),
        institution: InstitutionSummary {
            id: institution,
            name: String::new(),
            code: String::new(),
        },
        credential_type: CredentialType::MicroCredential,
        level: None,
        delivery_mode: None,
        description: course.description.clone(),
        hours: None,
        credits: None,
        content: course.content(),
        passages: topics::of(&course.title, &course.description),
        basis: ComparisonBasis::Topics,
        keywords: String::new(),
        effective_date: None,
        expiry_date: None,
    }
}

/// The classifier that serves.
pub struct Classifier(Vec<Neighbour>);

impl std::fmt::Debug for Classifier {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Classifier with {} neighbours", self.0.len())
    }
}

/// What was made of an outcome.
#[derive(Clone, Debug)]
pub struct Told {
    /// Every level with its confidence.
    pub levels: Vec<(BloomLevel, f64)>,
    /// The likeliest category.
    pub category: OutcomeCategory,
}

impl Classifier {
    /// Embeds the labelled outcomes.
    ///
    /// # Errors
    /// The encoder fails.
    pub async fn new(encoder: &Encoder) -> Result<Self, EmbedError> {
        let texts: Vec<String> = labels::all()
            .iter()
            .map(|labelled| labelled.text.to_owned())
            .collect();
        let vectors = encoder.embed(&texts, |_| {}).await?;
        let known: HashMap<String, Vector> = texts.into_iter().zip(vectors).collect();
        Ok(Self(neighbours(|text| known.get(text).map(Arc::clone))))
    }

    /// As the service classifies.
    #[must_use]
    pub fn classify(&self, text: &str, vector: &[f32]) -> Told {
        let told = classify(text, vector, &self.0);
        Told {
            levels: told.bloom_confidences,
            category: told.category,
        }
    }

    /// By a plain vote of the nearest labelled outcomes, for comparison.
    #[must_use]
    pub fn by_neighbours(&self, vector: &[f32]) -> Told {
        let mut near: Vec<(f64, &Neighbour)> = self
            .0
            .iter()
            .map(|neighbour| (cosine(vector, &neighbour.vector), neighbour))
            .collect();
        near.sort_by(|left, right| right.0.total_cmp(&left.0));
        near.truncate(NEIGHBOURS);
        let share = 1.0 / crate::number::real(near.len().max(1));
        let votes = |level: BloomLevel| {
            let voters = near.iter().filter(|(_, it)| it.labelled.level == level);
            crate::number::real(voters.count()) * share
        };
        let mut category = (OutcomeCategory::Knowledge, 0_usize);
        for candidate in OutcomeCategory::ALL {
            let voters = near.iter();
            let count = voters
                .filter(|(_, it)| it.labelled.category == *candidate)
                .count();
            if count > category.1 {
                category = (*candidate, count);
            }
        }
        Told {
            levels: BloomLevel::ALL
                .iter()
                .map(|level| (*level, votes(*level)))
                .collect(),
            category: category.0,
        }
    }
}

/// Outcomes found in a text, as the service finds them.
#[must_use]
pub fn extracted(text: &str, least: f64) -> Vec<String> {
    extract::extract(text, least)
        .outcomes
        .into_iter()
        .map(|outcome| outcome.text.to_owned())
        .collect()
}

/// Sentences of a text, cut as the service cuts them.
#[must_use]
pub fn sentences(text: &str) -> Vec<String> {
    topics::sentences(text).map(ToOwned::to_owned).collect()
}
