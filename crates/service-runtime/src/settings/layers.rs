//! Where values come from: embedded defaults, then a settings file, then the environment.

use std::{
    collections::{BTreeMap, HashMap},
    env, fmt, fs,
    path::Path,
};

use config::{Config, ConfigError, File, FileFormat, Map, Source as _, Value, ValueKind};

use super::{Problem, Setting};

/// Environment of a process as a value, so that tests never touch the real one.
pub type Environment = HashMap<String, String>;

/// Suffix of the variable that names the file holding a secret.
const FILE_SUFFIX: &str = "_FILE";

/// Reads the environment of this process; the only place that does.
#[must_use]
pub fn process_environment() -> Environment {
    env::vars_os()
        .map(|(name, value)| {
            (
                name.to_string_lossy().into_owned(),
                value.to_string_lossy().into_owned(),
            )
        })
        .collect()
}

/// Holds the merged values of all layers, and what was wrong with the layers themselves.
pub struct Source {
    pub(super) definitions: BTreeMap<&'static str, Setting>,
    pub(super) values: HashMap<String, String>,
    pub(super) problems: Vec<Problem>,
}

impl Source {
    /// Merges the layers; a later definition of the same name replaces an earlier one.
    ///
    /// The file uses the same names as the environment and may hold no others; the environment is full of
    /// foreign names, so unknown ones are ignored there. An empty value counts as unset, which lets a copy of
    /// `.env.example` be used as it is.
    #[must_use]
    pub fn load(
        groups: &[&'static [Setting]],
        file: Option<&Path>,
        environment: &Environment,
    ) -> Self {
        let definitions: BTreeMap<_, _> = groups
            .iter()
            .flat_map(|group| group.iter())
            .map(|setting| (setting.name, *setting))
            .collect();
        let mut problems = Vec::new();

        let mut builder = Config::builder().add_source(default_layer(&definitions));
        if let Some(path) = file {
            builder = builder.add_source(file_layer(path, &definitions, &mut problems));
        }
        builder = builder.add_source(environment_layer(environment, &definitions, &mut problems));

        let values = match builder.build().and_then(|merged| merged.collect()) {
            Ok(merged) => into_texts(merged, &definitions, &mut problems),
            Err(error) => {
                problems.push(Problem::new("settings", first_line(&error)));
                HashMap::new()
            }
        };
        Self {
            definitions,
            values,
            problems,
        }
    }
}

/// One layer of values, in the shape the `config` crate merges.
#[derive(Clone, Default)]
struct Layer(Map<String, Value>);

impl fmt::Debug for Layer {
    /// Shows names only: values may be secrets.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.0.keys()).finish()
    }
}

impl config::Source for Layer {
    fn clone_into_box(&self) -> Box<dyn config::Source + Send + Sync> {
        Box::new(self.clone())
    }

    fn collect(&self) -> Result<Map<String, Value>, ConfigError> {
        Ok(self.0.clone())
    }
}

fn default_layer(definitions: &BTreeMap<&'static str, Setting>) -> Layer {
    let origin = "the embedded defaults".to_owned();
    Layer(
        definitions
            .values()
            .filter_map(|setting| {
                let default = setting.default.filter(|text| !text.is_empty())?;
                Some((setting.name.to_owned(), Value::new(Some(&origin), default)))
            })
            .collect(),
    )
}

fn file_layer(
    path: &Path,
    definitions: &BTreeMap<&'static str, Setting>,
    problems: &mut Vec<Problem>,
) -> Layer {
    let read = File::from(path)
        .format(FileFormat::Toml)
        .required(true)
        .collect();
    let mut values = match read {
        Ok(values) => values,
        Err(error) => {
            problems.push(
                Problem::new(path.display().to_string(), first_line(&error))
                    .hint("the settings file must be readable TOML"),
            );
            return Layer::default();
        }
    };

    let mut unknown: Vec<_> = values
        .keys()
        .filter(|key| !is_known(key, definitions))
        .cloned()
        .collect();
    unknown.sort();
    for key in unknown {
        values.remove(&key);
        problems.push(
            Problem::new(
                key,
                format!("is no setting of this service, in `{}`", path.display()),
            )
            .hint("see `.env.example` for the names"),
        );
    }

    let mut texts = into_texts(values, definitions, problems);
    resolve_secret_files(&mut texts, definitions, problems);
    into_layer(texts, &path.display().to_string())
}

fn environment_layer(
    environment: &Environment,
    definitions: &BTreeMap<&'static str, Setting>,
    problems: &mut Vec<Problem>,
) -> Layer {
    let mut texts: HashMap<String, String> = environment
        .iter()
        .filter(|(name, value)| is_known(name, definitions) && !value.is_empty())
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    resolve_secret_files(&mut texts, definitions, problems);
    into_layer(texts, "the environment")
}

fn is_known(name: &str, definitions: &BTreeMap<&'static str, Setting>) -> bool {
    definitions.contains_key(name)
        || name
            .strip_suffix(FILE_SUFFIX)
            .and_then(|base| definitions.get(base))
            .is_some_and(|setting| setting.secret)
}

/// Replaces `NAME_FILE` by `NAME` with the content of the file, for every secret.
fn resolve_secret_files(
    texts: &mut HashMap<String, String>,
    definitions: &BTreeMap<&'static str, Setting>,
    problems: &mut Vec<Problem>,
) {
    for setting in definitions.values().filter(|setting| setting.secret) {
        let file_key = format!("{}{FILE_SUFFIX}", setting.name);
        if definitions.contains_key(file_key.as_str()) {
            continue;
        }
        let Some(path) = texts.remove(&file_key) else {
            continue;
        };
        if texts.contains_key(setting.name) {
            problems.push(
                Problem::new(
                    &file_key,
                    format!("is set together with `{}`", setting.name),
                )
                .hint("keep one of the two"),
            );
            continue;
        }
        match fs::read_to_string(&path) {
            Ok(content) => {
                let content = content.trim_end_matches(['\r', '\n']);
                if content.is_empty() {
                    problems.push(Problem::new(&file_key, "names an empty file"));
                } else {
                    texts.insert(setting.name.to_owned(), content.to_owned());
                }
            }
            Err(error) => problems.push(Problem::new(
                &file_key,
                format!("names a file that cannot be read: {error}"),
            )),
        }
    }
}

fn into_layer(texts: HashMap<String, String>, origin: &str) -> Layer {
    let origin = origin.to_owned();
    Layer(
        texts
            .into_iter()
            .map(|(name, text)| (name, Value::new(Some(&origin), text)))
            .collect(),
    )
}

/// Turns values into the text an operator would have put into the environment.
fn into_texts(
    values: Map<String, Value>,
    definitions: &BTreeMap<&'static str, Setting>,
    problems: &mut Vec<Problem>,
) -> HashMap<String, String> {
    let mut texts = HashMap::new();
    for (name, value) in values {
        match into_text(value) {
            Ok(text) if text.is_empty() => {}
            Ok(text) => {
                texts.insert(name, text);
            }
            Err(error) => {
                let secret = definitions
                    .get(name.as_str())
                    .is_none_or(|setting| setting.secret);
                let reason = if secret {
                    "is not a text".to_owned()
                } else {
                    first_line(&error)
                };
                problems.push(Problem::new(name, reason));
            }
        }
    }
    texts
}

fn into_text(value: Value) -> Result<String, ConfigError> {
    if !matches!(value.kind, ValueKind::Array(_)) {
        return value.into_string();
    }
    let items: Result<Vec<_>, _> = value
        .into_array()?
        .into_iter()
        .map(Value::into_string)
        .collect();
    Ok(items?.join(","))
}

/// Keeps the place of a parse error and drops the quoted source, which may hold a secret.
fn first_line(error: &ConfigError) -> String {
    error
        .to_string()
        .lines()
        .next()
        .unwrap_or("is not readable")
        .to_owned()
}
