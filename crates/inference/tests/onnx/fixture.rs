//! The model directory, engines on it, and texts of the field.

use std::path::{Path, PathBuf};

use inference::backend::{Backend, Onnx};
use inference::tokenize::{Tokenize, WordPieces};
use inference::{EmbedOptions, Engine, EngineSettings, Manifest, PaddedBatch, Precision, Vector};

pub(crate) const BOTH: [Precision; 2] = [Precision::Fp32, Precision::Int8];

/// Texts of many lengths, none of them used to calibrate the int8 file.
pub(crate) const TEXTS: &[&str] = &[
    "Welding",
    "Apply the rules of evidence in small-claims proceedings.",
    "Explain how photosynthesis turns light into chemical energy.",
    "Wildfire Fuel Management. Plan, carry out and document prescribed thinning around interior communities.",
    "Design a relational schema in third normal form, write queries with joins and window functions, and explain a query plan.",
    "Indigenous Food Sovereignty: learners harvest, prepare and preserve plants with an Elder and reflect on protocol and reciprocity.",
    "Évaluer la qualité de l'eau d'un bassin versant à partir d'échantillons prélevés sur le terrain.",
    "C++",
    "Payroll Fundamentals II: statutory deductions, taxable benefits, year-end reconciliation, and the record of employment.",
    "Assess a patient's airway, breathing and circulation; recognise deterioration early; communicate with SBAR.",
    "Students will be able to critique the ethical assumptions of three competing theories of justice and defend a position in writing.",
    "Forklift operation and pre-shift inspection",
    "Build, test and deploy a responsive web application with an accessible user interface, a documented API and an automated pipeline.",
    "Interpret a confidence interval.",
    "Manage the supply chain of a small brewery, from malt contracts and cold storage to excise reporting and recall drills.",
    "The learner demonstrates safe lifting, transfers and repositioning of clients with limited mobility, using mechanical lifts where the care plan asks for them, and records what was done.",
];

/// The directory that `scripts/setup` fills.
pub(crate) fn model_dir() -> PathBuf {
    let directory = std::env::var("MODEL_DIR")
        .map_or_else(|_| workspace().join(".data").join("models"), PathBuf::from);
    assert!(
        directory.join("manifest.json").is_file(),
        "no model in `{}`: run scripts/setup first",
        directory.display()
    );
    directory
}

pub(crate) fn workspace() -> PathBuf {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    crates.and_then(Path::parent).unwrap().to_owned()
}

/// Settings without a cache, so that every text reaches the model.
pub(crate) fn settings(precision: Precision) -> EngineSettings {
    let mut settings = EngineSettings::new(model_dir(), precision);
    settings.cache_entries = 0;
    settings
}

pub(crate) fn engine(precision: Precision) -> Engine {
    Engine::start(&settings(precision)).unwrap()
}

pub(crate) async fn embed(engine: &Engine, texts: &[&str]) -> Vec<Vector> {
    let texts = texts.iter().map(|text| (*text).to_owned()).collect();
    engine.embed(texts, EmbedOptions::default()).await.unwrap()
}

/// Tokenizer and session without queue and threads around them.
pub(crate) struct Bare {
    pub(crate) tokenizer: WordPieces,
    pub(crate) backend: Onnx,
}

impl Bare {
    pub(crate) fn load(precision: Precision) -> Self {
        let manifest = Manifest::read(&model_dir()).unwrap();
        let tokenizer = WordPieces::from_bytes(&manifest.verified_tokenizer().unwrap()).unwrap();
        let library = manifest.verified_runtime().unwrap();
        let model = manifest.verified_model(precision).unwrap();
        let backend = Onnx::load(&library, &model, 2, manifest.dimension).unwrap();
        Self { tokenizer, backend }
    }

    /// The row of a text that fits one window.
    pub(crate) fn row(&self, text: &str) -> Vec<i32> {
        self.frame(&self.tokenizer.pieces(text).unwrap())
    }

    /// A row of content pieces between the two special pieces.
    pub(crate) fn frame(&self, content: &[i32]) -> Vec<i32> {
        let special = self.tokenizer.special();
        [&[special.start], content, &[special.end]].concat()
    }

    pub(crate) fn run(&mut self, rows: &[Vec<i32>]) -> Vec<Vec<f32>> {
        let rows: Vec<&[i32]> = rows.iter().map(Vec::as_slice).collect();
        let batch = PaddedBatch::new(&rows, self.tokenizer.special().padding);
        self.backend.run(&batch).unwrap()
    }
}

/// The cosine of two vectors that need not be of length one.
pub(crate) fn cosine(left: &[f32], right: &[f32]) -> f32 {
    Vector::normalised(left.to_vec()).cosine(&Vector::normalised(right.to_vec()))
}
