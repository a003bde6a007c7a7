//! The words of messages, per language: what `templates/<locale>.toml` holds.

use std::collections::BTreeMap;

use domain::Failure;
use serde::Deserialize;

use super::{Locale, Template};

/// The words of one message. `{{ name }}`, `{{ subject }}` and `{{ detail }}` are filled in.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    /// The subject line.
    pub(super) title: String,
    /// What has happened and what to do.
    pub(super) lead: String,
    /// The label of the button, where there is a link.
    #[serde(default)]
    pub(super) action: Option<String>,
    /// What else there is to know.
    pub(super) note: String,
}

/// What every message of a language shares.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Frame {
    /// The greeting of somebody with a name.
    pub(super) greeting: String,
    /// The greeting of somebody whose name is not known.
    pub(super) greeting_without_name: String,
    /// The last line.
    pub(super) footer: String,
}

/// The words of one language.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Language {
    /// What every message shares.
    pub(super) frame: Frame,
    /// The messages by name.
    pub(super) mail: BTreeMap<String, Words>,
}

impl Language {
    /// Reads the words of a language.
    pub(super) fn load(locale: Locale) -> Result<Self, Failure> {
        let text = match locale {
            Locale::En => include_str!("templates/en.toml"),
            Locale::Fr => include_str!("templates/fr.toml"),
        };
        toml::from_str(text).map_err(Failure::internal)
    }

    /// The words of one message.
    pub(super) fn words(&self, template: Template) -> Result<&Words, Failure> {
        self.mail
            .get(template.as_str())
            .ok_or_else(|| Failure::internal("a message has no words"))
    }
}
