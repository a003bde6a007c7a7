//! Search by words: BM25 over title (twice), description, outcomes and key words, in memory.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use domain::vocabulary::{CredentialType, DeliveryMode, EducationLevel};
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::Column;
use tantivy::query::{BooleanQuery, BoostQuery, ConstScoreQuery, Occur, Query, TermQuery};
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STRING, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::{
    DocId, Index, IndexReader, IndexWriter, ReloadPolicy, Score, SegmentOrdinal, SegmentReader,
    TantivyDocument, TantivyError, Term,
};

use super::document::Offer;
use super::filter::Filter;
use super::words;

const ANALYZER: &str = "english";
/// Memory of the writer, the least that tantivy takes.
const WRITER_BYTES: usize = 20_000_000;
/// A word in the title counts so many times.
const TITLE_BOOST: Score = 2.0;

/// The text index.
pub(crate) struct Lexical {
    index: Index,
    reader: IndexReader,
    writer: Mutex<IndexWriter>,
    fields: Fields,
    changed: AtomicBool,
}

#[derive(Clone, Copy)]
struct Fields {
    key: Field,
    title: Field,
    description: Field,
    outcomes: Field,
    keywords: Field,
    institution: Field,
    credential_type: Field,
    level: Field,
    delivery_mode: Field,
}

impl Lexical {
    pub(crate) fn new() -> Result<Self, TantivyError> {
        let mut schema = Schema::builder();
        let text = TextOptions::default().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer(ANALYZER)
                .set_index_option(IndexRecordOption::WithFreqs),
        );
        let fields = Fields {
            key: schema.add_u64_field("key", INDEXED | FAST),
            title: schema.add_text_field("title", text.clone()),
            description: schema.add_text_field("description", text.clone()),
            outcomes: schema.add_text_field("outcomes", text.clone()),
            keywords: schema.add_text_field("keywords", text),
            institution: schema.add_text_field("institution", STRING),
            credential_type: schema.add_text_field("credential_type", STRING),
            level: schema.add_text_field("level", STRING),
            delivery_mode: schema.add_text_field("delivery_mode", STRING),
        };
        let index = Index::create_in_ram(schema.build());
        index.tokenizers().register(ANALYZER, words::analyzer());
        let writer = index.writer_with_num_threads(1, WRITER_BYTES)?;
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()?;
        Ok(Self {
            index,
            reader,
            writer: Mutex::new(writer),
            fields,
            changed: AtomicBool::new(false),
        })
    }

    /// Puts a document in, in the place of the older one with the same key. Seen after the next commit.
    pub(crate) fn put(&self, key: u64, offer: &Offer) -> Result<(), TantivyError> {
        let fields = &self.fields;
        let mut document = TantivyDocument::default();
        document.add_u64(fields.key, key);
        document.add_text(fields.title, &offer.title);
        document.add_text(fields.description, &offer.description);
        for text in offer.passages.iter().filter(|passage| passage.id.is_some()) {
            document.add_text(fields.outcomes, &text.text);
        }
        document.add_text(fields.keywords, &offer.keywords);
        document.add_text(fields.institution, offer.institution.id.to_string());
        document.add_text(fields.credential_type, offer.credential_type.as_str());
        if let Some(level) = offer.level {
            document.add_text(fields.level, level.as_str());
        }
        if let Some(mode) = offer.delivery_mode {
            document.add_text(fields.delivery_mode, mode.as_str());
        }
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        writer.delete_term(Term::from_field_u64(fields.key, key));
        writer.add_document(document)?;
        self.changed.store(true, Ordering::Release);
        Ok(())
    }

    /// Takes a document out. Gone after the next commit.
    pub(crate) fn remove(&self, key: u64) {
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        writer.delete_term(Term::from_field_u64(self.fields.key, key));
        self.changed.store(true, Ordering::Release);
    }

    /// Makes the changes visible; false when there were none.
    pub(crate) fn commit(&self) -> Result<bool, TantivyError> {
        if !self.changed.swap(false, Ordering::AcqRel) {
            return Ok(false);
        }
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let committed = writer.commit().and_then(|_opstamp| self.reader.reload());
        if committed.is_err() {
            self.changed.store(true, Ordering::Release);
        }
        committed.map(|()| true)
    }

    /// BM25 of every document that shares a word with the text and meets the filter.
    pub(crate) fn search(
        &self,
        text: &str,
        filter: &Filter,
    ) -> Result<Vec<(u64, f32)>, TantivyError> {
        let mut analyzer = self.index.tokenizer_for_field(self.fields.title)?;
        let stems = words::stems(&mut analyzer, text);
        if stems.is_empty() {
            return Ok(Vec::new());
        }
        let mut any: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        for stem in &stems {
            any.push((
                Occur::Should,
                Box::new(BoostQuery::new(
                    self.word(self.fields.title, stem),
                    TITLE_BOOST,
                )),
            ));
            for field in [
                self.fields.description,
                self.fields.outcomes,
                self.fields.keywords,
            ] {
                any.push((Occur::Should, self.word(field, stem)));
            }
        }
        let mut clauses: Vec<(Occur, Box<dyn Query>)> =
            vec![(Occur::Must, Box::new(BooleanQuery::new(any)))];
        clauses.extend(self.filters(filter));
        self.reader
            .searcher()
            .search(&BooleanQuery::new(clauses), &AllHits)
    }

    fn word(&self, field: Field, stem: &str) -> Box<dyn Query> {
        let term = Term::from_field_text(field, stem);
        Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
    }

    /// Clauses that must hold and add nothing to the score.
    fn filters(&self, filter: &Filter) -> Vec<(Occur, Box<dyn Query>)> {
        let institution = filter.institution.map(|id| id.to_string());
        [
            (self.fields.institution, institution.as_deref()),
            (
                self.fields.credential_type,
                filter.credential_type.map(CredentialType::as_str),
            ),
            (self.fields.level, filter.level.map(EducationLevel::as_str)),
            (
                self.fields.delivery_mode,
                filter.delivery_mode.map(DeliveryMode::as_str),
            ),
        ]
        .into_iter()
        .filter_map(|(field, value)| {
            let term = Term::from_field_text(field, value?);
            let query = TermQuery::new(term, IndexRecordOption::Basic);
            let silent: Box<dyn Query> = Box::new(ConstScoreQuery::new(Box::new(query), 0.0));
            Some((Occur::Must, silent))
        })
        .collect()
    }
}

/// Collects key and score of every hit.
struct AllHits;

struct SegmentHits {
    keys: Column<u64>,
    hits: Vec<(u64, f32)>,
}

impl Collector for AllHits {
    type Fruit = Vec<(u64, f32)>;
    type Child = SegmentHits;

    fn for_segment(
        &self,
        _segment: SegmentOrdinal,
        reader: &SegmentReader,
    ) -> Result<SegmentHits, TantivyError> {
        Ok(SegmentHits {
            keys: reader.fast_fields().u64("key")?,
            hits: Vec::new(),
        })
    }

    fn requires_scoring(&self) -> bool {
        true
    }

    fn merge_fruits(
        &self,
        segments: Vec<Vec<(u64, f32)>>,
    ) -> Result<Vec<(u64, f32)>, TantivyError> {
        Ok(segments.into_iter().flatten().collect())
    }
}

impl SegmentCollector for SegmentHits {
    type Fruit = Vec<(u64, f32)>;

    fn collect(&mut self, document: DocId, score: Score) {
        if let Some(key) = self.keys.first(document) {
            self.hits.push((key, score));
        }
    }

    fn harvest(self) -> Vec<(u64, f32)> {
        self.hits
    }
}
