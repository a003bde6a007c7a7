//! What an operator can set.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::thread::available_parallelism;

use inference::{EngineSettings, Precision};
use secrecy::{ExposeSecret, SecretString};
use service_runtime::settings::{Reader, Setting};

use crate::recommend::Weights;

/// Definitions of the settings of this service; those every service shares come from `service_runtime`.
pub const SETTINGS: &[Setting] = &[
    Setting::new(
        "AI_PORT",
        "Port of the AI service (gRPC and HTTP on one port); 0 lets the system choose.",
    )
    .default("8000"),
    Setting::new(
        "DATABASE_URL",
        "PostgreSQL, such as postgres://user:password@host:5432/bccb.",
    )
    .secret(),
    Setting::new(
        "DATABASE_POOL_SIZE",
        "Most connections of one process. Too low makes requests wait; too high exceeds PostgreSQL's max_connections over all replicas.",
    )
    .unit("connections")
    .default("10"),
    Setting::new(
        "DATABASE_LOGGING",
        "Whether every SQL statement is logged, without its values.",
    )
    .default("false"),
    Setting::new(
        "CREDENTIAL_SERVICE_URL",
        "gRPC address of the credential service, the source of the catalogue.",
    )
    .default("http://127.0.0.1:50051"),
    Setting::new(
        "JWT_SECRET",
        "Key that signs and verifies tokens, at least 32 bytes, the same in all services.",
    )
    .secret(),
    Setting::new(
        "JWT_SECRET_PREVIOUS",
        "Key before the current one; tokens signed with it still hold while keys change.",
    )
    .secret(),
    Setting::new(
        "MODEL_DIR",
        "Directory with manifest.json, tokenizer, encoder and ONNX Runtime, filled by scripts/setup.",
    )
    .default(".data/models"),
    Setting::new(
        "ORT_DYLIB_PATH",
        "ONNX Runtime library to use instead of the verified one of MODEL_DIR. Empty: that one.",
    ),
    Setting::new(
        "MODEL_PRECISION",
        "Which encoder file serves: int8 (fast) or fp32 (reference).",
    )
    .default("int8"),
    Setting::new(
        "INFERENCE_THREADS",
        "Threads of one model run. More than there are cores makes every run slower. Empty: one for each core.",
    )
    .unit("threads"),
    Setting::new(
        "EMBEDDING_BATCH_TOKENS",
        "Largest rows x longest row of one model run. Too high makes a question wait behind bulk work; too low wastes the processor.",
    )
    .unit("tokens")
    .default("1024"),
    Setting::new(
        "EMBEDDING_QUEUE_CAPACITY",
        "Texts in work at once; more are refused with a time to come back. Too high lets callers wait past their deadlines, too low refuses while there is room.",
    )
    .unit("texts")
    .default("1024"),
    Setting::new(
        "EXACT_SEARCH_LIMIT",
        "Offers up to which every vector is compared; beyond, an approximate index answers. Higher is exact for longer and slower.",
    )
    .unit("offers")
    .default("50000"),
    Setting::new(
        "PATHWAY_WEIGHTS",
        "How much content, collaborative, institution and history count in a recommended pathway: four numbers, none negative, the first above 0. Too much history repeats the past, too little ignores it. The weights are part of modelVersion.",
    )
    .default("0.4,0.3,0.2,0.1"),
    Setting::new(
        "PREDICTION_RETENTION_DAYS",
        "How long answers stay on record with their inputs and feedback. Too short leaves decisions that nobody can trace, too long keeps more than is needed.",
    )
    .unit("days")
    .default("730"),
    Setting::new(
        "ENABLE_AI_RECOMMENDATIONS",
        "Whether pathways are recommended; false answers SERVICE_UNAVAILABLE.",
    )
    .default("true"),
    Setting::new(
        "ENABLE_NLP_ANALYSIS",
        "Whether outcomes are classified and extracted; false answers SERVICE_UNAVAILABLE.",
    )
    .default("true"),
    Setting::new(
        "ENABLE_AUTO_PATHWAYS",
        "Whether drafts of pathways are suggested; false answers SERVICE_UNAVAILABLE.",
    )
    .default("true"),
];

/// The settings of this service.
#[derive(Debug)]
pub struct Settings {
    /// Where to listen.
    pub address: SocketAddr,
    /// PostgreSQL.
    pub database: DatabaseSettings,
    /// The source of the catalogue.
    pub credential_service_url: String,
    /// Key that signs and verifies tokens.
    pub jwt_secret: SecretString,
    /// Key before the current one.
    pub jwt_secret_previous: Option<SecretString>,
    /// The encoder.
    pub engine: EngineSettings,
    /// Offers up to which search is exact.
    pub exact_search_limit: usize,
    /// How much content, collaborative, institution and history count in a recommended pathway.
    pub pathway_weights: [f64; 4],
    /// Days that answers stay on record.
    pub prediction_retention_days: i32,
    /// What is switched on.
    pub features: Features,
    /// True in production, where nobody needs to discover the interface.
    pub is_production: bool,
}

/// What an operator can switch off.
#[derive(Debug, Clone, Copy)]
pub struct Features {
    /// Pathways are recommended.
    pub recommendations: bool,
    /// Outcomes are classified and extracted.
    pub outcome_analysis: bool,
    /// Drafts of pathways are suggested.
    pub suggestions: bool,
}

/// How to reach PostgreSQL.
#[derive(Debug, Clone)]
pub struct DatabaseSettings {
    /// Address with user and password.
    pub url: SecretString,
    /// Most connections.
    pub pool_size: usize,
    /// Whether statements are logged.
    pub logging: bool,
}

impl Settings {
    /// Reads them; problems stay with the reader.
    pub fn read(reader: &mut Reader) -> Option<Self> {
        let address = reader.listen_address("AI_PORT");
        let database = DatabaseSettings {
            url: database_address(reader),
            pool_size: reader.integer("DATABASE_POOL_SIZE", 1..=1_000),
            logging: reader.flag("DATABASE_LOGGING"),
        };
        let credential_service_url = reader.text("CREDENTIAL_SERVICE_URL");
        reader.check(
            protocol_address(&credential_service_url),
            "CREDENTIAL_SERVICE_URL",
            "must start with `http://` or `https://`",
            "for example http://127.0.0.1:50051",
        );
        let jwt_secret = reader.jwt_secret("JWT_SECRET");
        let jwt_secret_previous = reader.optional_jwt_secret("JWT_SECRET_PREVIOUS");
        let model_dir: PathBuf = reader.text("MODEL_DIR").into();
        let ort_dylib_path = reader.optional("ORT_DYLIB_PATH");
        let precision = reader.required::<Precision>("MODEL_PRECISION");
        let threads = reader.optional::<usize>("INFERENCE_THREADS");
        reader.check(
            threads.is_none_or(|threads| (1..=256).contains(&threads)),
            "INFERENCE_THREADS",
            "must be between 1 and 256 threads",
            "leave it empty for one thread per core",
        );
        let max_batch_tokens = reader.integer("EMBEDDING_BATCH_TOKENS", 256..=65_536);
        let queue_capacity = reader.integer("EMBEDDING_QUEUE_CAPACITY", 64..=1_000_000);
        let exact_search_limit = reader.integer("EXACT_SEARCH_LIMIT", 0..=10_000_000);
        let pathway_weights = weights(reader);
        let prediction_retention_days = reader.integer("PREDICTION_RETENTION_DAYS", 1..=36_500);
        let features = Features {
            recommendations: reader.flag("ENABLE_AI_RECOMMENDATIONS"),
            outcome_analysis: reader.flag("ENABLE_NLP_ANALYSIS"),
            suggestions: reader.flag("ENABLE_AUTO_PATHWAYS"),
        };
        let mut engine = EngineSettings::new(model_dir, precision?);
        engine.threads = threads.unwrap_or_else(cores);
        engine.max_batch_tokens = max_batch_tokens;
        engine.queue_capacity = queue_capacity;
        engine.ort_dylib_path = ort_dylib_path;
        Some(Self {
            address,
            database,
            credential_service_url,
            jwt_secret,
            jwt_secret_previous,
            engine,
            exact_search_limit,
            pathway_weights,
            prediction_retention_days,
            features,
            is_production: reader.app_environment().is_production(),
        })
    }
}

impl Settings {
    pub(crate) const fn pathway_weights(&self) -> Weights {
        let [content, collaborative, institution, history] = self.pathway_weights;
        Weights {
            content,
            collaborative,
            institution,
            history,
        }
    }
}

fn weights(reader: &mut Reader) -> [f64; 4] {
    let given: Vec<f64> = reader.list("PATHWAY_WEIGHTS");
    let weights = <[f64; 4]>::try_from(given).ok().filter(|weights| {
        weights
            .iter()
            .all(|weight| weight.is_finite() && *weight >= 0.0)
            && weights.first().is_some_and(|content| *content > 0.0)
    });
    reader.check(
        weights.is_some(),
        "PATHWAY_WEIGHTS",
        "must be four numbers, none negative, the first above 0",
        "for example 0.4,0.3,0.2,0.1",
    );
    weights.unwrap_or_default()
}

fn protocol_address(text: &str) -> bool {
    text.starts_with("http://") || text.starts_with("https://")
}

/// Processor cores this process may use.
pub(crate) fn cores() -> usize {
    available_parallelism().map_or(1, usize::from)
}

/// The address of the database; one that cannot be used as it says is refused.
fn database_address(reader: &mut Reader) -> SecretString {
    let url = reader.secret("DATABASE_URL");
    // One that is missing has been reported already.
    if !url.expose_secret().is_empty()
        && let Err(error) = database::Address::parse(url.expose_secret())
    {
        let hint = "write it like postgres://user:password@host:5432/database?sslmode=verify-full&sslrootcert=/etc/ssl/ca.pem";
        reader.check(false, "DATABASE_URL", &error.to_string(), hint);
    }
    url
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use service_runtime::settings::{COMMON, Source};

    use super::*;

    fn reader(pairs: &[(&str, &str)]) -> Reader {
        let environment: HashMap<String, String> = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        Reader::new(Source::load(&[COMMON, SETTINGS], None, &environment))
    }

    #[test]
    fn secrets_are_all_that_must_be_set() {
        let mut reader = reader(&[
            ("DATABASE_URL", "postgres://localhost/bccb"),
            (
                "JWT_SECRET",
                "f0b3a1c29d8e47566a7b8c9d0e1f2a3b4c5d6e7f8091a2b3",
            ),
        ]);

        let settings = Settings::read(&mut reader).unwrap();

        reader.finish().unwrap();
        assert_eq!(settings.engine.precision, Precision::Int8);
        assert_eq!(settings.address.port(), 8_000);
        assert!(settings.is_production);
    }

    #[test]
    fn every_definition_is_read() {
        let mut reader = reader(&[]);

        drop(Settings::read(&mut reader));

        let common: Vec<&str> = COMMON.iter().map(|setting| setting.name).collect();
        let unread: Vec<_> = reader
            .unread()
            .into_iter()
            .filter(|name| !common.contains(name))
            .collect();
        assert!(unread.is_empty(), "{unread:?}");
    }

    #[test]
    fn all_problems_come_at_once() {
        let mut reader = reader(&[
            ("MODEL_PRECISION", "fp16"),
            ("INFERENCE_THREADS", "0"),
            ("CREDENTIAL_SERVICE_URL", "localhost:50051"),
        ]);

        assert!(Settings::read(&mut reader).is_none());

        let problems = reader.finish().unwrap_err().to_string();
        for name in [
            "MODEL_PRECISION",
            "INFERENCE_THREADS",
            "CREDENTIAL_SERVICE_URL",
            "DATABASE_URL",
            "JWT_SECRET",
        ] {
            assert!(problems.contains(name), "{name} in {problems}");
        }
    }
}
